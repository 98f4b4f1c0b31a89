"""Transport lines on the screen: what families say, what is printed, who opens what, what is told and forgotten."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, retention
from beffroi.modules.childcare.models import Attendance, Boarding, Contact, Custody, Ride, RideSkip, TransportLine
from beffroi.shared.organisations.models import Organisation
from tests.modules.childcare.conftest import WEDNESDAY
from tests.modules.childcare.test_transport import BOTH, TODAY, T, at, book, ride


@pytest.fixture
def child(activity, make_family):
    return make_family(activity=activity)


@pytest.fixture
def separated(child, add_parent):
    """Léa, at her mother's in even weeks: 25 November 2026 is in week 48."""
    child.other = add_parent(child)
    actions.set_custody(Custody(child=child, rhythm="weeks", even_home=child.home), actor=None)
    return child


@pytest.fixture
def that_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(17, 30))


def test_list_is_printed_and_exported(child, activity, line, clerk, client):
    ride(child, line.hall)
    book(child, activity)
    client.force_login(clerk)
    text = client.get(reverse("childcare:line_day", args=[line.slug]), {"jour": WEDNESDAY, "sens": "morning"})
    assert "data-print" in text.content.decode()
    assert "Dubois Léa" in text.content.decode()
    answer = client.get(
        reverse("childcare:line_export", args=[line.slug, "csv"]), {"jour": WEDNESDAY, "sens": "morning"}
    )
    assert "Mairie;7" in answer.content.decode("utf-8-sig")


def test_child_leaves_the_site_with_the_line_and_no_other_child_does(
    child, make_family, activity, line, facilitator, client, that_day
):
    other = make_family(first_name="Tom", activity=activity)
    ride(child, line.hall)
    mine, theirs = book(child, activity), book(other, activity)
    client.force_login(facilitator)
    text = client.get(reverse("childcare:field_sheet", args=[line.site.slug])).content.decode()
    assert text.count(f'value="l-{line.pk}"') == 1
    for booking in (mine, theirs):
        client.post(reverse("childcare:tick"), {"booking": booking.pk, "kind": "left", "with": f"l-{line.pk}"})
    left = dict(Attendance.objects.values_list("booking", "left_with"))
    assert left == {mine.pk: "Ligne du Val (transport)", theirs.pk: ""}


def test_family_says_its_stop_its_days_without_and_stops(child, activity, line, client):
    named = Contact.objects.create(home=child.home, name="Odette", phone="06 39 98 00 01")
    client.force_login(child.parent)
    page = reverse("childcare:my_transport", args=[child.pk])
    assert client.get(page).status_code == 200
    tomorrow = TODAY + datetime.timedelta(days=1)
    sent = {"stop": line.hall.pk, "trips": BOTH, "weekdays": [2], "start": tomorrow, "receivers": [named.pk]}
    early = client.post(page, sent | {"start": TODAY})
    assert early.status_code == 200
    assert "Au plus tôt" in early.content.decode()
    assert client.post(page, sent).status_code == 302
    assert set(Ride.objects.values_list("trip", "start")) == {("morning", tomorrow), ("evening", tomorrow)}
    assert list(Ride.objects.get(trip="evening").receivers.all()) == [named]
    skip = reverse("childcare:my_ride_skip", args=[child.pk])
    assert client.post(skip, {"day": WEDNESDAY, "trips": BOTH}).status_code == 302
    assert RideSkip.objects.count() == 2
    assert client.post(skip, {"day": WEDNESDAY + datetime.timedelta(days=1), "trips": BOTH}).status_code == 200
    assert client.post(skip, {"reprendre": RideSkip.objects.first().pk}).status_code == 302
    assert RideSkip.objects.count() == 1
    chosen = Ride.objects.values_list("pk", flat=True)
    client.post(reverse("childcare:my_ride_end", args=[child.pk]), {"choix": list(chosen)})
    assert not Ride.objects.to_come().exists()


def test_one_home_never_sees_the_stop_of_the_other(separated, activity, line, client):
    father = separated.other.parent
    theirs = ride(separated, line.mill, separated.other, actor=father)
    ride(separated, line.hall)
    client.force_login(separated.parent)
    text = client.get(reverse("childcare:my_transport", args=[separated.pk])).content.decode()
    assert text.count('name="choix"') == 2
    assert not any(f'name="choix" value="{one.pk}"' in text for one in theirs)
    client.post(reverse("childcare:my_ride_end", args=[separated.pk]), {"choix": [one.pk for one in theirs]})
    assert Ride.objects.to_come().filter(home=separated.other).count() == 2
    skip = actions.skip_ride(theirs[0], WEDNESDAY, actor=father)
    answer = client.post(reverse("childcare:my_ride_skip", args=[separated.pk]), {"reprendre": skip.pk})
    assert answer.status_code == 404


MATRIX = [
    ("lines", (), {"clerk", "facilitator"}),
    ("line", ("line",), {"clerk", "facilitator"}),
    ("line_day", ("line",), {"clerk", "facilitator"}),
    ("line_edit", ("line",), {"clerk"}),
    ("stop", ("line", "stop"), {"clerk"}),
    ("desk_transport", ("child", "home"), {"clerk"}),
    ("my_transport", ("child",), {"parent", "other parent"}),
    ("field_line", ("line", "way"), {"clerk", "facilitator", "escort"}),
    ("field_sheet", ("site",), {"clerk", "facilitator"}),
    ("child", ("child",), {"clerk", "facilitator"}),
]


@pytest.mark.parametrize(("name", "arguments", "allowed"), MATRIX, ids=[one[0] for one in MATRIX])
def test_who_opens_what(
    separated, line, site, clerk, facilitator, escort, make_user, operator, client, name, arguments, allowed
):
    ride(separated, line.hall)
    values = {
        "line": line.slug,
        "stop": line.hall.pk,
        "child": separated.pk,
        "home": separated.home.pk,
        "way": "matin",
        "site": site.slug,
    }
    path = reverse(f"childcare:{name}", args=[values[one] for one in arguments])
    people = {
        "parent": separated.parent,
        "other parent": separated.other.parent,
        "clerk": clerk,
        "escort": escort,
        "facilitator": facilitator,
        "stranger": make_user(),
        "voirie": make_user("agent", operator),
    }
    for who, user in people.items():
        client.force_login(user)
        status = client.get(path).status_code
        assert (status == 200) == (who in allowed), f"{who} : {status}"
        assert status in {200, 403, 404}


def test_escort_of_another_body_sees_no_line(line, make_user):
    elsewhere = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs")
    assert list(TransportLine.objects.visible_to(make_user("line_escort", elsewhere), "childcare.escort")) == []


def test_line_that_names_who_accompanies_it_opens_to_no_other(line, escort, facilitator, make_user, operator, client):
    other = make_user("line_escort", operator, first_name="Rémi", last_name="Obry")
    page = reverse("childcare:field_line", args=[line.slug, "matin"])

    def opened():
        found = []
        for user in (escort, other, facilitator):
            client.force_login(user)
            found.append(client.get(page).status_code)
        return found

    assert opened() == [200, 200, 200]
    actions.save_line(line, actor=None, escorts=[escort])
    assert opened() == [200, 404, 200]


def test_desk_opens_a_line_and_its_stops(site, clerk, client):
    client.force_login(clerk)
    sent = {"name": "Navette", "site": site.pk, "weekdays": [0, 2], "start": TODAY, "capacity": 8}
    assert client.post(reverse("childcare:line_new"), sent | {"capacity": 0}).status_code == 200
    assert client.post(reverse("childcare:line_new"), sent).status_code == 302
    made = TransportLine.objects.get()
    stop = reverse("childcare:stop_new", args=[made.slug])
    assert client.post(stop, {"name": "École"}).status_code == 200
    assert client.post(stop, {"name": "École", "morning_at": "08:05"}).status_code == 302
    assert made.stops.get().morning_at == T(8, 5)


# --- What is told, what is forgotten ----------------------------------------------------------------------------------


def told(verb, template):
    entry = Entry.objects.filter(verb=verb).latest("pk")
    notice = next(one for one in modules.collect("notices") if one.verb == verb and template in one.template)
    return [one.user or one.email for one in notice.recipients(entry)]


def test_families_of_a_stop_that_moves_are_told_and_only_they(separated, line, activity, make_family):
    neighbour = make_family(first_name="Tom", activity=activity)
    ride(separated, line.hall)
    ride(neighbour, line.mill)
    line.hall.morning_at = T(7, 35)
    actions.save_stop(line.hall, actor=None)
    assert told("childcare.stop_move", "stop_move") == [separated.parent]
    line.hall.name = "Mairie de Beauval"
    actions.save_stop(line.hall, actor=None)
    assert Entry.objects.filter(verb="childcare.stop_move").count() == 1


def test_only_the_home_of_the_ride_learns_that_the_child_was_not_there(separated, line, escort, activity, that_day):
    morning, _evening = ride(separated, line.hall)
    actions.tick_boarding(morning, "missing", actor=escort, at=at(17, 10))
    assert told("childcare.boarding", "missing") == [separated.parent]
    actions.tick_boarding(morning, "missing", actor=escort, at=at(7, 40))
    assert told("childcare.boarding", "missing") == []
    actions.tick_boarding(morning, "aboard", actor=escort, at=at(17, 20))
    assert told("childcare.boarding", "missing") == []


def test_boardings_and_old_rides_are_forgotten_after_a_year(child, line, escort, activity):
    morning, evening = ride(child, line.hall)
    actions.tick_boarding(evening, "handed", actor=escort, at=at(17, 50), with_name="Jeanne")
    actions.end_rides(child.home, [morning.pk], actor=child.parent, last=WEDNESDAY)
    before = at(12) + datetime.timedelta(days=364)
    after = at(12) + datetime.timedelta(days=366)
    assert not retention.old_boardings(before).exists()
    assert list(retention.old_boardings(after)) == [Boarding.objects.get()]
    assert list(retention.old_rides(after)) == [morning]
    for rule in retention.RULES:
        if rule.code in ("childcare.boardings", "childcare.rides"):
            for one in rule.due(after):
                rule.apply(one)
            assert not rule.due(after).exists()
    assert list(Ride.objects.all()) == [evening]


def test_forgotten_child_and_home_that_ends_leave_no_stop(separated, line):
    ride(separated, line.hall)
    ride(separated, line.mill, separated.other)
    actions.end_home(separated.other, actor=None)
    assert not Ride.objects.to_come(TODAY + datetime.timedelta(days=1)).filter(home=separated.other).exists()
    actions.erase_child(separated)
    assert not Ride.objects.exists()
