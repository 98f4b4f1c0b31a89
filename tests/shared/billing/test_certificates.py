"""The certificate of childcare expenses: under six on 1 January, paid in the year, neither meal nor penalty."""

import datetime
import io
import itertools
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing import actions, certificates, rates, sources
from beffroi.shared.billing.models import CareCertificate, InvoiceLine
from tests.shared.billing.conftest import line

LAST = timezone.localdate().year - 1
CHILDREN = {
    "essai:1": ("Léa Dupré", datetime.date(LAST - 4, 5, 2)),
    "essai:2": ("Tom Dupré", datetime.date(LAST - 9, 5, 2)),
}


@pytest.fixture(autouse=True)
def _children():
    def people(keys):
        known = ((key, *CHILDREN[key]) for key in keys if key in CHILDREN)
        return {key: sources.Beneficiary(name=name, born=born) for key, name, born in known}

    kept = dict(sources._sources)
    sources.register(sources.Source(code="essai", label="Essai", bills=lambda *_: iter(()), people=people))
    yield
    sources._sources.clear()
    sources._sources.update(kept)


def child_line(amount=1000, care=800, key="essai:1", **fields):
    return line(amount, subject=CHILDREN[key][0].split()[0], beneficiary=key, care=care, **fields)


_references = itertools.count(1)


@pytest.fixture
def pay(regie, payer, regisseur):
    def make(invoice, amount=None, day=None, method="payfip", who=None):
        return actions.receive_payment(
            regie=regie,
            method=method,
            amount=amount or invoice.total,
            payer=who or payer,
            invoices=[invoice],
            actor=regisseur,
            day=day or datetime.date(LAST, 11, 5),
            reference=str(next(_references)),
        )[0]

    return make


@pytest.fixture
def make_care(make_invoice):
    def make(*lines, **fields):
        day = datetime.date(LAST, 10, 31)
        return make_invoice(lines=list(lines) or [child_line()], issued_on=day, due_on=day, **fields)

    return make


def one(payer, year=LAST):
    return next(iter(certificates.certificates(year, payers=[payer])), None)


def test_the_engine_leaves_out_meal_absence_and_surcharge():
    rule = {
        "bands": [{"upto": None, "prices": {"resident": 1000}}],
        "care": True,
        "meal": 350,
        "penalties": {"unbooked": "2", "late_amount": 500},
    }
    book = rates.Book([rates.read(rule, unit="day", label="Journée", start=datetime.date(2020, 1, 1))])

    def care(**fields):
        use = rates.Use(unit="day", day=datetime.date(2026, 11, 4), family=rates.Family(), **fields)
        return [found.care for found in book.price([use]).lines]

    at = datetime.time
    assert care() == [650]
    assert care(quantity=Decimal(2)) == [1300]
    assert care(booked=False) == [650]
    assert care(presence=rates.Presence.ABSENT) == [0]
    assert care(presence=rates.Presence.EXCUSED) == [0]
    assert care(pickup=at(18, 30), closing=at(18)) == [650, 0]


def test_a_weekly_cap_never_certifies_more_than_was_asked():
    rule = {"bands": [{"upto": None, "prices": {"resident": 1000}}], "care": True, "meal": 350, "weekly_cap": 1500}
    book = rates.Book([rates.read(rule, unit="day", label="Journée", start=datetime.date(2020, 1, 1))])
    days = [datetime.date(2026, 11, 2) + datetime.timedelta(days=rank) for rank in range(3)]
    pricing = book.price([rates.Use(unit="day", day=day, family=rates.Family(), subject="Léa") for day in days])
    assert pricing.total == 1500
    assert 0 <= sum(found.care for found in pricing.lines) <= 1500


def test_the_line_of_the_invoice_keeps_it(make_care):
    invoice = make_care(child_line(), child_line(500, 500))
    kept = InvoiceLine.objects.filter(invoice=invoice)
    assert {row.beneficiary for row in kept} == {"essai:1"}
    assert sum(row.care for row in kept) == 1300


def test_only_what_was_paid_in_the_year_for_young_children(make_care, pay, payer):
    pay(make_care(child_line(1000, 800), child_line(2000, 2000, key="essai:2")))
    pay(make_care(child_line(1000, 700)), day=datetime.date(LAST + 1, 1, 3))
    make_care(child_line(9000, 9000))
    found = one(payer)
    assert [(child.name, child.paid) for child in found.children] == [("Léa Dupré", 800)]
    assert [(child.name, child.paid) for child in one(payer, LAST + 1).children] == [("Léa Dupré", 700)]


def test_a_part_paid_certifies_its_share(make_care, pay, payer):
    pay(make_care(child_line(1000, 800)), amount=250)
    assert one(payer).paid == 200


def test_vouchers_are_told_apart(make_care, pay, payer):
    invoice = make_care(child_line(1000, 800))
    pay(invoice, amount=600)
    pay(invoice, amount=400, method="cesu")
    found = one(payer)
    assert (found.paid, found.vouchers) == (800, 320)


def test_a_bounced_payment_was_not_paid(make_care, pay, payer, regisseur):
    payment = pay(make_care())
    actions.bounce(payment, actor=regisseur, reason="Sans provision")
    assert one(payer) is None


@pytest.mark.parametrize(
    ("born", "young"), [((LAST - 6, 1, 1), True), ((LAST - 7, 12, 31), False), ((LAST, 6, 1), True)]
)
def test_age_is_that_of_the_first_of_january(born, young):
    assert certificates.is_young(datetime.date(*born), LAST) is young


def test_each_payer_has_their_own(make_care, make_payer, pay, payer):
    other = make_payer(last_name="Autre")
    pay(make_care(payer=other), who=other)
    assert one(payer) is None
    assert one(other).paid == 800


def test_families_are_told_once_and_only_when_the_year_is_over(make_care, pay, payer, regie, regisseur):
    pay(make_care())
    with pytest.raises(ValidationError):
        actions.tell_certificates(regie, LAST + 1, actor=regisseur)
    assert actions.tell_certificates(regie, LAST, actor=regisseur) == 1
    assert actions.tell_certificates(regie, LAST, actor=regisseur) == 0
    assert CareCertificate.objects.get().amount == 800
    entry = Entry.objects.get(verb="billing.certificates")
    filling.fill(entry)
    filling.fill(entry)
    letter = Delivery.objects.get(channel="email")
    assert letter.user == payer.user
    assert str(LAST) in letter.body
    assert "Dupré" not in letter.subject


def test_pages_of_the_regie_and_of_the_family(client, make_care, pay, payer, regie, regisseur, make_user):
    pay(make_care())
    base = f"/bureau/regie/attestations/{regie.code}/{LAST}/"
    client.force_login(regisseur)
    assert str(LAST) in client.get("/bureau/regie/attestations/").content.decode()
    page = client.get(base).content.decode()
    assert "8,00" in page
    assert "Prévenir 1\xa0famille" in page
    assert client.post(base + "prevenir/").status_code == 302
    assert "Prévenir 1\xa0famille" not in client.get(base).content.decode()
    text = PdfReader(io.BytesIO(client.get(base + "tout.pdf").content)).pages[0].extract_text()
    assert "Léa Dupré" in text
    assert "8,00" in text
    sheet = load_workbook(io.BytesIO(client.get(base + "tableau.xlsx").content)).active
    assert [cell.value for cell in sheet[2]][2::2] == ["Léa Dupré", 8]
    assert client.get(base + f"{payer.pk}.pdf").status_code == 200
    client.force_login(payer.user)
    assert f"frais-de-garde-{LAST}.pdf" in client.get("/compte/factures/").content.decode()
    mine = client.get(f"/compte/factures/frais-de-garde-{LAST}.pdf")
    assert mine.content.startswith(b"%PDF")
    assert client.get(f"/compte/factures/frais-de-garde-{LAST - 1}.pdf").status_code == 404
    client.force_login(make_user())
    assert client.get(f"/compte/factures/frais-de-garde-{LAST}.pdf").status_code == 404
    assert client.get(base).status_code in (403, 404)


def test_a_list_costs_the_same_queries_for_any_number_of_payers(
    make_care, make_payer, pay, regie, django_assert_max_num_queries
):
    for rank in range(5):
        payer = make_payer(last_name=f"Payeur{rank}")
        pay(make_care(payer=payer), who=payer)
    with django_assert_max_num_queries(4):
        assert len(certificates.certificates(LAST, regie=regie)) == 5
