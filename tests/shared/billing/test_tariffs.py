"""Tariffs: never two at once, never changed once they have priced an invoice."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beffroi.shared.billing import actions, rates, tariffs
from beffroi.shared.billing.models import Tariff

RULE = {"bands": [{"upto": None, "prices": {"resident": 1000}}]}


@pytest.fixture
def make_tariff(regie, regisseur):
    def make(**fields):
        values = {"regie": regie, "unit": "childcare.day", "label": "Journée", "start": date(2026, 1, 1), "rule": RULE}
        return actions.save_tariff(Tariff(**(values | fields)), actor=regisseur)

    return make


def test_two_tariffs_never_overlap(make_tariff, regie):
    make_tariff(end=date(2026, 8, 31))
    with pytest.raises(ValidationError, match="vaut déjà"):
        make_tariff(start=date(2026, 8, 31))
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.create(regie=regie, unit="childcare.day", label="X", start=date(2026, 2, 1), rule=RULE)
    make_tariff(start=date(2026, 9, 1))
    make_tariff(unit="childcare.meal")


def test_wrong_rule_is_refused_in_words(make_tariff):
    with pytest.raises(ValidationError, match="Donnez un prix"):
        make_tariff(rule={})


def test_tariff_that_has_priced_is_followed_by_another(make_tariff, make_invoice, regie, regisseur):
    tariff = make_tariff()
    use = rates.Use(unit="childcare.day", day=date(2026, 10, 7), family=rates.Family())
    make_invoice(lines=tariffs.book(regie).price([use]).lines)
    tariff.rule = {"bands": [{"upto": None, "prices": {"resident": 1}}]}
    with pytest.raises(ValidationError, match="déjà facturé"):
        actions.save_tariff(tariff, actor=regisseur)
    new = Tariff(label="Journée 2027", start=date(2027, 1, 1), rule=RULE)
    actions.replace_tariff(tariff, new, actor=regisseur)
    tariff.refresh_from_db()
    assert (tariff.end, new.replaces) == (date(2026, 12, 31), tariff)
    book = tariffs.book(regie, date(2026, 12, 1), date(2027, 1, 31))
    assert book.rate_for(rates.Use(unit="childcare.day", day=date(2027, 1, 1), family=rates.Family())).tariff == new.pk
