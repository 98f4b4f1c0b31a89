"""`/bureau/travaux/bilan/`: what the work has cost, how things hold; and what is invoiced again to each commune."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui import formats
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.maintenance import statistics
from beffroi.modules.maintenance.access import MANAGE, VIEW
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.statistics import GROUPS, Scope
from beffroi.modules.maintenance.views.common import desk
from beffroi.modules.maintenance.views.upkeep import page_crumbs
from beffroi.shared.organisations.models import Commune, Organisation, Team

SHOWN, SHOWN_ASSETS = 100, 40
CHARTED = 12
CHOICES = [(code, label) for code, (label, _paths) in GROUPS.items() if code not in ("ordre", "beneficiaire")]
SHEET = Path(__file__).parent.parent / "reinvoicing.typ"


class BalanceForm(forms.Form):
    """What is counted; each field is a parameter of the address."""

    own_data = False
    par = forms.ChoiceField(label="Par", required=False, choices=CHOICES)
    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="Au", required=False, widget=DateInput)
    equipe = forms.ChoiceField(label="Équipe", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, data, *, owners, groups=True):
        today = timezone.localdate()
        usual = {"par": "commune", "du": today.replace(month=1, day=1).isoformat(), "au": today.isoformat()}
        super().__init__(usual | {name: value for name, value in data.items() if value})
        teams = Team.objects.filter(organisation__in=owners, is_active=True).values_list("pk", "name")
        self.fields["equipe"].choices = [("", "Toutes"), *((str(pk), name) for pk, name in teams)]
        self.fields["commune"].choices = [("", "Toutes"), *Commune.objects.members().values_list("slug", "name")]
        if not groups:
            for name in ("par", "equipe", "commune"):
                del self.fields[name]

    def clean(self):
        data = super().clean()
        if data.get("du") and data.get("au") and data["du"] > data["au"]:
            self.add_error("au", "La fin doit venir après le début.")
        return data

    def scope(self, owners) -> Scope:
        """What was asked, or the year so far."""
        today = timezone.localdate()
        data = self.cleaned_data if self.is_valid() else {}
        until = data.get("au") or today
        since = data.get("du") or min(until, today.replace(month=1, day=1))
        filters = {}
        if data.get("equipe"):
            filters["team"] = int(data["equipe"])
        if data.get("commune"):
            filters["commune__slug"] = data["commune"]
        return Scope(organisations=owners, since=since, until=until, filters=filters)


def _counted(request):
    owners = bodies(request.user, VIEW)
    form = BalanceForm(request.GET, owners=owners)
    scope = form.scope(owners)
    group = (form.cleaned_data.get("par") if form.is_valid() else "") or "commune"
    return form, scope, group, statistics.spent(scope, group)


@desk
@require_safe
@permission_required(VIEW)
def balance(request):
    """Costs and time by group, with the figures of reliability."""
    form, scope, group, rows = _counted(request)
    health, held = statistics.health_by_asset(scope)
    shown = SHOWN_ASSETS if group == "equipement" else SHOWN
    for row in rows[:shown]:
        row.health = held.get(row.key[0]) if group == "equipement" else None
    query = request.GET.urlencode()
    context = {
        "form": form,
        "scope": scope,
        "group": GROUPS[group][0],
        "by_asset": group == "equipement",
        "rows": rows[:shown],
        "more": max(0, len(rows) - shown),
        "whole": statistics.total(rows),
        "health": health,
        "chart": [(row.label, float(row.total)) for row in rows[:CHARTED] if row.total],
        "exports": [
            (label, f"{reverse('maintenance:balance_export', args=[kind])}?{query}")
            for kind, label in sheets.LABELS.items()
        ],
        "breadcrumbs": page_crumbs(("Bilan", "")),
    }
    return render(request, "maintenance/balance.html", context)


@desk
@require_safe
@permission_required(VIEW)
def balance_export(request, kind):
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, scope, group, rows = _counted(request)
    headers = [GROUPS[group][0], "Travaux terminés", "Heures", "Temps (€)", "Pièces (€)", "Dépenses (€)", "Total (€)"]
    lines = [
        [row.label, row.orders, _hours(row.minutes), row.labour, row.parts, row.outside, row.total] for row in rows
    ]
    if group == "equipement":
        held = statistics.health_by_asset(scope)[1]
        headers += ["Réparations", "Jours entre deux pannes", "Jours pour réparer"]
        for line, row in zip(lines, rows, strict=True):
            one = held.get(row.key[0])
            line += [one.failures, one.mtbf, one.mttr] if one else [0, None, None]
    sheet = sheets.Sheet(title="Bilan des travaux", headers=headers, rows=lines, widths=[40])
    return sheets.response(kind, f"bilan-travaux-{scope.since:%Y-%m-%d}-{scope.until:%Y-%m-%d}", [sheet])


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _shared(request):
    """(form, scope) of the work done for communes: what is invoiced again to them."""
    owners = bodies(request.user, MANAGE)
    form = BalanceForm(request.GET, owners=owners, groups=False)
    scope = form.scope(owners)
    return form, Scope(scope.organisations, scope.since, scope.until, {"beneficiary__isnull": False})


@desk
@require_safe
@permission_required(MANAGE)
def reinvoicing(request):
    """By commune: what the work done for it has cost."""
    form, scope = _shared(request)
    rows = statistics.spent(scope, "beneficiaire")
    context = {
        "form": form,
        "scope": scope,
        "rows": rows,
        "whole": statistics.total(rows),
        "query": request.GET.urlencode(),
        "breadcrumbs": page_crumbs(("Bilan", reverse("maintenance:balance")), ("Refacturation", "")),
    }
    return render(request, "maintenance/reinvoicing.html", context)


@desk
@require_safe
@permission_required(MANAGE)
def reinvoicing_file(request, slug, kind):
    """The sheet of one commune, or of all (« toutes », tables only): one line an order."""
    _form, scope = _shared(request)
    commune = None
    if slug != "toutes":
        commune = get_object_or_404(Commune, slug=slug)
        scope = Scope(scope.organisations, scope.since, scope.until, {"beneficiary": commune.pk})
    rows = statistics.spent(scope, "ordre")
    rows.sort(key=lambda row: row.key)
    name = f"refacturation-{slug}-{scope.since:%Y-%m-%d}-{scope.until:%Y-%m-%d}"
    if kind == "pdf" and commune is not None:
        return pdf.response(name, _pdf(commune, scope, rows))
    if kind not in sheets.TYPES:
        raise Http404(kind)
    known = dict(
        Order.objects.filter(reference__in=[row.key[0] for row in rows]).values_list("reference", "beneficiary__name")
    )
    headers = ["Commune", "Ordre", "Travail", "Heures", "Temps (€)", "Pièces (€)", "Dépenses (€)", "Total (€)"]
    lines = [
        [known[row.key[0]], *row.key, _hours(row.minutes), row.labour, row.parts, row.outside, row.total]
        for row in rows
    ]
    sheet = sheets.Sheet(title="Refacturation", headers=headers, rows=lines, widths=[20, 16, 40])
    return sheets.response(kind, name, [sheet])


def _pdf(commune, scope: Scope, rows) -> bytes:
    """One part for each body that has worked for the commune, each under its own heading."""
    orders = Order.objects.filter(reference__in=[row.key[0] for row in rows])
    workers = Organisation.objects.filter(pk__in=orders.values("organisation")).order_by("name")
    return pdf.render(
        SHEET,
        {
            "title": f"Décompte des travaux faits pour {commune.name}",
            "period": formats.period(scope.since, scope.until),
            "parts": [_part(body, scope) for body in list(workers) or scope.organisations[:1]],
        },
    )


def _part(body: Organisation, scope: Scope) -> dict:
    """What one body has done in the scope."""
    rows = statistics.spent(replace(scope, organisations=[body.pk]), "ordre")
    rows.sort(key=lambda row: row.key)
    whole = statistics.total(rows)
    return {
        "body": str(body),
        "address": [line for line in (body.address, f"{body.postal_code} {body.city}".strip()) if line],
        "rows": [
            [*row.key, formats.duration(row.minutes), *_euros(row.labour, row.parts, row.outside, row.total)]
            for row in rows
        ],
        "total": [formats.duration(whole.minutes), *_euros(whole.labour, whole.parts, whole.outside, whole.total)],
    }


def _euros(*amounts) -> list[str]:
    return [formats.euros(amount) for amount in amounts]
