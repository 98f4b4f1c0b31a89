"""Absences: the family sends a document in time, an agent answers and reads what it changes on the invoices."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from beffroi.kernel import access
from beffroi.modules.childcare import actions, invoiced
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.excusing import ExcuseAnswerForm, ExcuseForm
from beffroi.modules.childcare.models import Booking, Excuse
from beffroi.modules.childcare.views.common import desk, my_home
from beffroi.modules.childcare.views.dossier import attempt
from beffroi.shared.billing.access import INVOICE
from beffroi.shared.files.models import StoredFile

SHOWN = 10


@never_cache
def my_absences(request, pk):
    """The days that my child missed: which may still be justified, until when; what was answered."""
    home = my_home(request, pk)
    related = ("unit", "activity", "attendance")
    bookings = list(actions.excusable(home).select_related(*related).order_by("day", "pk"))
    form = ExcuseForm(request.POST or None, request.FILES or None, bookings=bookings)
    form.fields["files"].actor = request.user
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.send_excuse(home, data["days"], actor=request.user, files=data["files"])):
            messages.success(request, "Le justificatif part au service, qui vous répondra.")
            return redirect(request.path)
    sent = list(home.excuses.order_by("-sent_at").prefetch_related("attendances__booking__unit")[:SHOWN])
    over = actions.missed(Booking.objects.filter(home=home)).filter(limit__lt=timezone.localdate())
    context = {
        "child": home.child, "form": form, "bookings": bookings, "sent": sent,
        "over": over.select_related(*related).order_by("-day")[:SHOWN],
        "breadcrumbs": [
            ("Mes enfants", reverse("childcare:my_children")),
            (str(home.child), reverse("childcare:my_child", args=[pk])), ("Absences", ""),
        ],
    }  # fmt: skip
    return render(request, "childcare/space/absences.html", context)


@never_cache
@desk(REGISTER)
def excuse(request, pk):
    """A document and its days: accept it, or refuse it and say why; what the invoices say of those days."""
    rows = Excuse.objects.visible_to(request.user).select_related("child", "home__household", "author", "decided_by")
    held = get_object_or_404(rows, pk=pk)
    form = ExcuseAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept, reason = "accepter" in request.POST, form.cleaned_data["reason"]
        if attempt(form, lambda: actions.judge_excuse(held, actor=request.user, accept=accept, reason=reason)):
            messages.success(request, "C’est décidé ; la famille est prévenue.")
            if accept and any(day["charged"] for day in _days(held)):
                messages.warning(request, "Un de ces jours est déjà facturé : faites l’avoir ci-dessous.")
                return redirect("childcare:excuse", pk)
            return redirect("childcare:todo")
    context = {
        "excuse": held, "child": held.child, "form": form, "days": _days(held),
        "files": list(StoredFile.objects.about(held)), "may_credit": access.can(request.user, INVOICE),
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")), ("À traiter", reverse("childcare:todo")),
            ("Justificatif d’absence", ""),
        ],
    }  # fmt: skip
    return render(request, "childcare/desk/excuse.html", context)


def _days(excuse: Excuse) -> list[dict]:
    """Each day with when it could be justified, and where it is charged already."""
    rows = Booking.objects.filter(attendance__excuse=excuse).annotate(limit=actions.LIMIT)
    rows = rows.select_related("child", "unit", "activity", "attendance", "group__site").order_by("day", "pk")
    return [{"booking": one, "charged": invoiced.charged(one)} for one in rows]
