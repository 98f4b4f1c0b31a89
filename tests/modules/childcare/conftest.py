import datetime
import functools
import itertools

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Activity, ChildHome, Group, Period, Site, Stop, TransportLine, Unit
from beffroi.shared.organisations.models import Commune, Membership, Organisation
from beffroi.shared.people.actions import create_household, person_of

_numbers = itertools.count(1)
T = datetime.time
# Thursday 12 November 2026, in school time; the day after is far from any holiday.
NOW = datetime.datetime(2026, 11, 12, 9, tzinfo=timezone.get_default_timezone())
WEDNESDAY = datetime.date(2026, 11, 25)
SLOTS = {
    "matin": ("Matin", T(9), T(12), ["matin"], False),
    "apres-midi": ("Après-midi", T(13, 30), T(17), ["apres-midi"], False),
    "journee": ("Journée avec repas", T(9), T(17), ["matin", "midi", "apres-midi"], True),
}


def prove(household, commune=..., start=datetime.date(2020, 1, 1)):
    """A proof of residence was seen, for the commune that the home says unless another is given."""
    commune = household.commune if commune is ... else commune
    return actions.check_residence(household, actor=None, commune=commune, start=start)


REAL_NOW = timezone.now


@functools.cache
def _dated_fields():
    """The fields whose default is the present: they hold the function itself, which no test replaces."""
    return [one for model in apps.get_models() for one in model._meta.local_fields if one.default is REAL_NOW]


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """Every test of the childcare lives from NOW on, whatever the day it is played."""
    start = REAL_NOW()
    monkeypatch.setattr(timezone, "now", lambda: NOW + (REAL_NOW() - start))
    for field in _dated_fields():
        monkeypatch.setitem(field.__dict__, "_get_default", lambda: timezone.now())


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": tmp_path / "files"}}
    }
    return storages["files"]


@pytest.fixture
def operator(db):
    return Organisation.objects.create(
        kind="epci", name="Communauté de communes d’Essai", slug="cc-essai", is_operator=True, postal_code="80600"
    )


@pytest.fixture
def commune(operator):
    return Commune.objects.create(
        kind="commune", name="Beauval", slug="beauval", code_insee="80071", departement="80", parent=operator
    )


@pytest.fixture
def make_user(db):
    def make(role="", organisation=None, **fields):
        number = next(_numbers)
        fields.setdefault("email", f"personne{number}@example.invalid")
        fields.setdefault("first_name", f"Prénom{number}")
        fields.setdefault("last_name", f"Nom{number}")
        user = User.objects.create_user(**fields)
        if role:
            Membership.objects.create(user=user, role=role, organisation=organisation, start=datetime.date(2020, 1, 1))
        return user

    return make


@pytest.fixture
def clerk(make_user, operator):
    return make_user("family_desk", operator, first_name="Sabine", last_name="Lourdel")


@pytest.fixture
def facilitator(make_user, operator):
    return make_user("facilitator", operator, first_name="Mehdi", last_name="Cazier")


@pytest.fixture
def site(operator, commune):
    return Site.objects.create(
        organisation=operator, name="Accueil de Beauval", slug="accueil-beauval", commune=commune
    )


@pytest.fixture
def make_activity(operator, site):
    """Wednesdays at Beauval: two groups, three units, from 1 September 2026 to 4 July 2027."""

    def make(name="Mercredis", slug="mercredis", capacity=3, staff=3, weekdays=(2,), **fields):
        fields = {"structure": "pedt"} | fields
        activity = Activity.objects.create(organisation=operator, name=name, slug=slug, **fields)
        for group, youngest, oldest in (("Petits", 3, 5), ("Grands", 6, 12)):
            Group.objects.create(
                activity=activity,
                site=site,
                name=group,
                age_min=youngest,
                age_max=oldest,
                capacity=capacity,
                staff=staff,
            )
        for rank, (code, (label, starts, ends, slots, meal)) in enumerate(SLOTS.items(), 1):
            Unit.objects.create(
                activity=activity, code=code, name=label, starts=starts, ends=ends, slots=slots, meal=meal, order=rank
            )
        opened = datetime.datetime(2026, 6, 1, 9, tzinfo=timezone.get_default_timezone())
        Period.objects.create(
            activity=activity,
            name="2026-2027",
            start=datetime.date(2026, 9, 1),
            end=datetime.date(2027, 7, 4),
            weekdays=list(weekdays),
            opens_at=opened,
            opens_to_all_at=opened,
        )
        actions.refresh_places(activity, since=datetime.date(2026, 9, 1))
        return activity

    return make


@pytest.fixture
def activity(make_activity):
    return make_activity()


@pytest.fixture
def child(activity, make_family):
    return make_family(activity=activity)


@pytest.fixture
def make_family(operator, commune, make_user):
    """A parent with an account, a home in Beauval, a child: gives the child, whose `.home` and `.parent` are set."""

    def make(first_name="Léa", age=8, activity=None, site=None, last_name="Dubois", **fields):
        parent = make_user(first_name="Jeanne", last_name=last_name)
        person = person_of(parent)
        fields.setdefault("commune", commune)
        household = create_household(actor=parent, person=person, name=f"Foyer {last_name}", **fields)
        child = actions.create_child(
            actor=parent,
            household=household,
            guardian=person,
            relation="mother",
            organisation=operator,
            first_name=first_name,
            last_name=last_name,
            birth_date=datetime.date(2026 - age, 1, 10),
        )
        prove(household)
        child.home = ChildHome.objects.select_related("household__commune").get(child=child)
        child.parent = parent
        if activity is not None:
            actions.enrol(child, activity, site or activity.groups.first().site, actor=parent)
        return child

    return make


@pytest.fixture
def add_parent(make_user):
    """A second home, elsewhere, with the other parent."""

    def add(child, share=50, **fields):
        parent = make_user(first_name="Paul", last_name="Leclercq")
        person = person_of(parent)
        fields = {"address": "4 rue Secrète", "city": "Doullens", "postal_code": "80600"} | fields
        household = create_household(actor=parent, person=person, name="Foyer Leclercq", **fields)
        prove(household)
        home = actions.add_home(child, household, actor=None, guardian=person, relation="father", share=share)
        home.parent = parent
        return home

    return add


@pytest.fixture
def centre(operator):
    return Organisation.objects.create(
        kind="other",
        name="CCAS de Beauval",
        slug="ccas",
        address="1 place Haute",
        postal_code="80630",
        city="Beauval",
        email="ccas@example.invalid",
    )


@pytest.fixture
def line(operator, site):
    made = TransportLine(
        organisation=operator,
        site=site,
        name="Ligne du Val",
        slug="ligne-du-val",
        weekdays=[2],
        capacity=2,
        start=datetime.date(2026, 9, 1),
    )
    actions.save_line(made, actor=None)
    hall = Stop(line=made, name="Mairie", place="devant la mairie", morning_at=T(7, 40), evening_at=T(17, 50))
    mill = Stop(line=made, name="Moulin", morning_at=T(7, 50), evening_at=T(17, 40))
    made.hall, made.mill = (actions.save_stop(stop, actor=None) for stop in (hall, mill))
    return made


@pytest.fixture
def escort(make_user, operator):
    return make_user("line_escort", operator, first_name="Josiane", last_name="Wallet")
