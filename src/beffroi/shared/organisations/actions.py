"""Every write on organisations: the territory as it is installed, bodies of the directory, opening hours."""

import datetime
from collections.abc import Iterable

from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.organisations import names, outlines
from beffroi.shared.organisations.models import Area, Commune, ExceptionalDay, OpeningHours, Organisation, Team

Range = tuple[int, datetime.time, datetime.time]


class OtherTerritory(Exception):
    """Another EPCI already runs this installation; the message says which."""


def concrete(organisation: Organisation) -> Organisation:
    """The commune when the organisation is one (the journal and the search box speak of communes)."""
    if isinstance(organisation, Commune) or organisation.kind != Organisation.Kind.COMMUNE:
        return organisation
    return Commune.objects.get(pk=organisation.pk)


def _write(obj, values: dict) -> list[str]:
    """Set what differs, save it, and tell which fields changed."""
    changed = [name for name, value in values.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, values[name])
    if changed:
        obj.save(update_fields=changed)
    return changed


def _record_change(obj, changed: list[str], *, actor) -> None:
    if changed:
        journal.record("organisations.update", obj, actor=actor, data={"fields": sorted(changed)})


@transaction.atomic
def put_operator(*, actor, siren: str, name: str, **details) -> Organisation:
    """Install or refresh the EPCI that runs the platform.

    Raises OtherTerritory if another one already does: two territories never share an installation.
    """
    operator = Organisation.objects.select_for_update().filter(is_operator=True).first()
    if operator is not None and operator.siren != siren:
        raise OtherTerritory(
            f"Cette installation porte déjà « {operator.name} » (SIREN {operator.siren}). "
            "Un autre territoire demande une autre base de données."
        )
    if operator is None:
        operator = Organisation.objects.create(
            kind=Organisation.Kind.EPCI, is_operator=True, siren=siren, name=name, slug=names.free_slug(name), **details
        )
        journal.record("organisations.install", operator, actor=actor, data={"siren": siren})
        return operator
    _record_change(operator, _write(operator, {"name": name, **details}), actor=actor)
    return operator


@transaction.atomic
def put_commune(*, actor, code_insee: str, name: str, **details) -> Commune:
    """Install or refresh a commune, known by its INSEE code. Empty details never erase what was typed since."""
    commune = Commune.objects.select_for_update(of=("self",)).filter(code_insee=code_insee).first()
    if commune is None:
        commune = Commune.objects.create(
            kind=Organisation.Kind.COMMUNE,
            code_insee=code_insee,
            name=name,
            slug=names.free_slug(name, code_insee),
            **details,
        )
        journal.record("organisations.install", commune, actor=actor, data={"code_insee": code_insee})
        return commune
    values = {key: value for key, value in details.items() if value not in ("", None, [])}
    _record_change(commune, _write(commune, {"name": name, **values}), actor=actor)
    return commune


@transaction.atomic
def put_body(*, actor, kind: str, name: str, **details) -> Organisation:
    """Install or refresh a public body, known by its kind and name."""
    body = Organisation.objects.select_for_update().filter(kind=kind, name=name).first()
    if body is None:
        body = Organisation.objects.create(kind=kind, name=name, slug=names.free_slug(name), **details)
        journal.record("organisations.install", body, actor=actor)
        return body
    _record_change(body, _write(body, details), actor=actor)
    return body


@transaction.atomic
def put_team(*, actor, organisation: Organisation, name: str, email: str = "") -> Team:
    """Create the team if the organisation has none of this name."""
    team, created = Team.objects.get_or_create(organisation=organisation, name=name, defaults={"email": email})
    if created:
        journal.record("organisations.team", concrete(organisation), actor=actor, data={"team": team.pk})
    return team


@transaction.atomic
def draw_outline(commune: Commune, geometry: dict, *, actor) -> bool:
    """Give a commune its outline (GeoJSON Polygon or MultiPolygon), or replace it; False when it was the same.

    The centre becomes that of the outline. Raises outlines.OutlineError for a geometry that cannot be used.
    """
    pieces = outlines.parts(geometry)
    if commune.outline == geometry and commune.areas.exists():
        return False
    commune.areas.all().delete()
    Area.objects.bulk_create(
        Area(commune=commune, part=number, ring=ring, is_hole=rank > 0)
        for number, rings in enumerate(pieces)
        for rank, ring in enumerate(rings)
    )
    commune.outline = geometry
    commune.centroid = outlines.centroid(geometry)
    commune.save(update_fields=["outline", "centroid"])
    journal.record("organisations.outline", commune, actor=actor, data={"parts": len(pieces)})
    return True


@transaction.atomic
def set_opening_hours(organisation: Organisation, ranges: Iterable[Range], *, actor) -> bool:
    """Replace the week's opening hours by `ranges` of (weekday from 0 = Monday, opens, closes); False if the same."""
    wanted = sorted(set(ranges))
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    held = sorted((line.weekday, line.opens, line.closes) for line in organisation.opening_hours.all())
    if held == wanted:
        return False
    organisation.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(organisation_id=organisation.pk, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in wanted
    )
    data = {"ranges": [[day, f"{opens:%H:%M}", f"{closes:%H:%M}"] for day, opens, closes in wanted]}
    journal.record("organisations.hours", concrete(organisation), actor=actor, data=data)
    return True


@transaction.atomic
def add_exceptional_day(organisation, *, actor, start, end, opens=None, closes=None, reason="") -> ExceptionalDay:
    """Close the organisation from `start` to `end` included, or open it at other hours on these days."""
    day = ExceptionalDay.objects.create(
        organisation_id=organisation.pk, start=start, end=end, opens=opens, closes=closes, reason=reason.strip()
    )
    data = {"start": start.isoformat(), "end": end.isoformat(), "closed": opens is None}
    journal.record("organisations.exception", concrete(organisation), actor=actor, data=data)
    return day


@transaction.atomic
def remove_exceptional_day(day: ExceptionalDay, *, actor) -> None:
    """Go back to the usual hours on these days."""
    organisation = concrete(day.organisation)
    data = {"start": day.start.isoformat(), "end": day.end.isoformat()}
    day.delete()
    journal.record("organisations.exception_removed", organisation, actor=actor, data=data)


@transaction.atomic
def create_body(*, actor, **values) -> Organisation:
    """Write a body in the directory, with the details of its form."""
    body = Organisation.objects.create(slug=names.free_slug(values["name"], values.get("city", "")), **values)
    journal.record("organisations.install", body, actor=actor)
    return body


@transaction.atomic
def change_details(organisation: Organisation, *, actor, **values) -> list[str]:
    """Change the details of a body; returns the names of those that differ, which the journal keeps."""
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = _write(held, values)
    _record_change(concrete(held), changed, actor=actor)
    return changed
