"""The budgets at the desk: list, a file given, one budget, its publication; the charts of accounts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell, write
from beffroi.modules.transparency import access, actions, listing
from beffroi.modules.transparency.forms import BudgetFileForm, ChartForm, WithdrawForm
from beffroi.modules.transparency.models import Budget, Chart
from beffroi.modules.transparency.views.public import sections
from beffroi.modules.transparency.workflow import State
from beffroi.modules.transparency.workflow import budgets as workflow

A_PAGE = 40
MOST_FAULTS = 100
DESK = ("Budgets", "/bureau/budgets/")


def crumbs(*more):
    return [("Bureau", "/bureau/"), DESK if more else (DESK[0], ""), *more]


def get_budget(request, pk: int) -> Budget:
    """The budget, if the person may see it at the desk; else 404."""
    return get_object_or_404(Budget.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@never_cache
@require_safe
@permission_required(access.VIEW)
def index(request):
    mine = Budget.objects.visible_to(request.user)
    bodies = access.bodies_where(request.user, access.VIEW)
    filters = listing.BudgetFilters(request.GET, bodies=bodies, periods=listing.years(mine, "year"))
    page = Paginator(filters.apply(mine).select_related("organisation"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page_obj": page,
        "may_write": access.bodies_where(request.user, access.EDIT).exists(),
        "may_configure": access.can_configure(request.user),
        "breadcrumbs": crumbs(),
    }
    return render(request, "transparency/desk/budgets.html", context)


@never_cache
@permission_required(access.EDIT)
def give(request):
    """Give a file: what is wrong is told line by line, and then nothing is kept; « essai » never keeps anything."""
    bodies = access.bodies_where(request.user, access.EDIT)
    form = BudgetFileForm(*posted(request, files=True), bodies=bodies)
    reading = form.reading if form.is_valid() else None
    if reading is not None and not reading.faults and "essai" not in request.POST:
        try:
            kept = actions.keep_budget(form.cleaned_data["organisation"], reading, actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "Le budget est lu. Relisez ses totaux, puis publiez-le.")
            return HttpResponseRedirect(kept.desk_url())
    context = {
        "form": form,
        "heading": "Donner un budget",
        "about": "Rien n’est public avant que vous l’ayez relu. Le fichier est pris en entier, ou pas du tout.",
        "button": "Lire et garder",
        "what": "budget",
        "count": len(reading.lines) if reading is not None else 0,
        "faults": reading.faults[:MOST_FAULTS] if reading is not None else [],
        "more": max(0, len(reading.faults) - MOST_FAULTS) if reading is not None else 0,
        "tried": reading is not None and not reading.faults and not form.errors,
        "back": DESK[1],
        "breadcrumbs": crumbs(("Donner un budget", "")),
    }
    return render(request, "transparency/desk/file.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def show(request, pk):
    """One budget: its totals, what may be done with it, its history."""
    found = get_budget(request, pk)
    context = {
        "budget": found,
        "sections": sections(found),
        "steps": workflow.available(found, request.user),
        "history": journal.story(found),
        "breadcrumbs": crumbs((capfirst(str(found)), "")),
    }
    return render(request, "transparency/desk/budget.html", context)


@never_cache
@permission_required(access.PUBLISH)
def step(request, pk, verb):
    """Publish a budget, or withdraw it."""
    found = get_budget(request, pk)
    if not access.can_publish(request.user, found):
        raise PermissionDenied(access.PUBLISH)
    if verb == "publier":
        if request.method != "POST":
            return HttpResponseRedirect(found.desk_url())
        if found.state != State.DRAFT:
            messages.error(request, f"Ce budget est « {found.get_state_display()} ».")
        else:
            actions.publish_budget(found, actor=request.user)
            messages.success(request, "Le budget est publié, avec ses données ouvertes.")
        return HttpResponseRedirect(found.desk_url())
    if verb != "retirer":
        raise Http404(verb)
    form = WithdrawForm(*posted(request))
    return write(
        request,
        form,
        lambda: actions.withdraw_budget(found, actor=request.user, reason=form.cleaned_data["reason"]),
        done="Le budget est retiré.",
        to=found.desk_url,
        heading="Retirer ce budget",
        about=f"{found} – {found.name}. Il n’est plus lisible en ligne ; ses lignes restent ici.",
        button="Retirer",
        back=found.desk_url(),
        breadcrumbs=crumbs((capfirst(str(found)), found.desk_url()), ("Retirer", "")),
    )


@never_cache
@permission_required(access.CONFIGURE)
def charts(request):
    """The charts of accounts that are here, and a new one."""
    if not access.can_configure(request.user):
        raise PermissionDenied(access.CONFIGURE)
    form = ChartForm(*posted(request, files=True))
    return write(
        request,
        form,
        lambda: actions.keep_chart(form.cleaned_data["file"], actor=request.user),
        done="Le plan de comptes est enregistré.",
        to=lambda: reverse("transparency:charts"),
        template="transparency/desk/charts.html",
        charts=Chart.objects.defer("content"),
        breadcrumbs=crumbs(("Plans de comptes", "")),
    )
