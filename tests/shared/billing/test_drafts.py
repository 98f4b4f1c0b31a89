"""A tariff that is thought of: simulated against the prices of today, read by nothing before it is published."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.shared.billing import actions, rates, simulation, tariffs
from beffroi.shared.billing.models import Tariff, TariffDraft
from tests.support.together import at_once

DESK = "/bureau/regie/tarifs/"
UNIT = "childcare.day"


def rule(price, **more):
    return {"bands": [{"upto": None, "prices": {"resident": price}}], **more}


@pytest.fixture
def old(regie, regisseur):
    tariff = Tariff(regie=regie, unit=UNIT, label="Journée", start=date(2026, 1, 1), rule=rule(1000))
    return actions.save_tariff(tariff, actor=regisseur)


@pytest.fixture
def draft(old, regisseur):
    soon = timezone.localdate() + timedelta(days=30)
    new = TariffDraft(regie=old.regie, replaces=old, unit=UNIT, label="Projet", start=soon, rule=rule(1200))
    return actions.save_draft(new, actor=regisseur)


@pytest.fixture
def desk(client, regisseur, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    return client


def use(day, **fields):
    return rates.Use(unit=UNIT, day=day, family=rates.Family(qf=600), **fields)


def test_nothing_reads_a_draft(draft, regie, client, desk):
    after = draft.start + timedelta(days=1)
    assert tariffs.book(regie).price([use(after)]).total == 1000
    assert "12,00" not in client.get("/tarifs/?regie=ACM&qf=600").content.decode()
    page = desk.get(DESK).content.decode()
    assert "Pas appliqué" in page
    assert draft.get_absolute_url() in page


def test_three_hundred_families_are_compared_with_the_draft(draft, desk, regie):
    rows = "\n".join(f"F{rank};{rank * 5};;1;1;{UNIT};{1 + rank % 4}" for rank in range(300))
    table = f"famille;quotient;commune;enfants;rang;prestation;quantite\n{rows}"
    data = {"regie": regie.pk, "before": timezone.localdate().isoformat(), "draft": draft.pk, "table": table}
    answer = desk.post(f"{DESK}simuler/", data)
    found = answer.context["found"]
    assert (len(found.rows), found.before, found.after) == (300, 750_000, 900_000)
    assert len(found.losers) == 300
    assert "qui n’est pas appliqué" in answer.content.decode()
    assert Tariff.objects.count() == 1
    page = desk.post(f"{DESK}simuler/", data | {"draft": ""}).content.decode()
    assert "choisissez un brouillon" in page


def test_a_draft_takes_the_place_of_its_unit_and_ages_only(old, regie, regisseur):
    meal = Tariff(regie=regie, unit="childcare.meal", label="Repas", start=date(2026, 1, 1), rule=rule(400))
    actions.save_tariff(meal, actor=regisseur)
    young = TariffDraft(
        regie=regie, unit=UNIT, label="Petits", start=date(2030, 1, 1), rule=rule(700), age_min=0, age_max=5
    )
    other = tariffs.as_of(regie, timezone.localdate(), [young])
    day = timezone.localdate()
    assert other.price([use(day, age=4)]).total == 700
    assert other.price([rates.Use(unit="childcare.meal", day=day, family=rates.Family())]).total == 400


def test_days_keep_their_weeks_when_prices_are_compared(old, regie):
    """A cap by week is not that of all the days put together."""
    day = date(2026, 11, 4)
    week = timedelta(weeks=1)
    household = simulation.Household("F", [use(day + rank * week, subject="Léa") for rank in range(3)])
    capped = TariffDraft(
        regie=regie, unit=UNIT, label="Plafonné", start=timezone.localdate(), rule=rule(1000, weekly_cap=1500)
    )
    today = timezone.localdate()
    found = simulation.simulate(tariffs.as_of(regie, today), tariffs.as_of(regie, today, [capped]), [household])
    assert (found.before, found.after) == (3000, 3000)


def test_published_it_is_a_tariff_and_the_former_ends_the_day_before(draft, old, desk, regie):
    answer = desk.post(f"{DESK}brouillons/{draft.pk}/publier/")
    new = Tariff.objects.get(label="Projet")
    old.refresh_from_db()
    assert answer["Location"] == new.get_absolute_url()
    assert (old.end, new.replaces, new.start) == (draft.start - timedelta(days=1), old, draft.start)
    assert tariffs.book(regie).price([use(draft.start)]).total == 1200
    assert tariffs.book(regie).price([use(draft.start - timedelta(days=1))]).total == 1000
    assert desk.get(draft.get_absolute_url())["Location"] == new.get_absolute_url()
    assert "Brouillons" not in desk.get(DESK).content.decode()
    with pytest.raises(ValidationError, match="déjà publié"):
        actions.drop_draft(draft, actor=None)


def test_a_draft_is_written_from_a_tariff_changed_and_thrown_away(old, desk):
    page = desk.get(f"{DESK}brouillons/nouveau/?suit={old.pk}").content.decode()
    assert "10,00" in page
    data = {
        "unit": UNIT,
        "label": "Projet",
        "start": "2030-09-01",
        "age_min": 0,
        "age_max": 150,
        "method": "bands",
        "resident0": "9,50",
    }
    refused = desk.post(f"{DESK}brouillons/nouveau/?suit={old.pk}", data | {"resident0": ""}).content.decode()
    assert "Donnez un prix" in refused
    desk.post(f"{DESK}brouillons/nouveau/?suit={old.pk}", data)
    draft = TariffDraft.objects.get()
    assert (draft.replaces, draft.rule["bands"][0]["prices"]["resident"]) == (old, 950)
    desk.post(f"{DESK}brouillons/{draft.pk}/corriger/", data | {"resident0": "9,80"})
    draft.refresh_from_db()
    assert draft.rule["bands"][0]["prices"]["resident"] == 980
    desk.post(f"{DESK}brouillons/{draft.pk}/jeter/")
    assert not TariffDraft.objects.exists()
    assert Tariff.objects.count() == 1


def test_drafts_of_another_body_are_unseen(draft, client, make_user, settings):
    from beffroi.shared.organisations.models import Organisation

    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    other = Organisation.objects.create(kind="commune", name="Ailleurs", slug="ailleurs")
    client.force_login(make_user("regisseur", other))
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.post(f"{DESK}brouillons/{draft.pk}/publier/").status_code == 404
    assert client.get(f"{DESK}brouillons/nouveau/?suit={draft.replaces_id}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_published_twice_at_once_gives_one_tariff(draft):
    answers = at_once(*[lambda: actions.publish_draft(draft, actor=None)] * 3)
    assert sum(isinstance(one, Tariff) for one in answers) == 1
    assert Tariff.objects.count() == 2
