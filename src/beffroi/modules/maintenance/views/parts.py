"""Parts of an order: set aside, set free, given back; and the count of a whole place."""

import uuid
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.forms_field import UsedPartForm
from beffroi.modules.maintenance.models import Level, Movement, Part, Store
from beffroi.modules.maintenance.views.common import attempt, back, desk, gesture_page, managed, worked
from beffroi.modules.maintenance.views.upkeep import page_crumbs


class BackForm(forms.Form):
    """How many of the parts taken come back."""

    own_data = False
    quantity = forms.DecimalField(label="Quantité rendue", min_value=0, max_digits=8, decimal_places=2)


@desk
def reserve(request, reference):
    """Set parts aside for this order."""
    order = managed(request, reference)
    form = UsedPartForm(request.POST or None, order=order)
    form.fields["store"].label = "Prévue dans"
    if form.is_valid():
        data = form.cleaned_data

        def write():
            part, store = Part.objects.get(pk=data["part"]), Store.objects.get(pk=data["store"])
            actions.reserve_part(order, part, store, data["quantity"], actor=request.user)

        if attempt(form, write):
            messages.success(request, "La pièce est réservée pour ce travail.")
            return back(request, order)
    return gesture_page(request, order, form, "Réserver une pièce")


@desk
@require_POST
def release(request, reference):
    """What was set aside for this order is free again."""
    order = managed(request, reference)
    actions.release_parts(order, actor=request.user)
    messages.success(request, "Les pièces réservées sont de nouveau libres.")
    return back(request, order)


@desk
def part_back(request, reference, pk):
    """Parts that were taken and not used go back to their place."""
    order = worked(request, reference)
    taken = get_object_or_404(order.movements.select_related("part", "store").filter(kind=Movement.Kind.USE), pk=pk)
    form = BackForm(request.POST or None, initial={"quantity": -taken.quantity})
    if form.is_valid() and attempt(
        form, lambda: actions.give_back(taken, form.cleaned_data["quantity"], actor=request.user)
    ):
        messages.success(request, f"{taken.part} : de retour dans {taken.store}.")
        return back(request, order)
    return gesture_page(request, order, form, f"Rendre « {taken.part} »")


class StoreCountForm(forms.Form):
    """A count of a whole place: one field a part; an empty one is not counted. `vu<part>` = the level shown, so that
    what moved while people were counting is told instead of being undone."""

    own_data = False
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.levels = levels
        for level in levels:
            self.fields[f"p{level.part_id}"] = forms.DecimalField(
                label=f"{level.part.code} {level.part.name} ({level.part.unit})",
                required=False,
                min_value=0,
                max_digits=10,
                decimal_places=2,
                help_text=f"Au stock : {level.quantity.normalize():f}",
            )
            self.fields[f"vu{level.part_id}"] = forms.DecimalField(
                required=False, initial=level.quantity, widget=forms.HiddenInput
            )

    def counted(self):
        """(part, what was counted) of the fields that are filled in."""
        for level in self.levels:
            value = self.cleaned_data.get(f"p{level.part_id}")
            if value is not None:
                yield level.part, value, self.cleaned_data.get(f"vu{level.part_id}")


@desk
@permission_required(MANAGE)
def store_count(request, pk):
    """The inventory of a place: every part on one sheet."""
    store = get_object_or_404(Store.objects.filter(organisation__in=bodies(request.user, MANAGE)), pk=pk)
    known = {level.part_id: level for level in store.levels.select_related("part")}
    parts = Part.objects.filter(organisation=store.organisation_id, is_active=True).order_by("code")
    levels = [known.get(part.pk) or Level(part=part, store=store, quantity=Decimal(0)) for part in parts]
    form = StoreCountForm(request.POST or None, levels=levels, initial={"client_uuid": uuid.uuid4()})
    if form.is_valid():
        changed: list = []
        if attempt(form, lambda: changed.extend(_count(request, store, form))):
            told = f"L’inventaire est noté : {len(changed)} écart{'s' if len(changed) > 1 else ''}."
            messages.success(request, told)
            return HttpResponseRedirect(reverse("maintenance:stock"))
    crumbs = page_crumbs(("Stock", reverse("maintenance:stock")), (f"Inventaire : {store}", ""))
    return render(request, "maintenance/store_count.html", {"form": form, "store": store, "breadcrumbs": crumbs})


@transaction.atomic
def _count(request, store, form) -> list[Movement]:
    made, stale = [], []
    for part, value, seen in form.counted():
        key = uuid.uuid5(form.cleaned_data["client_uuid"], str(part.pk))
        done = Movement.objects.filter(client_uuid=key).exists()
        level = Level.objects.select_for_update().filter(part=part, store=store).first()
        if not done and seen is not None and (level.quantity if level else 0) != seen:
            stale.append(part.name)
            continue
        movement = actions.count_part(part, store, value, actor=request.user, comment="Inventaire", client_uuid=key)
        if movement is not None:
            made.append(movement)
    if stale:
        names = ", ".join(stale[:5])
        raise ValidationError(f"Le stock a bougé pendant le comptage : {names}. Rechargez la page et recomptez-les.")
    return made
