"""What the tests of the roadmap are made of."""

import datetime
import itertools

from beffroi.kernel.models import User
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.models import Action, Axis, Plan
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

_numbers = itertools.count(1)


def make_organisation(**fields) -> Organisation:
    number = next(_numbers)
    defaults = {"kind": "epci", "name": f"Organisme {number}", "slug": f"organisme-{number}"}
    return Organisation.objects.create(**defaults | fields)


def make_commune(**fields) -> Commune:
    number = next(_numbers)
    defaults = {
        "kind": "commune",
        "name": f"Commune {number}",
        "slug": f"commune-{number}",
        "code_insee": f"8{number:04d}",
    }
    return Commune.objects.create(**defaults | fields)


def make_team(organisation, **fields) -> Team:
    return Team.objects.create(organisation=organisation, **{"name": f"Équipe {next(_numbers)}"} | fields)


def make_user(role="", organisation=None, team=None, **fields) -> User:
    """A person, holding `role` in `organisation` when given."""
    number = next(_numbers)
    names = {"first_name": "Camille", "last_name": f"Exemple{number}"}
    user = User.objects.create_user(f"personne{number}@example.invalid", "secret", **names | fields)
    if role:
        start = datetime.date(2020, 1, 1)
        Membership.objects.create(user=user, organisation=organisation, role=role, team=team, start=start)
    return user


def make_plan(organisation=None, **fields) -> Plan:
    number = next(_numbers)
    defaults = {
        "organisation": organisation or make_organisation(),
        "kind": "roadmap",
        "title": f"Plan {number}",
        "slug": f"plan-{number}",
        "start": datetime.date(2023, 1, 1),
        "end": datetime.date(2026, 12, 31),
        "is_public": True,
        "budget_is_public": True,
    }
    return actions.create_plan(actor=None, **defaults | fields)


def make_axis(plan=None, **fields) -> Axis:
    number = next(_numbers)
    defaults = {"code": str(number), "title": f"Axe d’essai {number}", "position": number}
    return actions.create_axis(plan or make_plan(), actor=None, **defaults | fields)


def make_action(axis=None, **fields) -> Action:
    fields.setdefault("title", f"Action d’essai {next(_numbers)}")
    return actions.create_action(axis or make_axis(), actor=None, **fields)
