"""The quotient of the year: families told once a campaign, a list for the agent."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.childcare import actions, income, quotients
from beffroi.modules.childcare.models import Quotient, QuotientConsent, QuotientNotice
from tests.support.together import at_once

JANUARY, FEBRUARY, MARCH = (datetime.date(2027, month, 10) for month in (1, 2, 3))


@pytest.fixture
def on(monkeypatch):
    """Live on a day."""

    def move(day):
        moment = datetime.datetime.combine(day, datetime.time(9), tzinfo=timezone.get_default_timezone())
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return move


def give(child, year, value=600):
    return actions.enter_quotient(child.home.household, value, actor=None, month=datetime.date(year, 1, 1))


def told():
    """{address: body} of what the last campaign says."""
    entry = Entry.objects.filter(verb="childcare.quotient_tell").latest("pk")
    filling.fill(entry)
    return {one.address: one.body for one in Delivery.objects.filter(entry=entry, channel="email")}


def test_missing_and_last_years_are_told_once_each_in_their_words(activity, make_family, on):
    never, old, given = (make_family(last_name=name, activity=activity) for name in ("Aubry", "Blin", "Caron"))
    make_family(last_name="Sans inscription")
    give(old, 2026)
    give(given, 2027)
    on(JANUARY)
    assert actions.campaign() == 2
    said = told()
    assert set(said) == {never.parent.email, old.parent.email}
    assert "le tarif le plus élevé s’applique" in said[never.parent.email]
    assert "celui d’une autre année" in said[old.parent.email]
    assert "/compte/enfance/quotient/" in said[old.parent.email]
    assert "600" not in str(Entry.objects.filter(verb="childcare.quotient_tell").values_list("data"))
    assert actions.campaign() == 0
    on(FEBRUARY)
    assert actions.campaign() == 0, "once in the campaign"
    late = make_family(last_name="Delattre", activity=activity)
    assert actions.campaign() == 1
    assert set(told()) == {late.parent.email}
    on(datetime.date(2028, 1, 4))
    assert actions.campaign() == 4, "the next year is another campaign"


def test_outside_january_and_february_only_an_agent_tells(activity, make_family, on, clerk):
    make_family(activity=activity)
    on(MARCH)
    assert actions.campaign() == 0
    assert actions.tell_quotients(actor=clerk) == 1
    assert actions.tell_quotients(actor=clerk) == 0


def test_those_for_whom_we_ask_are_told_in_february_if_the_answer_did_not_come(activity, make_family, on):
    child = make_family(activity=activity)
    person = child.home.guardians.get().person
    QuotientConsent.objects.create(household=child.home.household, person=person, identity={"last_name": "X"})
    on(JANUARY)
    assert actions.campaign() == 0
    on(FEBRUARY)
    assert actions.campaign() == 1


@pytest.mark.parametrize(
    ("month", "day", "state"),
    [
        (None, JANUARY, "manquant"),
        (None, MARCH, "manquant"),
        (datetime.date(2026, 1, 1), FEBRUARY, "renouveler"),
        (datetime.date(2026, 1, 1), MARCH, "ancien"),
    ],
)
def test_the_state_of_a_quotient_follows_the_year(month, day, state):
    assert quotients.state_of(month, day) == state
    if month:
        assert income.is_old([Quotient(month=month)], day) is (state == "ancien")


def test_the_list_of_the_agent(activity, make_family, on, clerk, client, settings):
    never, old, given = (make_family(last_name=name, activity=activity) for name in ("Aubry", "Blin", "Caron"))
    give(old, 2026, 734)
    give(given, 2027)
    never.parent.is_active = False
    never.parent.save()
    on(MARCH)
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(clerk)
    path = reverse("childcare:quotients")
    page = client.get(path).content.decode()
    for said in ("Foyer Aubry", "Jamais donné", "Foyer Blin", "De l’an passé", "734 €", "À appeler"):
        assert said in page
    assert "Foyer Caron" not in page
    assert "Foyer Blin" not in client.get(path, {"etat": "manquant"}).content.decode()
    assert "Foyer Aubry" not in client.get(path, {"etat": "ancien"}).content.decode()
    assert "Foyer Aubry" in client.get(path, {"q": "aubry"}).content.decode()
    table = client.get(reverse("childcare:quotients_export", args=["csv"])).content.decode("utf-8-sig")
    assert len(table.splitlines()) == 3
    client.post(reverse("childcare:quotients_tell"))
    assert QuotientNotice.objects.filter(year=2027).count() == 2
    assert reverse("childcare:quotients_tell") not in client.get(path).content.decode()
    give(never, 2027)
    assert "Foyer Aubry" not in client.get(path).content.decode()


def test_family_reads_that_its_quotient_is_last_years(activity, make_family, on, client):
    child = make_family(activity=activity)
    give(child, 2026)

    def page(day):
        on(day)
        client.force_login(child.parent)
        return client.get(reverse("childcare:my_quotient")).content.decode()

    assert "date de l’an passé" not in page(FEBRUARY)
    assert "date de l’an passé" in page(MARCH)
    give(child, 2027)
    assert "date de l’an passé" not in page(MARCH)


def test_the_list_is_for_those_who_register(client, make_user, facilitator, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(facilitator)
    assert client.get(reverse("childcare:quotients")).status_code == 403
    assert client.post(reverse("childcare:quotients_tell")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_machines_tell_each_home_once(activity, make_family):
    for name in ("Aubry", "Blin", "Caron"):
        make_family(last_name=name, activity=activity)
    answers = at_once(*[lambda: actions.tell_quotients(actor=None, today=FEBRUARY)] * 3)
    assert sorted(answers) == [0, 0, 3]
    notice = QuotientNotice.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotientNotice.objects.create(household=notice.household, year=2027)
