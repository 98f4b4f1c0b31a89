"""What the screens share: find an order, show its parts, try a gesture."""

import uuid
from types import SimpleNamespace

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Concat, JSONObject
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from beffroi.kernel.access import agent_required
from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import tell
from beffroi.modules.maintenance.access import can_work
from beffroi.modules.maintenance.models import (
    Absence,
    Answer,
    Check,
    Closing,
    Expense,
    Labour,
    Movement,
    Note,
    Order,
    OrderReport,
    Reservation,
)
from beffroi.shared.cases.locking import Changed
from beffroi.shared.files.refusals import Refused

RELATED = ("organisation", "team", "commune", "asset", "asset__kind", "contractor", "beneficiary", "created_by")


def desk(view):
    return never_cache(agent_required(view))


def _exists(model) -> Exists:
    return Exists(model.objects.filter(order=OuterRef("pk")))


def _people() -> ArraySubquery:
    """Those to whom it is given: `id` and `name`."""
    given = Order.assignees.through.objects.filter(order=OuterRef("pk")).order_by("user__last_name")
    name = Concat("user__first_name", Value(" "), "user__last_name")
    return ArraySubquery(given.values(json=JSONObject(id="user_id", name=name)))


def _last_entry() -> Subquery:
    """The number of the last line of the journal about it: what the person who reads the page has seen."""
    about = {"target_type": ContentType.objects.get_for_model(Order), "target_id": OuterRef("pk")}
    return Subquery(Entry.objects.filter(**about).order_by("-id").values("id")[:1])


def find_order(request, reference: str) -> Order:
    """The order that this person may see, or 404."""
    rows = (
        Order.objects.visible_to(request.user)
        .select_related(*RELATED)
        .annotate(
            people=_people(),
            has_lines=_exists(Labour) | _exists(Movement) | _exists(Expense) | _exists(Reservation),
            has_reports=_exists(OrderReport),
            has_said=_exists(Closing) | _exists(Note),
            has_checks=_exists(Check),
            seen=_last_entry(),
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
    """The lines of its list, with `.current` (the latest value), `.history` (all answers, oldest first) and `.remarks`
    (those that say something): one query."""
    name = Concat("author__first_name", Value(" "), "author__last_name")
    answers = Answer.objects.filter(line=OuterRef("pk")).order_by("made_at", "pk")
    told = JSONObject(
        pk="pk",
        value="value",
        comment="comment",
        fault="fault",
        author_id="author_id",
        author=name,
        opened="opened_order__reference",
    )
    lines = list(order.checks.select_related("asset").annotate(told=ArraySubquery(answers.values(json=told))))
    for line in lines:
        line.history = [SimpleNamespace(**one, files=[]) for one in line.told]
        line.answered = [answer for answer in line.history if answer.value is not None]
        line.remarks = [answer for answer in line.history if answer.comment]
        last = line.answered[-1] if line.answered else None
        line.last, line.current = last, last and last.value
        values = {answer.value for answer in line.answered}
        authors = {answer.author_id for answer in line.answered}
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
        tell(form, error)
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


def home_of(request, order: Order | None) -> str:
    """Where one comes back: the field, or the desk."""
    if order is None:
        return reverse("kernel:terrain")
    if request.GET.get("terrain"):
        return reverse("maintenance:field_order", args=[order.reference])
    return order.get_absolute_url()


def back(request, order: Order) -> HttpResponseRedirect:
    return HttpResponseRedirect(home_of(request, order))


def gesture_page(request, order: Order | None, form, title: str, template="maintenance/gesture.html", **more):
    """The page of one gesture, at the desk or in the field (`?terrain=1`)."""
    field = order is None or bool(request.GET.get("terrain"))
    context = {
        "order": order,
        "form": form,
        "title": title,
        "field": field,
        "home": home_of(request, order),
        "base": "ui/terrain.html" if field else "ui/desk.html",
        "breadcrumbs": [] if field else crumbs(order, title),
        **more,
    }
    return render(request, template, context)


def said_in(request, order: Order) -> Note | None:
    """What was said of the order, and from which the gesture starts: `?remarque=<number>`."""
    number = request.GET.get("remarque", "")
    return order.notes.filter(pk=int(number)).first() if number.isdecimal() else None


def key_of(request) -> uuid.UUID | None:
    """The key of the form that was sent, by which a second press is known."""
    try:
        return uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return None


def absent_names(order: Order) -> str:
    """Those to whom the order is given who are away on one of the days for which it is planned, or an empty string."""
    if order.planned_start is None:
        return ""
    first, last = (
        timezone.localtime(one or order.planned_start).date() for one in (order.planned_start, order.planned_end)
    )
    away = Absence.objects.filter(worker__in=order.assignees.all(), start__lte=last, end__gte=first)
    people = {one.worker_id: str(one.worker) for one in away.select_related("worker").order_by("start", "pk")}
    return ", ".join(people.values())
