"""From a line of the journal to the outbox: who is told, by which channel, and only once."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from beffroi.kernel import actions, notices
from beffroi.kernel.models import Delivery, Entry, PushSubscription
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient, filling, preferences
from tests.sample.actions import create_note

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def told(entry=None):
    entry = entry or Entry.objects.latest("pk")
    filling.fill(entry)
    return {d.channel: d for d in Delivery.objects.filter(entry=entry)}


def test_notice_account_is_told_in_beffroi_and_by_email(make_user):
    owner = make_user()
    create_note(title="Banc cassé", owner=owner)
    found = told()
    assert set(found) == {"inapp", "email"}
    assert found["inapp"].state == "sent"
    assert found["email"].state == "waiting"
    assert found["email"].address == owner.email
    assert found["email"].subject == "Note «\u202fBanc cassé\u202f»"
    assert found["email"].url.startswith("http")


def test_notice_filled_twice_tells_once(make_user):
    create_note(title="Banc cassé", owner=make_user())
    entry = Entry.objects.latest("pk")
    assert filling.fill(entry) == 2
    assert filling.fill(entry) == 0
    assert Delivery.objects.count() == 2


def test_notice_address_without_account_gets_its_secret_link_by_email_only():
    create_note(title="Banc cassé", email="alix@example.invalid")
    found = told()
    assert set(found) == {"email"}
    assert found["email"].address == "alix@example.invalid"
    assert "alix" not in found["email"].key
    assert "secret" not in found["email"].subject


def test_notice_erased_or_closed_account_is_not_told(make_user):
    create_note(title="Banc cassé", owner=make_user(is_active=False))
    assert told() == {}


def test_notice_email_switched_off_stays_in_beffroi(make_user):
    owner = make_user()
    actions.save_preferences(owner, channels={"sample": []}, quiet=(time(20), time(8)))
    create_note(title="Banc cassé", owner=owner)
    assert set(told()) == {"inapp"}


def test_notice_urgent_passes_the_refusal_of_emails(make_user):
    owner = make_user()
    actions.save_preferences(owner, channels={"sample": []}, quiet=(time(20), time(8)))
    create_note(title="Banc cassé", owner=owner, verb="alarm")
    assert set(told()) == {"inapp", "email"}


def test_notice_for_agents_reaches_agents_only(make_user, agent, declare):
    resident = make_user()
    declare(
        notices=[
            Notice(
                verb="sample.create",
                recipients=lambda entry: [
                    Recipient(user=resident),
                    Recipient(user=agent),
                    Recipient(email="passant@example.invalid"),
                ],
                template="sample/created",
                category="sample",
                label="une note est écrite",
                agents=True,
            )
        ]
    )
    create_note(title="Banc cassé")
    told()
    assert set(Delivery.objects.values_list("user", flat=True)) == {agent.pk}
    assert [one.code for one in preferences.categories(agent) if one.code == "sample"] == ["sample"]
    assert [one.code for one in preferences.categories(resident) if one.code == "sample"] == []


def test_notice_sms_needs_the_choice_and_a_verified_phone(make_user, settings, monkeypatch):
    settings.DEMO = True
    owner, phones = make_user(), {}
    monkeypatch.setattr(notices, "_verified_phone", lambda user: phones.get(user.pk, ""))
    actions.save_preferences(owner, channels={"sample": ["sms"]}, quiet=(time(0), time(0)))
    create_note(title="Sans numéro", owner=owner)
    assert set(told()) == {"inapp"}
    phones[owner.pk] = "0612345678"
    create_note(title="Avec numéro", owner=owner)
    sms = told()["sms"]
    assert sms.address == "0612345678"
    assert "Avec numéro" in sms.body


def test_notice_push_goes_to_those_who_have_a_device(make_user):
    owner = make_user()
    endpoint = "https://fcm.googleapis.com/x"
    PushSubscription.objects.create(user=owner, endpoint=endpoint, p256dh="k", auth="a", label="Firefox")
    create_note(title="Banc cassé", owner=owner)
    assert set(told()) == {"inapp", "email", "push"}


def test_notice_without_reason_to_tell_defers_no_job():
    create_note(title="Banc cassé", verb="finish")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kernel.notify'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (datetime(2026, 11, 24, 19, 59, tzinfo=PARIS), None),
        (datetime(2026, 11, 24, 20, 0, tzinfo=PARIS), datetime(2026, 11, 25, 8, 0, tzinfo=PARIS)),
        (datetime(2026, 11, 25, 7, 59, tzinfo=PARIS), datetime(2026, 11, 25, 8, 0, tzinfo=PARIS)),
        (datetime(2026, 11, 25, 8, 0, tzinfo=PARIS), None),
    ],
)
def test_quiet_hours_by_default_go_from_twenty_to_eight(make_user, hour, expected):
    assert preferences.quiet_until(make_user(), hour) == expected


def test_quiet_hours_equal_disturb_at_any_time(make_user):
    owner = make_user()
    actions.save_preferences(owner, channels={}, quiet=(time(0), time(0)))
    assert preferences.quiet_until(owner, datetime(2026, 11, 24, 23, 0, tzinfo=PARIS)) is None


def test_quiet_hours_in_the_day_end_the_same_day(make_user):
    owner = make_user()
    actions.save_preferences(owner, channels={}, quiet=(time(12), time(14)))
    noon = datetime(2026, 11, 24, 12, 30, tzinfo=PARIS)
    assert preferences.quiet_until(owner, noon) == datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)
