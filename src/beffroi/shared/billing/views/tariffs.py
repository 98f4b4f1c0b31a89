"""`/bureau/regie/tarifs/` and `/bureau/regie/regies/`: the settings of the régies; `/tarifs/`: what it costs."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal, sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, rates, simulation, sources, tariffs
from beffroi.shared.billing.access import MANAGE, VIEW
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_tariffs import EstimateForm, RegieForm, SimulationForm, TariffForm
from beffroi.shared.billing.models import Regie, Tariff, TariffDraft
from beffroi.shared.billing.money import euros
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_regie
from beffroi.shared.organisations.access import owning


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Tarifs", reverse("billing:tariffs") if steps else ""), *steps]


@desk
@require_safe
@permission_required(VIEW)
def tariff_list(request):
    """The tariffs in force, to come and past, unit by unit."""
    mine = regies(request.user)
    today = timezone.localdate()
    shown = request.GET.get("vue", "")
    found = (
        Tariff.objects.filter(regie__in=mine)
        .select_related("regie")
        .order_by("regie__name", "unit", "age_min", "-start")
    )
    if shown != "tous":
        found = found.exclude(end__lt=today)
    rows = []
    for tariff in found[:300]:
        tariff.told = rates.describe(tariffs.rate_of(tariff))[:9]
        tariff.standing = (
            ("À venir", "waiting")
            if tariff.start > today
            else ("Terminé", "neutral")
            if tariff.end and tariff.end < today
            else ("En vigueur", "done")
        )
        rows.append(tariff)
    tabs = [("En vigueur et à venir", request.path), ("Tous", f"{request.path}?vue=tous")]
    drafts = TariffDraft.objects.filter(regie__in=mine).waiting().select_related("regie", "replaces").defer("rule")
    context = {
        "tariffs": rows,
        "drafts": drafts[:50],
        "tabs": tabs,
        "may_manage": access.can(request.user, MANAGE),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "billing/tariffs.html", context)


def _find(request, pk, permission=VIEW) -> Tariff:
    found = Tariff.objects.filter(regie__in=Regie.objects.visible_to(request.user)).select_related("regie", "replaces")
    tariff = get_object_or_404(found, pk=pk)
    if permission != VIEW:
        allowed(request, tariff.regie, permission)
    return tariff


@desk
@require_safe
@permission_required(VIEW)
def tariff(request, pk):
    """One tariff in words, with those before and after it."""
    found = _find(request, pk)
    family = found.regie.tariffs.filter(unit=found.unit, age_min=found.age_min).exclude(pk=found.pk)
    context = {
        "tariff": found,
        "told": rates.describe(tariffs.rate_of(found)),
        "others": family.order_by("-start"),
        "used": actions.is_used(found),
        "items": journal.story(found),
        "may_manage": access.can(request.user, MANAGE, found.regie.organisation_id),
        "breadcrumbs": _crumbs((found.label, "")),
    }
    return render(request, "billing/tariff.html", context)


@desk
@permission_required(MANAGE)
def tariff_new(request):
    form = TariffForm(request.POST or None, user=request.user, instance=Tariff(start=timezone.localdate()))
    if form.is_valid() and attempt(form, lambda: actions.save_tariff(form.instance, actor=request.user)):
        messages.success(request, "Le tarif est enregistré.")
        return HttpResponseRedirect(form.instance.get_absolute_url())
    context = {"form": form, "title": "Nouveau tarif", "breadcrumbs": _crumbs(("Nouveau", ""))}
    return render(request, "billing/tariff_form.html", context)


@desk
@permission_required(MANAGE)
def tariff_edit(request, pk):
    """Correct a tariff that has priced nothing yet; else write the one that follows it."""
    old = _find(request, pk, MANAGE)
    follows = actions.is_used(old)
    instance = old
    if follows:
        instance = Tariff(
            regie=old.regie,
            unit=old.unit,
            label=old.label,
            rule=old.rule,
            cost=old.cost,
            age_min=old.age_min,
            age_max=old.age_max,
            start=max(timezone.localdate(), old.start) + timedelta(days=1),
        )
    form = TariffForm(request.POST or None, instance=instance, regie=old.regie)

    def write():
        if follows:
            actions.replace_tariff(old, form.instance, actor=request.user)
        else:
            actions.save_tariff(form.instance, actor=request.user)

    if form.is_valid() and attempt(form, write):
        messages.success(request, "Le tarif est enregistré.")
        return HttpResponseRedirect(form.instance.get_absolute_url())
    title = f"Faire suivre « {old.label} »" if follows else f"Corriger « {old.label} »"
    context = {
        "form": form,
        "title": title,
        "follows": follows,
        "breadcrumbs": _crumbs((old.label, old.get_absolute_url()), (title, "")),
    }
    return render(request, "billing/tariff_form.html", context)


def _population(data):
    if data["source"]:
        start = data["before"] - timedelta(days=90)
        yield from sources.find(data["source"]).population(data["regie"], start, data["before"])
        return
    yield from simulation.read_population(data["table"], data["before"])


def _simulate(data) -> simulation.Simulation:
    population = list(_population(data))
    regie, draft = data["regie"], data["draft"]
    old = tariffs.as_of(regie, data["before"])
    new = tariffs.as_of(regie, data["before"], [draft]) if draft else tariffs.as_of(regie, data["after"])
    return simulation.simulate(old, new, population)


@desk
@permission_required(MANAGE)
def simulator(request):
    """Old prices against new ones: totals, winners, losers; the table can be taken away."""
    choices = [(code, label) for code, label in sources.choices() if sources.find(code).population]
    today = timezone.localdate()
    form = SimulationForm(
        request.POST or None,
        user=request.user,
        choices=choices,
        initial={"before": today, "after": today, "draft": request.GET.get("brouillon", "")},
    )
    found = None
    if form.is_valid():
        try:
            found = _simulate(form.cleaned_data)
        except simulation.BadPopulation as fault:
            form.add_error("table", str(fault))
    if found is not None and request.POST.get("geste") in sheets.TYPES:
        rows = [
            [
                row.name,
                row.qf,
                *(None if sum_ is None else euros(sum_) for sum_ in (row.before, row.after)),
                euros(row.change),
            ]
            for row in found.rows
        ]
        headers = ["Famille", "Quotient familial", "Avant (€)", "Après (€)", "Écart (€)"]
        return sheets.response(request.POST["geste"], "simulation", [sheets.Sheet("Simulation", headers, rows)])
    context = {
        "form": form,
        "found": found,
        "draft": form.cleaned_data.get("draft") if found else None,
        "breadcrumbs": _crumbs(("Simuler", "")),
    }
    return render(request, "billing/simulator.html", context)


@login_not_required
@cache_control(private=True)
@require_safe
def estimate(request):
    """What each thing costs to a family like this one; nothing is kept."""
    today = timezone.localdate()
    open_regies = list(Regie.objects.active().filter(tariffs__in=Tariff.objects.active(today)).distinct())
    form = EstimateForm(request.GET or None, regies=open_regies)
    lines, regie = [], None
    if open_regies and form.is_valid():
        data = form.cleaned_data
        regie = form.regies[data["regie"]]
        family = rates.Family(qf=data["qf"], commune=data["commune"], children=data["children"] or 1)
        for tariff in regie.tariffs.active(today).order_by("unit", "age_min"):
            use = rates.Use(unit=tariff.unit, day=today, family=family, rank=data["rank"] or 1, age=tariff.age_min)
            rate = tariffs.rate_of(tariff)
            lines.append((tariff, rates.Book([rate]).quote(use), bool(rate.clock)))
    context = {"form": form, "regies": open_regies, "regie": regie, "lines": lines}
    return render(request, "billing/estimate.html", context)


@desk
@require_safe
@permission_required(VIEW)
def regie_list(request):
    context = {
        "regies": regies(request.user),
        "may_manage": access.can(request.user, MANAGE),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Régies", "")],
    }
    return render(request, "billing/regies.html", context)


@desk
@permission_required(MANAGE)
def regie(request, code=None):
    """Open a régie, or change its settings."""
    found = find_regie(request, code, MANAGE) if code else Regie()
    form = RegieForm(request.POST or None, instance=found, organisations=owning(request.user, MANAGE))
    if form.is_valid() and attempt(form, lambda: actions.save_regie(form.instance, actor=request.user)):
        messages.success(request, "La régie est enregistrée.")
        return HttpResponseRedirect(reverse("billing:regies"))
    crumbs = [("Bureau", "/bureau/"), ("Régies", reverse("billing:regies")), (str(found) if code else "Nouvelle", "")]
    return render(request, "billing/regie_form.html", {"form": form, "regie": found, "breadcrumbs": crumbs})
