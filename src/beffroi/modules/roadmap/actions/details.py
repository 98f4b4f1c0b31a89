"""Steps, money, notes, links of an action."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.access import account_of
from beffroi.modules.roadmap.actions.common import note_fact
from beffroi.modules.roadmap.actions.content import keep_reason
from beffroi.modules.roadmap.models import Action, BudgetLine, Funding, Link, Note, Step


@transaction.atomic
def replace_steps(action: Action, rows: list[dict], *, actor, reason="") -> bool:
    """Make the steps exactly these (`title`, `due`, `done_on`), in this order; True if anything changed.

    Records "roadmap.complete_step" for each that becomes done, then "roadmap.steps".
    """
    wanted = [{"title": row["title"], "due": row.get("due"), "done_on": row.get("done_on")} for row in rows]
    for row in wanted:
        if row["done_on"] and row["done_on"] > timezone.localdate():
            raise ValidationError(f"« {row['title']} » : une étape ne peut pas être faite dans l’avenir.")
    old = list(action.steps.all())
    if [(s.title, s.due, s.done_on) for s in old] == [(r["title"], r["due"], r["done_on"]) for r in wanted]:
        return False
    spare = {step.title: step for step in old}
    completed = []
    for position, row in enumerate(wanted, start=1):
        step = spare.pop(row["title"], None) or Step(action=action)
        newly_done = row["done_on"] is not None and step.done_on is None
        step.position, step.title, step.due, step.done_on = position, row["title"], row["due"], row["done_on"]
        step.save()
        if newly_done:
            completed.append(step.pk)
    for step in spare.values():
        step.delete()
    for pk in completed:
        note_fact("complete_step", action, actor, step=pk)
    _after(action, actor, "steps", reason)
    return True


@transaction.atomic
def complete_step(step: Step, *, actor, done_on: date | None = None) -> Step:
    """Tick a step. Records "roadmap.complete_step"; harmless when it is already done."""
    step = Step.objects.select_for_update().select_related("action__axis__plan").get(pk=step.pk)
    if step.done_on is None:
        step.done_on = done_on or timezone.localdate()
        step.save(update_fields=["done_on"])
        note_fact("complete_step", step.action, actor, step=step.pk)
    return step


@transaction.atomic
def replace_budget(action: Action, rows: list[dict], *, actor, reason="") -> bool:
    """Make the budget exactly these lines (`year`, `kind`, `planned`, `actual`); True if anything changed.

    Records "roadmap.budget". Raises ValidationError.
    """
    wanted = {(row["year"], row["kind"]): (row["planned"], row.get("actual")) for row in rows}
    if len(wanted) != len(rows):
        raise ValidationError("Deux lignes portent la même année et la même nature : réunissez-les.")
    old = {(line.year, line.kind): line for line in action.budget_lines.all()}
    if {key: (line.planned, line.actual) for key, line in old.items()} == wanted:
        return False
    for key, line in old.items():
        if key not in wanted:
            line.delete()
    for key, (planned, actual) in wanted.items():
        line = old.get(key) or BudgetLine(action=action, year=key[0], kind=key[1])
        line.planned, line.actual = planned, actual
        line.full_clean()
        line.save()
    _after(action, actor, "budget", reason)
    return True


@transaction.atomic
def spread_budget(action: Action, *, actor, total: Decimal, kind: str, first: int, last: int, reason="") -> bool:
    """Share `total` euros equally over the years `first` to `last` included, to the cent; the last year takes the rest.

    Replaces what was planned for that kind in those years and keeps what was spent. Records "roadmap.budget".
    """
    if last < first:
        raise ValidationError({"last": "La dernière année vient avant la première."})
    years = range(first, last + 1)
    share = (total / len(years)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    shares = dict.fromkeys(years, share) | {last: total - share * (len(years) - 1)}
    rows = [
        {"year": line.year, "kind": line.kind, "planned": line.planned, "actual": line.actual}
        for line in action.budget_lines.all()
    ]
    spent = {row["year"]: row["actual"] for row in rows if row["kind"] == kind}
    kept = [row for row in rows if not (row["kind"] == kind and row["year"] in years)]
    new = [
        {"year": year, "kind": kind, "planned": amount, "actual": spent.get(year)} for year, amount in shares.items()
    ]
    return replace_budget(action, kept + new, actor=actor, reason=reason)


@transaction.atomic
def replace_fundings(action: Action, rows: list[dict], *, actor, reason="") -> bool:
    """Make the fundings exactly these (`funder`, `scheme`, `amount`, `status`); True if anything changed.

    Records "roadmap.fundings". Raises ValidationError.
    """
    wanted = {(row["funder"], row.get("scheme", "")): (row["amount"], row["status"]) for row in rows}
    if len(wanted) != len(rows):
        raise ValidationError("Deux lignes portent le même financeur et le même dispositif : réunissez-les.")
    old = {(line.funder, line.scheme): line for line in action.fundings.all()}
    if {key: (line.amount, line.status) for key, line in old.items()} == wanted:
        return False
    for key, line in old.items():
        if key not in wanted:
            line.delete()
    for key, (amount, status) in wanted.items():
        line = old.get(key) or Funding(action=action, funder=key[0], scheme=key[1])
        line.amount, line.status = amount, status
        line.full_clean()
        line.save()
    _after(action, actor, "fundings", reason)
    return True


@transaction.atomic
def add_note(action: Action, *, actor, body: str, public: bool, at=None) -> Note:
    """Say where the action stands (`at`: when it was said, now by default).

    Records "roadmap.publish_note" when everyone may read it, else "roadmap.note".
    """
    note = Note(
        action=action, author=account_of(actor), body=body.strip(), public=public, created_at=at or timezone.now()
    )
    note.full_clean()
    note.save()
    note_fact("publish_note" if public else "note", action, actor, note=note.pk)
    return note


@transaction.atomic
def publish_note(note: Note, *, actor, public: bool) -> None:
    """Show a note on the site, or take it off. Records "roadmap.publish_note" or "roadmap.hide_note"."""
    if note.public != public:
        note.public = public
        note.save(update_fields=["public"])
        note_fact("publish_note" if public else "hide_note", note.action, actor, note=note.pk)


@transaction.atomic
def remove_note(note: Note, *, actor) -> None:
    """Erase a note. The reason of a change of state is hidden rather than erased. Records "roadmap.remove_note"."""
    if note.is_reason:
        raise ValidationError("Ce texte est le motif d’un changement d’état : il peut être retiré du site, pas effacé.")
    action, pk = note.action, note.pk
    note.delete()
    note_fact("remove_note", action, actor, note=pk)


@transaction.atomic
def add_link(action: Action, *, actor, label: str, case=None, target=None, url="") -> Link:
    """Link an action to a case, an object of another module, or an address. Records "roadmap.link"."""
    link = Link(action=action, label=label[:200], case=case, url=url)
    if target is not None:
        link.target = target
    link.full_clean()
    link.save()
    note_fact("link", action, actor, link=link.pk)
    return link


@transaction.atomic
def remove_link(link: Link, *, actor) -> None:
    """Undo a link. Records "roadmap.unlink"."""
    action, pk = link.action, link.pk
    link.delete()
    note_fact("unlink", action, actor, link=pk)


def _after(action: Action, actor, field: str, reason: str) -> None:
    keep_reason(action, actor, [field], reason)
    Action.objects.filter(pk=action.pk).update(updated_at=timezone.now())
    note_fact(field, action, actor)
