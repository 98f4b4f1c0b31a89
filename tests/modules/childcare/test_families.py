"""Two homes, one child: each parent sees their own side, and nothing of the other."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from beffroi.kernel import access
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Contact, Custody
from beffroi.modules.childcare.wishes import BOOK, NO, Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)
SECRETS = ("rue Secrète", "Leclercq", "06 39 98 77 77", "Tante Cachée")


@pytest.fixture
def separated(activity, make_family, add_parent):
    """Léa, at her mother's in even weeks; what her father's home holds must stay there."""
    child = make_family(activity=activity)
    child.other = add_parent(child)
    child.other.guardians.get().person.__class__.objects.filter(pk=child.other.payer_id).update(phone="06 39 98 77 77")
    actions.save_contact(
        Contact(home=child.other, name="Tante Cachée", phone="06 39 98 77 78"), actor=child.other.parent
    )
    actions.set_custody(Custody(child=child, rhythm="weeks", even_home=child.home), actor=None)
    return child


def book(child, home, activity, day, actor):
    unit = activity.units.get(code="journee")
    return actions.book([Wish(day, child.pk, unit.pk)], {child.pk: home}, actor=actor, now=NOW)[0]


def test_each_parent_books_their_own_days(separated, activity):
    child, mother, father = separated, separated.parent, separated.other.parent
    home = ChildHome.objects.select_related("household__commune").get(pk=child.other.pk)
    assert book(child, child.home, activity, WEDNESDAY, mother).verdict == BOOK  # week 48
    refused = book(child, home, activity, WEDNESDAY + 2 * WEEK, father)
    assert refused.verdict == NO
    assert "l’autre foyer" in refused.reason
    assert book(child, home, activity, WEDNESDAY + WEEK, father).verdict == BOOK
    assert Booking.objects.of_parent(mother).count() == Booking.objects.of_parent(father).count() == 1


PARENT_PAGES = [
    ("my_children", ()),
    ("my_child", ("child",)),
    ("my_bookings", ()),
    ("calendar", ("slug",)),
    ("my_health", ("child",)),
    ("my_documents", ("child",)),
    ("change", ("child",)),
    ("contact_new", ("child",)),
    ("custody_exception", ("child",)),
    ("my_quotient", ()),
]


@pytest.mark.parametrize(("name", "arguments"), PARENT_PAGES)
def test_no_page_of_one_parent_shows_the_other_home(separated, activity, client, name, arguments):
    home = ChildHome.objects.select_related("household__commune").get(pk=separated.other.pk)
    book(separated, home, activity, WEDNESDAY + WEEK, separated.other.parent)
    client.force_login(separated.parent)
    values = {"child": separated.pk, "slug": activity.slug}
    response = client.get(reverse(f"childcare:{name}", args=[values[one] for one in arguments]))
    assert response.status_code == 200
    text = response.content.decode()
    for secret in SECRETS:
        assert secret not in text, f"{name} shows {secret}"


ALL = {"parent", "other parent", "clerk", "facilitator"}
MATRIX = [
    ("my_child", ("child",), {"parent", "other parent"}),
    ("my_health", ("child",), {"parent", "other parent"}),
    ("contact", ("child", "contact"), {"parent"}),
    ("child", ("child",), {"clerk", "facilitator"}),
    ("health", ("child",), {"clerk", "facilitator"}),
    ("child_edit", ("child",), {"clerk"}),
    ("home_add", ("child",), {"clerk"}),
    ("custody", ("child",), {"clerk"}),
    ("today", (), {"clerk", "facilitator"}),
    ("children", (), {"clerk", "facilitator"}),
    ("todo", (), {"clerk"}),
    ("offer", (), {"clerk"}),
    ("meals", (), {"clerk", "facilitator"}),
    ("menus", (), {"clerk"}),
    ("field_sheet", ("site",), {"clerk", "facilitator"}),
    ("emergency", ("site",), {"clerk", "facilitator"}),
]


@pytest.mark.parametrize(("name", "arguments", "allowed"), MATRIX, ids=[line[0] for line in MATRIX])
def test_who_opens_what(separated, clerk, facilitator, make_user, operator, site, client, name, arguments, allowed):
    contact = actions.save_contact(
        Contact(home=separated.home, name="Voisine", phone="06 39 98 00 01"), actor=separated.parent
    )
    values = {"child": separated.pk, "contact": contact.pk, "site": site.slug}
    path = reverse(f"childcare:{name}", args=[values[one] for one in arguments])
    people = {
        "parent": separated.parent,
        "other parent": separated.other.parent,
        "clerk": clerk,
        "facilitator": facilitator,
        "stranger": make_user(),
        "elected": make_user("elected", operator),
        "voirie": make_user("agent", operator),
    }
    for who, user in people.items():
        client.force_login(user)
        status = client.get(path).status_code
        assert (status == 200) == (who in allowed), f"{who} : {status}"
        assert status in {200, 403, 404}


def test_agent_of_another_body_sees_no_child(separated, make_user):
    from beffroi.shared.organisations.models import Organisation

    elsewhere = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs")
    stranger = make_user("family_desk", elsewhere)
    assert list(Child.objects.visible_to(stranger)) == []
    assert list(Booking.objects.visible_to(stranger)) == []


def test_home_that_ends_no_longer_sees_anything(separated):
    father = separated.other.parent
    assert Child.objects.of_parent(father).exists()
    actions.end_home(separated.other, actor=None)
    assert not Child.objects.of_parent(father).exists()
    with pytest.raises(Refused):
        actions.end_home(ChildHome.objects.get(pk=separated.home.pk), actor=None)


def test_third_home_is_refused_by_the_action_and_by_the_database(separated, make_family):
    third = make_family(first_name="Max").home
    with pytest.raises(Refused):
        actions.add_home(separated, third.household, actor=None, guardian=third.payer, relation="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildHome.objects.create(child=separated, household=third.household, rank=3)


def test_exception_waits_for_the_other_home(separated, activity, client):
    client.force_login(separated.parent)
    day = WEDNESDAY + WEEK
    data = {"start": day.isoformat(), "end": day.isoformat(), "home": "moi"}
    sent = client.post(reverse("childcare:custody_exception", args=[separated.pk]), data)
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    assert book(separated, separated.home, activity, day, separated.parent).verdict == NO
    exception = separated.custody_exceptions.get()
    answer = reverse("childcare:exception_answer", args=[separated.pk, exception.pk])
    client.post(answer, {"reponse": "oui"})  # the one who asks cannot accept for the other
    exception.refresh_from_db()
    assert exception.agreed_at is None
    client.force_login(separated.other.parent)
    client.post(answer, {"reponse": "oui"})
    assert book(separated, separated.home, activity, day, separated.parent).verdict == BOOK


def test_shares_must_make_a_hundred(separated):
    custody = Custody.objects.get(child=separated)
    with pytest.raises(Refused, match="100"):
        actions.set_custody(custody, actor=None, shares={separated.home.pk: 60, separated.other.pk: 50})
    actions.set_custody(custody, actor=None, shares={separated.home.pk: 60, separated.other.pk: 40})
    assert ChildHome.objects.get(pk=separated.other.pk).share == 40


def test_same_child_twice_in_a_home_is_refused(make_family, operator):
    child = make_family()
    with pytest.raises(Refused, match="déjà"):
        actions.create_child(
            actor=None,
            household=child.home.household,
            guardian=child.home.payer,
            relation="mother",
            organisation=operator,
            first_name="LÉA",
            last_name="Dubois",
            birth_date=child.birth_date,
        )


def test_parent_opens_a_file_and_books_from_the_pages(activity, make_user, client, monkeypatch):
    """The thin journey, without script: a home, a child, a registration, days, a confirmation."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)
    parent = make_user(first_name="Ana", last_name="Costa")
    client.force_login(parent)
    new = reverse("childcare:child_new")
    data = {
        "first_name": "Rui",
        "last_name": "Costa",
        "birth_date": "2019-03-02",
        "sex": "M",
        "relation": "mother",
        "home": "nouveau",
        "address": "1 rue Neuve",
        "postal_code": "8060",
        "city": "Doullens",
    }
    refused = client.post(new, data)
    assert "cinq chiffres" in refused.content.decode()
    assert 'value="1 rue Neuve"' in refused.content.decode()
    client.post(new, data | {"postal_code": "80600"})
    child = Child.objects.get(first_name="Rui")
    calendar = reverse("childcare:calendar", args=[activity.slug])
    assert "Inscrire d’abord" in client.get(calendar).content.decode()
    site = activity.groups.first().site
    client.post(reverse("childcare:enrol", args=[activity.slug]), {"inscrire": child.pk, "site": site.pk})
    page = client.get(calendar).content.decode()
    unit = activity.units.get(code="journee")
    box = f"{unit.pk}.{WEDNESDAY:%Y-%m-%d}"
    assert box in page
    review = reverse("childcare:review", args=[activity.slug])
    shown = client.post(review, {"enfant": child.pk, "jour": box}).content.decode()
    assert Booking.objects.count() == 0
    token = f"{child.pk}.{box}"
    assert token in shown
    client.post(review, {"ligne": token, "confirmer": "oui"})
    booking = Booking.objects.get()
    assert (booking.child, booking.day, booking.state) == (child, WEDNESDAY, "booked")
    pattern = {
        "enfant": child.pk,
        "motif": "oui",
        "weekdays": 2,
        "unit": unit.pk,
        "every": 2,
        "start": "2026-12-01",
        "end": "2026-12-31",
    }
    shown = client.post(review, pattern).content.decode()
    assert "2026-12-02" in shown
    assert "2026-12-16" in shown
    assert "2026-12-09" not in shown


def test_parent_cannot_book_or_cancel_for_somebody_elses_child(activity, make_family, make_user, client):
    child = make_family(activity=activity)
    book(child, child.home, activity, WEDNESDAY, child.parent)
    client.force_login(make_user())
    unit = activity.units.get(code="journee")
    client.post(
        reverse("childcare:review", args=[activity.slug]),
        {"ligne": f"{child.pk}.{unit.pk}.2026-12-02", "confirmer": "oui"},
    )
    client.post(reverse("childcare:cancel"), {"choix": Booking.objects.get().pk})
    assert Booking.objects.get().state == "booked"


def test_agent_links_the_second_parent_from_the_desk(make_family, clerk, make_user, client):
    from beffroi.shared.people.actions import person_of

    child, father = make_family(), person_of(make_user(first_name="Paul", last_name="Leclercq"))
    client.force_login(clerk)
    path = reverse("childcare:home_add", args=[child.pk])
    assert "Leclercq" in client.get(path, {"q": "leclerc"}).content.decode()
    done = client.post(f"{path}?personne={father.pk}", {"relation": "father", "household": "", "share": 40})
    assert done.status_code == 302
    assert list(child.homes.order_by("rank").values_list("share", flat=True)) == [60, 40]


def test_permission_is_refused_to_who_does_not_hold_it(facilitator, operator):
    with pytest.raises(PermissionDenied):
        access.require(facilitator, "childcare.register", operator)
