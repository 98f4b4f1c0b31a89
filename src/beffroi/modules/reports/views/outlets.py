"""`/bureau/signalements/reglages/serveurs/`: the servers of the competent bodies; and what becomes of a sending."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import agent_required
from beffroi.kernel.writing import posted, tell, write
from beffroi.modules.reports import actions
from beffroi.modules.reports.forms.outlets import OutletForm, SendingForm
from beffroi.modules.reports.models import Outlet, Report, Sending
from beffroi.modules.reports.views.settings import configure, settings_context

Stage = Sending.Stage


@configure
@require_safe
def outlets(request):
    """The servers, with how many reports they have, and how many wait for a decision."""
    stopped = Q(sendings__stage__in=(Stage.REFUSED, Stage.UNCERTAIN))
    rows = Outlet.objects.select_related("organisation").annotate(
        filed=Count("sendings", filter=Q(sendings__stage=Stage.SENT)),
        waiting=Count("sendings", filter=Q(sendings__stage__in=(Stage.WAITING, Stage.SENDING))),
        stopped=Count("sendings", filter=stopped),
    )
    return render(request, "reports/settings/outlets.html", {"outlets": rows} | settings_context(request.user))


@configure
def outlet(request, pk=None):
    found = get_object_or_404(Outlet, pk=pk) if pk else Outlet()
    form = OutletForm(*posted(request), instance=found)
    if form.is_valid():
        try:
            actions.save_outlet(form.instance, actor=request.user, mapping=form.mapping())
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "C’est enregistré. Lisez les services que ce serveur annonce.")
            return redirect("reports:outlet", form.instance.pk)
    title = str(found) if pk else "Nouveau serveur"
    crumbs = (("Serveurs", reverse("reports:outlets")), (title, ""))
    context = {"form": form, "outlet": found if pk else None, "title": title}
    return render(request, "reports/settings/outlet.html", context | settings_context(request.user, *crumbs))


@configure
@require_POST
def services(request, pk):
    """Ask the server what it takes."""
    found = get_object_or_404(Outlet, pk=pk)
    try:
        count = actions.read_services(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"Services annoncés par ce serveur\u202f: {count}.")
    return redirect("reports:outlet", pk)


@never_cache
@agent_required
def decide(request, reference, pk):
    """A sending that was refused, or whose answer was lost: it leaves again, or is there under its number."""
    report = get_object_or_404(Report.objects.on_desk_of(request.user), reference=reference.upper())
    if not report.can_be_handled_by(request.user):
        raise PermissionDenied("reports.handle")
    sending = get_object_or_404(report.sendings.select_related("outlet__organisation"), pk=pk)
    if sending.stage not in (Stage.REFUSED, Stage.UNCERTAIN):
        return HttpResponseRedirect(report.get_absolute_url())
    form = SendingForm(*posted(request), initial={"choice": "again"})

    def act():
        number = form.cleaned_data["number"] if form.cleaned_data["choice"] == "there" else ""
        actions.retry_sending(sending, actor=request.user, number=number)

    crumbs = [("Bureau", "/bureau/"), (report.reference, report.get_absolute_url()), ("Envoi", "")]
    return write(
        request,
        form,
        act,
        done="C’est noté.",
        to=report.get_absolute_url,
        breadcrumbs=crumbs,
        heading=f"Envoi\u202f: {sending.outlet}",
        about=sending.error,
        button="Enregistrer",
        back=report.get_absolute_url(),
    )
