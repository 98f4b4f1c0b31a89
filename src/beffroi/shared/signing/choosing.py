"""Which circuit a folder will follow, through which desks, by whom and when: shown before it is sent."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.shared.signing.models import Circuit, CircuitStep, Delegation, Desk, Detail, Holder, Nature, Route, Rule
from beffroi.shared.signing.models.folder import desks_of

NO_ABOVE = "Ce circuit passe par votre supérieur : aucun bureau au-dessus du vôtre n’est connu."
NO_DESK = "Ce circuit revient à votre bureau : vous n’en tenez aucun."


@dataclass(frozen=True)
class Planned:
    """A step as it will be: its desk, who decides there today, and when it should be done at the latest."""

    step: CircuitStep
    desk: Desk
    people: tuple[str, ...]
    due: datetime.date


def circuit_for(nature: Nature, title: str, details: Mapping[str, str]) -> Circuit:
    """The circuit of the first rule that holds, else that of the nature."""
    for rule in nature.rules.select_related("detail", "circuit"):
        said = details.get(rule.detail.name, "") if rule.detail else title
        if holds(rule, str(said)):
            return rule.circuit
    return nature.circuit


def holds(rule: Rule, said: str) -> bool:
    """Numbers and dates are compared as such; texts without regard to capitals."""
    kind = rule.detail.kind if rule.detail else Detail.Kind.TEXT
    if rule.test == Rule.Test.CONTAINS:
        return rule.value.casefold() in said.casefold()
    left, right = _value(kind, said), _value(kind, rule.value)
    if left is None or right is None:
        return False
    if rule.test == Rule.Test.EQUALS:
        return left == right
    return left >= right if rule.test == Rule.Test.ATLEAST else left < right


def _value(kind: str, text: str):
    text = text.strip()
    if kind == Detail.Kind.NUMBER:
        try:
            return Decimal(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
        except InvalidOperation:
            return None
    if kind == Detail.Kind.DATE:
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return None
    return text.casefold()


def check_details(
    nature: Nature | None, moment: str, given: Mapping[str, str], *, prefix: str = "detail_"
) -> dict[str, str]:
    """What was answered to the questions of that moment. Raises ValidationError, by question."""
    kept, faults = {}, {}
    for detail in nature.details.filter(moment=moment) if nature else ():
        said = str(given.get(detail.name, "")).strip()[:500]
        if not said:
            if detail.required:
                faults[f"{prefix}{detail.pk}"] = f"« {detail.name} » est demandé."
            continue
        if detail.kind == Detail.Kind.CHOICE and said not in detail.choices:
            faults[f"{prefix}{detail.pk}"] = "Choisissez dans la liste."
        elif detail.kind in (Detail.Kind.NUMBER, Detail.Kind.DATE) and _value(detail.kind, said) is None:
            kind = "un nombre" if detail.kind == Detail.Kind.NUMBER else "une date"
            faults[f"{prefix}{detail.pk}"] = f"« {detail.name} » est {kind}."
        else:
            kept[detail.name] = said
    if faults:
        raise ValidationError(faults)
    return kept


def plan(circuit: Circuit, author, chosen: Mapping[int, Desk] | None = None) -> list[Planned]:
    """The way that a folder of `author` would take today. `chosen` = the desks of the steps that leave the choice.

    Raises ValidationError when a desk cannot be found, or when nobody holds one.
    """
    steps = list(circuit.steps.select_related("desk", "desk__head"))
    if not steps:
        raise ValidationError("Ce circuit n’a pas d’étape.")
    desks: list[Desk] = []
    for step in steps:
        last = [desk for other, desk in zip(steps, desks, strict=False) if other.position < step.position]
        desks.append(_desk(step, author, last[-1] if last else None, chosen or {}))
    people = _people(desks)
    empty = sorted({str(desk) for desk in desks if not people.get(desk.pk)})
    if empty:
        raise ValidationError(f"Personne ne tient aujourd’hui : {', '.join(empty)}.")
    return _dated(steps, desks, people)


def _desk(step: CircuitStep, author, before: Desk | None, chosen: Mapping[int, Desk]) -> Desk:
    if step.route == Route.DESK:
        return step.desk
    if step.route == Route.CHOSEN:
        desk = chosen.get(step.pk)
        if desk is None:
            raise ValidationError({f"step_{step.pk}": "Choisissez le bureau de cette étape."})
        if desk.organisation_id != step.circuit.organisation_id or not desk.is_active:
            raise ValidationError({f"step_{step.pk}": "Choisissez un bureau de la collectivité."})
        return desk
    own = Desk.objects.filter(
        pk__in=list(desks_of(author)), organisation=step.circuit.organisation_id, is_active=True
    ).select_related("head")
    if step.route == Route.AUTHOR:
        desk = own.order_by("name").first()
        if desk is None:
            raise ValidationError(NO_DESK)
        return desk
    if step.route == Route.NEXT_ABOVE and before is not None:
        if before.head is None:
            raise ValidationError(f"Aucun bureau n’est au-dessus de « {before} ».")
        return before.head
    desk = own.filter(head__isnull=False).order_by("name").first()
    if desk is None:
        raise ValidationError(NO_ABOVE)
    return desk.head


def _people(desks: Iterable[Desk]) -> dict[int, list[str]]:
    """Who decides today for each desk, holders first."""
    found: dict[int, list[str]] = {}
    pks = {desk.pk for desk in desks}
    for holder in Holder.objects.active().filter(desk__in=pks).select_related("user"):
        found.setdefault(holder.desk_id, []).append(str(holder.user))
    for stand_in in Delegation.objects.active().filter(desk__in=pks).select_related("user", "desk"):
        found.setdefault(stand_in.desk_id, []).append(
            f"{stand_in.user} ({stand_in.get_ground_display()} {stand_in.desk})"
        )
    return found


def _dated(steps: list[CircuitStep], desks: list[Desk], people: dict[int, list[str]]) -> list[Planned]:
    planned, day = [], timezone.localdate()
    for position in sorted({step.position for step in steps}):
        together = [(step, desk) for step, desk in zip(steps, desks, strict=True) if step.position == position]
        for step, desk in together:
            due = day + datetime.timedelta(days=step.days)
            planned.append(Planned(step, desk, tuple(people[desk.pk]), due))
        day += datetime.timedelta(days=max(step.days for step, _desk in together))
    return planned


def holders_of(desk: Desk) -> list[User]:
    """Who holds a desk today, without those who stand in."""
    return [holder.user for holder in desk.holders.active().select_related("user").order_by("pk")]
