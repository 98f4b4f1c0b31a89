"""What agents do of a report, beyond what is common to every case: refuse, resolve, correct, hand over."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.reports.actions.filing import OutsideTerritory, clean_answers, deadline
from beffroi.modules.reports.models import Category, Refusal, Report
from beffroi.modules.reports.models.report import title_of
from beffroi.modules.reports.routing import body_of, has_desk, route, watcher_for
from beffroi.modules.reports.workflow import REOPEN_WITHIN
from beffroi.shared.cases.actions import move_case, transfer_case
from beffroi.shared.cases.locking import lock_case, touch
from beffroi.shared.files.actions import attach
from beffroi.shared.organisations.places import locate

AFTER = "after"


def _require_handler(report: Report, actor) -> None:
    if actor is None or not report.can_be_handled_by(actor):
        raise PermissionDenied("reports.handle")


@transaction.atomic
def resolve_report(report: Report, *, actor, reason: str, photos=(), at=None, check=True) -> Report:
    """Say that the problem is solved, what was done, with photos of it; these are shown to everyone.

    Records "reports.resolve".
    """
    attach(photos, report, public=not report.is_private, kind=AFTER)
    return move_case(report, "resolve", actor=actor, reason=reason, at=at, check=check)


@transaction.atomic
def refuse_report(report: Report, *, actor, refusal: str, explanation: str = "", at=None, check=True) -> Report:
    """End a report without work, for a reason of the list, with words of explanation. Records "reports.refuse"."""
    if refusal not in Refusal.values:
        raise ValidationError({"refusal": "Choisissez un motif."})
    if refusal == Refusal.OTHER and not explanation.strip():
        raise ValidationError({"explanation": "Expliquez pourquoi\u202f: l’auteur le lira."})
    label = str(Refusal(refusal).label)
    reason = f"{label}.\n\n{explanation.strip()}" if explanation.strip() else f"{label}."
    report = lock_case(report)
    touch_report(report, refusal=refusal)
    return move_case(report, "refuse", actor=actor, reason=reason, at=at, check=check)


@transaction.atomic
def hand_over(report: Report, *, actor, organisation, reason: str) -> Report:
    """« Ce n’est pas de notre ressort »: another body is competent. The history follows; its author and followers read
    the reason. Records "reports.transfer". Raises ValidationError when a body without desk has it already."""
    _require_handler(lock_case(report), actor)
    if report.external_id == organisation.pk:
        raise ValidationError({"organisation": f"{organisation} s’en occupe déjà."})
    return transfer_case(report, actor=actor, organisation=body_of(organisation), reason=reason)


@transaction.atomic
def reopen_by_author(report: Report, *, actor, reason: str) -> Report:
    """Its author, known by their tracking link, says that it is not solved; within thirty days of the end.

    Records "reports.reopen". Raises TransitionRefused when it is too late.
    """
    report = lock_case(report)
    if report.closed_at is None or timezone.now() - report.closed_at > REOPEN_WITHIN:
        raise TransitionRefused("Il est trop tard pour rouvrir ce signalement\u202f: faites-en un nouveau.")
    return move_case(report, "reopen", actor=actor, reason=reason, check=False)


@transaction.atomic
def change_category(report: Report, *, actor, category: Category, reroute: bool = True) -> Report:
    """Correct what a report is about; `reroute` = give it to the body that is competent for it.

    Records "reports.category".
    """
    report = lock_case(report)
    _require_handler(report, actor)
    data = {"from": report.category_id, "to": category.pk}
    kept = {key: value for key, value in report.answers.items() if key in {spec.name for spec in category.specs}}
    try:
        answers = clean_answers(category, kept)
    except ValidationError:
        answers = kept  # a question of the new category was never asked
    touch_report(report, category=category, answers=answers)
    touch(report, title=title_of(category, report.address, report.commune))
    if reroute:
        data["organisation"] = _route_again(report)
    journal.record("reports.category", report, actor=actor, data=data)
    return report


@transaction.atomic
def correct_place(report: Report, *, actor, location: tuple[float, float], address: str, reroute=True) -> Report:
    """Correct where a report is. Records "reports.place". Raises OutsideTerritory."""
    report = lock_case(report)
    _require_handler(report, actor)
    place = locate(*location)
    if place.commune is None:
        raise OutsideTerritory(place)
    touch_report(
        report,
        location=location,
        address=address.strip()[:200],
        address_is_known=bool(address.strip()),
        precision=Report.Precision.POINT,
    )
    touch(report, commune=place.commune, title=title_of(report.category, report.address, place.commune))
    data = {"commune": place.commune.code_insee}
    if reroute:
        data["organisation"] = _route_again(report)
    journal.record("reports.place", report, actor=actor, data=data)
    return report


def touch_report(report: Report, **fields) -> None:
    """Write fields of the report's own table."""
    for name, value in fields.items():
        setattr(report, name, value)
    report.save(update_fields=list(fields))


def _route_again(report: Report) -> int:
    """Give the report to whom it belongs now; returns the body that has it."""
    way = route(
        report.category, commune=report.commune, address=report.address, point=report.location, asset=report.asset
    )
    if way.organisation.pk != report.organisation_id or way.external != report.external:
        touch(report, organisation=way.organisation, team=way.team, assignee=None)
    touch_report(report, external=way.external, competence_reason=way.reason)
    return way.organisation.pk


def after_transfer(entry) -> None:
    """A report handed over to a body without desk stays watched by the commune, or by the operator."""
    report = lock_case(entry.target)
    body = body_of(report.organisation)
    if has_desk(body):
        touch_report(report, external=None, competence_reason="")
        return
    watcher = watcher_for(report.commune, other_than=body)
    if watcher is not None:
        touch(report, organisation=watcher)
        touch_report(report, external=body, competence_reason="")


def after_acknowledge(entry) -> None:
    """Once taken in charge, the deadline is that of the repair, counted from the filing."""
    report = lock_case(entry.target)
    touch(report, due_at=deadline(report.category.fix_hours, report.created_at))
