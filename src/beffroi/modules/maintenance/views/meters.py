"""`/bureau/travaux/compteurs/`: what is read on the assets, and the work that a reading asks for."""

import uuid
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui.widgets import DateTimeInput
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, VIEW, WORK
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.forms_upkeep import Owned
from beffroi.modules.maintenance.models import Checklist, Meter, Reading, Trigger
from beffroi.modules.maintenance.views.common import attempt, desk
from beffroi.modules.maintenance.views.upkeep import form_page, page_crumbs
from beffroi.shared.assets.models import Asset

SHOWN = 200
LAST = 30


class MeterForm(forms.ModelForm):
    """A meter on an asset, named by its number or its label."""

    own_data = False
    asset_code = forms.CharField(label="Équipement", max_length=64, help_text="Numéro d’inventaire, ou étiquette.")

    class Meta:
        model = Meter
        fields = ["name", "unit", "is_cumulative"]
        help_texts = {
            "unit": "km, h, m³, °C…",
            "is_cumulative": "Un compteur kilométrique, un horamètre ; pas un niveau.",
        }

    field_order = ["asset_code", "name", "unit", "is_cumulative"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.owners = bodies(user, MANAGE)
        if self.instance.pk:
            self.fields["asset_code"].initial = self.instance.asset.code
            self.fields["asset_code"].disabled = True

    def clean_asset_code(self):
        code = self.cleaned_data["asset_code"].strip()
        if self.instance.pk:
            return code
        asset = Asset.objects.filter(organisation__in=self.owners).labelled(code).first()
        if asset is None:
            raise forms.ValidationError("Aucun équipement ne porte ce numéro.")
        self.instance.asset = asset
        return code


class ReadingForm(forms.Form):
    """A value, read at a moment."""

    own_data = False
    value = forms.DecimalField(label="Valeur lue", max_digits=14, decimal_places=2)
    at = forms.DateTimeField(label="Relevé le", widget=DateTimeInput)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, meter: Meter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Valeur lue, en {meter.unit}"
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["client_uuid"].initial = uuid.uuid4

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError("Ce moment n’est pas encore venu.")
        return min(at, timezone.now())


class TriggerForm(Owned):
    """The work that a reading asks for."""

    class Meta:
        model = Trigger
        fields = ["name", "comparison", "threshold", "wait_days", "organisation", "team", "checklist", "is_active"]

    def __init__(self, *args, meter: Meter, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.meter = meter
        last = meter.readings.first()
        if not self.instance.pk and last is not None and meter.is_cumulative:
            self.instance.base = last.value
        self.fields["threshold"].label = f"Seuil, en {meter.unit}"
        self.fields["threshold"].help_text = (
            "« Dépasse » compte depuis le dernier ordre ouvert." if meter.is_cumulative else ""
        )
        self.fields["checklist"].queryset = Checklist.objects.filter(organisation__in=self.owners)
        self.fields["checklist"].empty_label = "Aucune"


def _meters(request):
    return Meter.objects.filter(asset__organisation__in=bodies(request.user, VIEW)).select_related("asset")


@desk
@permission_required(VIEW)
def meters(request):
    last = Reading.objects.filter(meter=OuterRef("pk")).order_by("-at", "-pk")
    found = _meters(request).annotate(
        last_value=Subquery(last.values("value")[:1]), last_at=Subquery(last.values("at")[:1])
    )
    typed = request.GET.get("q", "").strip()
    if typed:
        words = Q(name__unaccent__icontains=typed) | Q(asset__name__unaccent__icontains=typed)
        found = found.filter(words | Q(asset__code__iexact=typed))
    context = {
        "meters": found.prefetch_related("triggers").order_by("asset__code", "name")[:SHOWN],
        "typed": typed,
        "manages": access.can(request.user, MANAGE),
        "works": access.can(request.user, WORK),
        "breadcrumbs": page_crumbs(("Compteurs", "")),
    }
    return render(request, "maintenance/meters.html", context)


@desk
@permission_required(VIEW)
def meter(request, pk):
    """One meter: its readings, what they ask for; and a new reading."""
    found = get_object_or_404(_meters(request), pk=pk)
    works = access.can(request.user, WORK, found.asset.organisation_id)
    form = ReadingForm(request.POST or None, meter=found) if works else None
    if form is not None and form.is_valid():
        made: list = []
        if attempt(form, lambda: made.append(actions.read_meter(found, actor=request.user, **form.cleaned_data))):
            messages.success(request, "Le relevé est noté.")
            return HttpResponseRedirect(reverse("maintenance:meter", args=[pk]))
    readings = list(found.readings.select_related("author")[:LAST])
    context = {
        "meter": found,
        "form": form,
        "readings": readings,
        "chart": [(timezone.localtime(one.at).strftime("%d/%m"), float(one.value)) for one in reversed(readings)],
        "triggers": found.triggers.select_related("team"),
        "manages": access.can(request.user, MANAGE, found.asset.organisation_id),
        "breadcrumbs": page_crumbs(("Compteurs", reverse("maintenance:meters")), (found.name, "")),
    }
    return render(request, "maintenance/meter.html", context)


@desk
@permission_required(MANAGE)
def meter_edit(request, pk=None):
    instance = get_object_or_404(_meters(request), pk=pk) if pk else Meter()
    if pk:
        access.require(request.user, MANAGE, instance.asset.organisation_id)
    form = MeterForm(request.POST or None, instance=instance, user=request.user)
    if form.is_valid() and attempt(form, lambda: actions.save_meter(form.instance, actor=request.user)):
        messages.success(request, "Le compteur est enregistré.")
        return HttpResponseRedirect(reverse("maintenance:meter", args=[form.instance.pk]))
    title = f"Corriger « {instance.name} »" if pk else "Nouveau compteur"
    return form_page(request, form, title, reverse("maintenance:meters"), parent="Compteurs")


@desk
@permission_required(MANAGE)
def trigger(request, meter_pk, pk=None):
    found = get_object_or_404(_meters(request), pk=meter_pk)
    access.require(request.user, MANAGE, found.asset.organisation_id)
    instance = get_object_or_404(found.triggers, pk=pk) if pk else Trigger()
    form = TriggerForm(request.POST or None, instance=instance, user=request.user, meter=found)
    back = reverse("maintenance:meter", args=[meter_pk])
    if form.is_valid() and attempt(form, lambda: actions.save_trigger(form.instance, actor=request.user)):
        messages.success(request, "Le seuil est enregistré.")
        return HttpResponseRedirect(back)
    title = f"Seuil « {instance.name} »" if pk else f"Nouveau seuil : {found.name}"
    return form_page(request, form, title, back, parent=found.name)
