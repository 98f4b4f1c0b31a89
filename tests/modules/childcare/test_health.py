"""Health sheets encrypted and journalled, vaccines, documents, changes field by field, erasing."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import encryption, retention
from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, sheets, vaccines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, Child, Contact, Document, DocumentKind, HealthSheet, Place
from beffroi.modules.childcare.wishes import Wish, hours_of
from tests.modules.childcare.conftest import NOW, WEDNESDAY

SECRET = "allergie aux arachides"


def raw(child):
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM childcare_healthsheet WHERE child_id = %s", [child.pk])
        return cursor.fetchone()[0]


def test_health_is_unreadable_in_the_database(make_family):
    child = make_family()
    actions.save_health(child, {"allergies": SECRET}, actor=child.parent)
    assert "arachides" not in raw(child)
    assert HealthSheet.objects.get().content == {"allergies": SECRET}


def test_key_changes_without_losing_anything(make_family, settings, capsys):
    child = make_family()
    actions.save_health(child, {"allergies": SECRET}, actor=child.parent)
    before = raw(child)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-of-the-installation-that-is-long-enough-to-be-one"
    assert HealthSheet.objects.get().content == {"allergies": SECRET}
    call_command("rotate_field_keys")
    assert raw(child) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert HealthSheet.objects.get().content == {"allergies": SECRET}
    settings.SECRET_KEY = "another-key-that-never-encrypted-anything-at-all-here-before"
    with pytest.raises(encryption.Unreadable):
        HealthSheet.objects.get()
    assert "childcare.HealthSheet" in capsys.readouterr().out


def test_each_reading_and_change_is_in_the_journal_without_what_it_says(make_family, facilitator, client):
    child = make_family()
    actions.save_health(child, {"allergies": SECRET, "doctor": "Dr Picot"}, actor=child.parent)
    client.force_login(facilitator)
    assert SECRET in client.get(reverse("childcare:health", args=[child.pk])).content.decode()
    lines = Entry.objects.filter(verb__startswith="childcare.health").order_by("pk")
    assert [(line.verb, line.actor) for line in lines] == [
        ("childcare.health", child.parent),
        ("childcare.health_view", facilitator),
    ]
    assert lines[0].data == {"fields": ["allergies", "doctor"]}
    assert "arachides" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_parent_writes_the_sheet_and_is_told_of_missing_vaccines(make_family, client):
    child = make_family(age=8)
    client.force_login(child.parent)
    page = reverse("childcare:my_health", args=[child.pk])
    assert "Vaccins obligatoires sans date" in client.get(page).content.decode()
    refused = client.post(page, {"allergies": SECRET, "vaccin_dtp_1": "2009-01-01"}).content.decode()
    assert "ne peut pas être celle" in refused
    assert SECRET in refused
    data = {"allergies": SECRET, "diet": "sans-porc"}
    data |= {f"vaccin_{code}_1": "2020-02-03" for code in vaccines.required(child.birth_date)}
    assert client.post(page, data).status_code == 302
    content = HealthSheet.objects.get().content
    assert content["diet"] == "sans-porc"
    assert content["vaccines"]["ror"] == ["2020-02-03"]
    assert "sans date" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (datetime.date(2017, 12, 31), 1),
        (datetime.date(2018, 1, 1), 7),
        (datetime.date(2023, 6, 30), 7),
        (datetime.date(2023, 7, 1), 8),
    ],
)
def test_vaccines_follow_the_date_of_birth(born, expected):
    codes = vaccines.required(born)
    assert len(codes) == expected
    assert ("meningocoque-b" in codes) == (born >= datetime.date(2023, 7, 1))
    assert not {"meningocoque-c", "meningocoque-acwy"} <= set(codes)
    assert vaccines.missing(born, {code: ["2020-01-01"] for code in codes}) == []


def test_changes_are_accepted_field_by_field(make_family, clerk, client):
    child = make_family()
    client.force_login(child.parent)
    page = reverse("childcare:change", args=[child.pk])
    data = {
        "first_name": "Léa",
        "last_name": "Dubois-Martin",
        "birth_date": child.birth_date.isoformat(),
        "sex": "F",
        "school": "École du Centre",
    }
    assert client.post(page, data).status_code == 302
    assert "attend déjà" in client.post(page, data).content.decode()
    proposal = child.proposals.get()
    assert set(proposal.fields) == {"last_name", "sex", "school"}
    client.force_login(clerk)
    decide = reverse("childcare:proposal", args=[child.pk, proposal.pk])
    shown = client.get(decide).content.decode()
    assert "Dubois-Martin" in shown
    client.post(decide, {"accepte": ["school", "sex"]})
    child.refresh_from_db()
    assert (child.last_name, child.school, child.sex) == ("Dubois", "École du Centre", "F")
    assert child.checked_at
    with pytest.raises(Refused):
        actions.decide_proposal(proposal, {"last_name"}, actor=clerk)


def test_documents_end_and_are_reminded_once(make_family, operator):
    child = make_family()
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance", months=12)
    document = Document.objects.create(
        child=child, home=child.home, kind=kind, expires_on=timezone.localdate() + datetime.timedelta(days=20)
    )
    assert actions.remind_documents() == 1
    assert actions.remind_documents() == 0
    assert Entry.objects.filter(verb="childcare.document_ending", target_id=document.pk).count() == 1


def test_refused_document_says_why(make_family, operator, clerk):
    child = make_family()
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance")
    document = actions.add_document(child, kind, [], actor=child.parent, home=child.home)
    with pytest.raises(Refused):
        actions.judge_document(document, actor=clerk, accept=False)
    actions.judge_document(document, actor=clerk, accept=False, reason="illisible")
    assert list(Document.objects.valid()) == []


def test_child_is_forgotten_two_years_after_the_last_day(activity, make_family):
    child = make_family(activity=activity)
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    actions.save_health(child, {"allergies": SECRET}, actor=child.parent)
    Contact.objects.create(home=child.home, name="Odette", phone="06 39 98 00 01")
    Child.objects.update(created_at=NOW)
    rule = next(one for one in retention.modules.collect("retention") if one.code == "childcare.children")
    soon = NOW + datetime.timedelta(days=700)
    assert list(rule.due(soon)) == []
    later = timezone.make_aware(datetime.datetime.combine(WEDNESDAY, datetime.time(12))) + datetime.timedelta(days=732)
    retention.apply_rule(rule, later)
    child.refresh_from_db()
    assert (child.first_name, child.last_name, child.birth_date.day) == ("", "", 1)
    assert not HealthSheet.objects.exists()
    assert not Contact.objects.exists()
    assert child.bookings.count() == 1


def test_contagious_child_is_told_to_the_team_by_its_date_alone(activity, make_family, facilitator, client, site):
    """The family writes the day on which the child comes back; the sheet of the day says it, and never why."""
    child = make_family(activity=activity)
    day = NOW.date()
    page = reverse("childcare:my_health", args=[child.pk])
    client.force_login(child.parent)
    refused = client.post(page, {"allergies": SECRET, "away_until": day.isoformat()}).content.decode()
    assert "Un jour à venir" in refused
    assert SECRET in refused
    back = day + datetime.timedelta(days=4)
    assert client.post(page, {"allergies": SECRET, "away_until": back.isoformat()}).status_code == 302
    assert back.isoformat() not in raw(child)
    unit = activity.units.get(code="journee")
    booked = {
        "child": child,
        "home": child.home,
        "activity": activity,
        "unit": unit,
        "group": activity.groups.get(age_min=6),
    }
    for wanted, shown in ((day, True), (back, False)):
        for slot in unit.slots:
            Place.objects.get_or_create(group=booked["group"], day=wanted, slot=slot, defaults={"capacity": 5})
        Booking.objects.create(day=wanted, during=DateTimeTZRange(*hours_of(unit, wanted)), slots=unit.slots, **booked)
        (row,) = sheets.read(site, wanted).rows
        assert (row.away_until == back) is shown
    client.force_login(facilitator)
    told = client.get(reverse("childcare:field_sheet", args=[site.slug])).content.decode()
    assert "Ne doit pas venir" in told
    assert SECRET not in told
