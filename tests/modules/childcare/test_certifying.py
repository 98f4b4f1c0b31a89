"""« Rien n’a changé »: asked for after a year, once more a month later, listed and taken away."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, notices
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Child
from tests.modules.childcare.conftest import NOW
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)


@pytest.fixture
def due(activity, make_family):
    """A child who comes, certified a year and a day ago."""
    child = make_family(activity=activity)
    Child.objects.filter(pk=child.pk).update(
        certified_at=timezone.now() - 366 * DAY, created_at=timezone.now() - 800 * DAY
    )
    return child


def test_asked_after_a_year_once_more_a_month_later_and_no_more(due):
    assert actions.remind_certifications(NOW) == 1
    assert actions.remind_certifications(NOW) == 0
    assert actions.remind_certifications(NOW + 29 * DAY) == 0
    assert actions.remind_certifications(NOW + 30 * DAY) == 1
    assert actions.remind_certifications(NOW + 200 * DAY) == 0
    due.refresh_from_db()
    assert due.certify_reminders == 2


def test_certified_it_is_asked_again_a_year_later(due, client):
    actions.remind_certifications(NOW)
    client.force_login(due.parent)
    client.post(reverse("childcare:certify", args=[due.pk]))
    due.refresh_from_db()
    assert (due.certify_reminders, due.certify_reminded_on) == (0, None)
    assert actions.remind_certifications(NOW + 364 * DAY) == 0
    assert actions.remind_certifications(NOW + 366 * DAY) == 1


@pytest.mark.parametrize(("days", "asked"), [(364, 0), (366, 1)])
def test_file_never_certified_is_asked_for_a_year_after_it_was_opened(activity, make_family, days, asked):
    child = make_family(activity=activity)
    Child.objects.filter(pk=child.pk).update(created_at=NOW - days * DAY)
    assert actions.remind_certifications(NOW) == asked


def test_child_who_no_longer_comes_is_left_alone(due, activity):
    actions.end_enrolment(due.enrolments.get(), actor=None)
    assert actions.remind_certifications(NOW) == 0


def test_each_home_is_written_to(due, add_parent):
    other = add_parent(due)
    actions.remind_certifications(NOW)
    entry = Entry.objects.get(verb="childcare.certify_ask")
    assert {one.user for one in notices.of_homes(entry)} == {due.parent, other.parent}


def test_agents_list_filter_ask_and_take_away(due, activity, make_family, clerk, facilitator, client):
    fresh = make_family(first_name="Zoé", activity=activity)
    client.force_login(clerk)
    path = reverse("childcare:certifications")
    page = client.get(path).content.decode()
    assert "Léa" in page
    assert "Zoé" not in page
    assert f'href="{reverse("childcare:todo")}" aria-current="true"' in page, "the entry of the menu that leads here"
    assert "Léa" not in client.get(path, {"rappel": "une"}).content.decode()
    asked = client.post(reverse("childcare:certify_remind") + "?q=dubois", {"choix": [due.pk, fresh.pk]})
    assert asked["Location"] == path + "?q=dubois", "the filters stay"
    assert "Léa" in client.get(path, {"rappel": "une"}).content.decode()
    assert Entry.objects.filter(verb="childcare.certify_ask").count() == 1
    again = client.post(reverse("childcare:certify_remind"), {"choix": [due.pk]}, follow=True).content.decode()
    assert "Déjà demandé aujourd’hui" in again
    for kind, first in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("ods", b"PK")):
        content = client.get(reverse("childcare:certify_export", args=[kind])).content
        assert content.startswith(first)
    table = client.get(reverse("childcare:certify_export", args=["csv"])).content.decode("utf-8-sig")
    assert len(table.strip().splitlines()) == 2
    assert "Foyer Dubois" in table
    assert client.get(reverse("childcare:certify_export", args=["exe"])).status_code == 404
    client.force_login(facilitator)
    assert client.get(path).status_code == 403


def test_agent_of_another_body_sees_none(due, make_user, client):
    from beffroi.shared.organisations.models import Organisation

    body = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs-3")
    client.force_login(make_user("family_desk", body))
    assert "Léa" not in client.get(reverse("childcare:certifications")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_ask_once(make_activity, make_family):
    child = make_family(activity=make_activity())
    Child.objects.filter(pk=child.pk).update(created_at=NOW - 400 * DAY)
    answers = at_once(*[lambda: actions.remind_certification(child, actor=None)] * 2)
    assert sorted(type(one).__name__ for one in answers) == ["Child", "Refused"]
    with pytest.raises(Refused):
        actions.remind_certification(child, actor=None)
