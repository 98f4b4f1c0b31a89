"""What the screens share: find an order, show its parts, try a gesture."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from beffroi.kernel.access import agent_required
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.maintenance.access import can_work
from beffroi.modules.maintenance.models import Answer, Check, Closing, Expense, Labour, Movement, Order
from beffroi.shared.cases.locking import Changed
from beffroi.shared.files.refusals import Refused

RELATED = ("organisation", "team", "commune", "asset", "asset__kind", "contractor", "beneficiary", "created_by")


def desk(view):
    return never_cache(agent_required(view))


def find_order(request, reference: str) -> Order:
    """The order that this person may see, or 404."""
    rows = (
        Order.objects.visible_to(request.user)
        .select_related(*RELATED)
        .prefetch_related("assignees")
        .annotate(
            has_labours=Exists(Labour.objects.filter(order=OuterRef("pk"))),
            has_movements=Exists(Movement.objects.filter(order=OuterRef("pk"))),
            has_expenses=Exists(Expense.objects.filter(order=OuterRef("pk"))),
            has_closings=Exists(Closing.objects.filter(order=OuterRef("pk"))),
            has_checks=Exists(Check.objects.filter(order=OuterRef("pk"))),
        )
    )
    return get_object_or_404(rows, reference=reference.upper())


def managed(request, reference: str) -> Order:
    order = find_order(request, reference)
    if not order.can_be_managed_by(request.user):
        raise PermissionDenied("maintenance.manage")
    return order


def worked(request, reference: str) -> Order:
    order = find_order(request, reference)
    if not can_work(request.user, order):
        raise PermissionDenied("maintenance.work")
    return order


def checks_of(order: Order) -> list:
    """The lines of its list, with `.current` (the latest value) and `.history` (all answers, oldest first)."""
    answers = Prefetch("answers", Answer.objects.select_related("author", "opened_order"), to_attr="history")
    lines = list(order.checks.select_related("asset").prefetch_related(answers))
    for line in lines:
        last = line.history[-1] if line.history else None
        line.last, line.current = last, last and last.value
        values = {answer.value for answer in line.history}
        authors = {answer.author_id for answer in line.history}
        line.disagrees = len(values) > 1 and len(authors) > 1
    return lines


def attempt(form, gesture, field: str | None = None) -> bool:
    """Do `gesture`; a refusal is told in the form, and what was typed is kept."""
    try:
        gesture()
    except (Changed, TransitionRefused) as refusal:
        form.add_error(None, str(refusal).replace("cette demande", "cet ordre"))
        if hasattr(form, "renew"):
            form.renew()
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    except Refused as refusal:
        form.add_error("photos", f"Un fichier n’a pas été gardé : {refusal}.")
    else:
        return True
    return False


def crumbs(order: Order | None = None, title: str = "") -> list[tuple[str, str]]:
    found = [("Bureau", "/bureau/"), ("Travaux", reverse("maintenance:orders"))]
    if order is not None:
        found.append((order.reference, order.get_absolute_url() if title else ""))
    return [*found, (title, "")] if title else found
