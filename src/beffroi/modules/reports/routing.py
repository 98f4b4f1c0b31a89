"""Who is competent: from a category and a place to a body, a team, and the reason said to the author."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from beffroi.kernel import access
from beffroi.modules.reports.models import Category, Competence
from beffroi.modules.reports.roads import Said
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team

HANDLE = "reports.handle"


class NobodyCompetent(Exception):
    """No rule, no commune, no body that runs the platform: nothing is installed."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """The answer. `competent` is the body in charge; `organisation` handles the report on the platform: the same one,
    or, where the competent body has no desk here, the one that keeps watch (`external` is then the competent body)."""

    organisation: Organisation
    team: Team | None = None
    external: Organisation | None = None
    reason: str = ""
    rule: Competence | None = None

    @property
    def competent(self) -> Organisation:
        return self.external or self.organisation


def route(
    category: Category,
    *,
    commune: Commune | None,
    address: str = "",
    point: tuple[float, float] | None = None,
    asset: Asset | None = None,
) -> Route:
    """The competent body for a problem of this category at this place, or on this asset.

    The rule with the most precise place wins (see `Competence`); without a rule, the commune; without a commune, the
    body that runs the platform. Raises NobodyCompetent on an empty installation.
    """
    return Matrix([category]).route(category, commune=commune, address=address, point=point, asset=asset)


class Matrix:
    """The rules of some categories (of all by default), read once: for one report, or for many."""

    def __init__(self, categories: Iterable[Category] | None = None):
        rules = Competence.objects.select_related("organisation", "team", "commune", "asset")
        if categories is not None:
            rules = rules.filter(category__in={pk for one in categories for pk in (one.pk, one.parent_id) if pk})
        self.rules: dict[int, list[Competence]] = {}
        for rule in rules:
            self.rules.setdefault(rule.category_id, []).append(rule)
        self._desks: dict[int, bool] = {}

    @cached_property
    def operator(self) -> Organisation | None:
        return operator()

    def has_desk(self, body: Organisation) -> bool:
        if body.pk not in self._desks:
            self._desks[body.pk] = has_desk(body)
        return self._desks[body.pk]

    def route(self, category: Category, *, commune, address="", point=None, asset=None) -> Route:
        """See `route`."""
        rule = self.best_rule(category, commune=commune, address=address, point=point, asset=asset)
        body = (rule.organisation if rule else None) or commune or self.operator
        if body is None:
            raise NobodyCompetent("Aucun organisme n’est installé.")
        reason, team = (rule.reason, rule.team) if rule else ("", None)
        if self.has_desk(body):
            return Route(organisation=body_of(body), team=team, reason=reason, rule=rule)
        watcher = self.watcher(commune, other_than=body)
        if watcher is None:
            return Route(organisation=body_of(body), team=team, reason=reason, rule=rule)
        return Route(organisation=watcher, external=body_of(body), reason=reason, rule=rule)

    def best_rule(self, category: Category, *, commune, address="", point=None, asset=None) -> Competence | None:
        """The rule that applies, or None."""
        rules = [
            rule
            for pk in (category.pk, category.parent_id)
            for rule in self.rules.get(pk or 0, ())
            if rule.commune_id is None or (commune is not None and rule.commune_id == commune.pk)
        ]
        inside = areas_holding(point, [rule.pk for rule in rules if rule.area_name]) if point else set()
        said = Said(address, point)
        fitting = [
            rule
            for rule in rules
            if (not rule.area_name or rule.pk in inside)
            and (rule.asset_id is None or (asset is not None and rule.asset_id == asset.pk))
            and said.holds(rule)
        ]
        return max(fitting, key=lambda rule: _weight(rule, category), default=None)

    def watcher(self, commune, *, other_than: Organisation) -> Organisation | None:
        bodies = (body for body in (commune, self.operator) if body is not None and body.pk != other_than.pk)
        return next((body_of(body) for body in bodies if self.has_desk(body)), None)


def _weight(rule: Competence, category: Category) -> tuple:
    """How precise a rule is: asset, area, street (the longest name), class of the road, commune; then the category
    before its family."""
    return (
        rule.asset_id is not None,
        bool(rule.area_name),
        len(rule.street_key),
        bool(rule.road_class),
        rule.commune_id is not None,
        rule.category_id == category.pk,
        -rule.pk,
    )


def areas_holding(point: tuple[float, float], rules: list[int]) -> set[int]:
    """Those of the rules whose drawn area holds the point."""
    if not rules:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM reports_competence WHERE id = ANY(%s) AND ring @> point(%s, %s)", [rules, *point]
        )
        return {row[0] for row in cursor.fetchall()}


def operator() -> Organisation | None:
    """The body that runs the platform."""
    return Organisation.objects.filter(is_operator=True).first()


def has_desk(body: Organisation) -> bool:
    """Does somebody handle reports for it on the platform?"""
    roles = access.roles_with(HANDLE)
    return Membership.objects.active().filter(organisation_id=body.pk, role__in=roles, user__is_active=True).exists()


def watcher_for(commune: Commune | None, *, other_than: Organisation) -> Organisation | None:
    """Who keeps watch over what a body without desk must do: the commune if it has one, else the operator."""
    return Matrix([]).watcher(commune, other_than=other_than)


def body_of(body: Organisation) -> Organisation:
    """The organisation itself, of a commune."""
    return body.organisation_ptr if isinstance(body, Commune) else body
