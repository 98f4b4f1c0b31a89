"""`/bureau/travaux/stock/`: parts, places, purchases."""

import uuid
from decimal import Decimal
from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui import formats
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, VIEW
from beffroi.modules.maintenance.forms import bodies
from beffroi.modules.maintenance.forms_upkeep import (
    CountForm,
    PartForm,
    PurchaseForm,
    PurchaseLineFormSet,
    ReceiveForm,
    StoreForm,
    TransferForm,
    spaced,
)
from beffroi.modules.maintenance.models import Part, Purchase, Store
from beffroi.modules.maintenance.restock import missing, supplier_of
from beffroi.modules.maintenance.views.common import attempt, desk
from beffroi.modules.maintenance.views.upkeep import form_page, page_crumbs
from beffroi.shared.organisations.models import Organisation

LAST = 40
SHEET = Path(__file__).parent.parent / "purchase.typ"
QUANTITY = DecimalField(max_digits=12, decimal_places=2)


def _parts(request):
    """The parts that I may see, with `.quantity` and `.reserved` over every place."""
    nothing = Value(0, output_field=QUANTITY)
    return Part.objects.visible_to(request.user).annotate(
        quantity=Coalesce(Sum("levels__quantity"), nothing),
        reserved=Coalesce(Sum("levels__reserved"), nothing),
        free=Coalesce(Sum(F("levels__quantity") - F("levels__reserved")), nothing),
    )


def _managed(request, model, pk):
    return get_object_or_404(model.objects.filter(organisation__in=bodies(request.user, MANAGE)), pk=pk)


@desk
@require_safe
@permission_required(VIEW)
def stock(request):
    parts = _parts(request)
    typed = request.GET.get("q", "").strip()[:100]
    if typed:
        parts = parts.filter(Q(name__unaccent__icontains=typed) | Q(code__icontains=typed))
    supplier = _supplier(request)
    if supplier is not None:
        parts = parts.filter(supplier=supplier)
    if request.GET.get("vue") == "manque":
        parts = parts.filter(pk__in=missing(Part.objects.visible_to(request.user)).values("pk"))
    context = {
        "parts": parts.order_by("-is_active", "name"),
        "typed": typed,
        "supplier": supplier,
        "stores": Store.objects.visible_to(request.user),
        "purchases": Purchase.objects.visible_to(request.user)[:10],
        "manages": access.can(request.user, MANAGE),
        "lacking": request.GET.get("vue") == "manque",
        "tabs": [("Tout", request.path, None), ("À commander", f"{request.path}?vue=manque", None)],
        "exports": [(label, reverse("maintenance:stock_export", args=[kind])) for kind, label in sheets.LABELS.items()],
        "breadcrumbs": page_crumbs(("Stock", "")),
    }
    return render(request, "maintenance/stock.html", context)


def _supplier(request) -> Organisation | None:
    """The supplier whose parts are asked for: `?fournisseur=<short name>`."""
    slug = request.GET.get("fournisseur", "").strip()[:80]
    return Organisation.objects.filter(kind=Organisation.Kind.COMPANY, slug=slug).first() if slug else None


@desk
@require_safe
@permission_required(VIEW)
def stock_export(request, kind):
    if kind not in sheets.TYPES:
        raise Http404(kind)
    rows = (
        [
            part.code,
            part.name,
            part.quantity,
            part.reserved,
            part.unit,
            part.minimum,
            part.price,
            part.quantity * part.price,
        ]
        for part in _parts(request).order_by("name")
    )
    headers = ["Référence", "Désignation", "Quantité", "Réservé", "Unité", "Seuil", "Prix unitaire TTC", "Valeur"]
    sheet = sheets.Sheet(title="Stock", headers=headers, rows=rows, widths=[14, 36])
    return sheets.response(kind, f"stock-{timezone.localdate():%Y-%m-%d}", [sheet])


@desk
@require_safe
@permission_required(VIEW)
def part(request, pk):
    found = get_object_or_404(_parts(request), pk=pk)
    context = {
        "part": found,
        "levels": found.levels.select_related("store").order_by("store__name"),
        "movements": found.movements.select_related("store", "order", "author")[:LAST],
        "manages": access.can(request.user, MANAGE, found.organisation_id),
        "breadcrumbs": page_crumbs(("Stock", reverse("maintenance:stock")), (found.name, "")),
    }
    return render(request, "maintenance/part.html", context)


@desk
@permission_required(MANAGE)
def part_edit(request, pk=None):
    instance = _managed(request, Part, pk) if pk else Part()
    form = PartForm(request.POST or None, instance=instance, user=request.user)
    if form.is_valid() and attempt(form, lambda: actions.save_part(form.instance, actor=request.user)):
        messages.success(request, "La pièce est enregistrée.")
        return HttpResponseRedirect(reverse("maintenance:part_page", args=[form.instance.pk]))
    title = f"Corriger « {instance.name} »" if pk else "Nouvelle pièce"
    return form_page(request, form, title, reverse("maintenance:stock"), parent="Stock")


@desk
@permission_required(MANAGE)
def store_edit(request, pk=None):
    instance = _managed(request, Store, pk) if pk else Store()
    form = StoreForm(request.POST or None, instance=instance, user=request.user)
    if form.is_valid() and attempt(form, lambda: actions.save_store(form.instance, actor=request.user)):
        messages.success(request, "Le lieu est enregistré.")
        return HttpResponseRedirect(reverse("maintenance:stock"))
    title = f"Corriger « {instance.name} »" if pk else "Nouveau lieu de stockage"
    return form_page(request, form, title, reverse("maintenance:stock"), parent="Stock")


@desk
def count(request, pk):
    """Inventory of one part in one place."""
    found = _managed(request, Part, pk)
    form = CountForm(request.POST or None, part=found)
    back = reverse("maintenance:part_page", args=[found.pk])
    if form.is_valid():
        data = form.cleaned_data
        done = []

        def write():
            done.append(
                actions.count_part(found, data["store"], data["counted"], actor=request.user, comment=data["comment"])
            )

        if attempt(form, write):
            told = f"Écart corrigé : {done[0].quantity:+n}." if done[0] else "Le compte est juste."
            messages.success(request, told)
            return HttpResponseRedirect(back)
    return form_page(request, form, f"Compter « {found.name} »", back, parent="Stock")


@desk
def transfer(request, pk):
    found = _managed(request, Part, pk)
    form = TransferForm(request.POST or None, part=found)
    back = reverse("maintenance:part_page", args=[found.pk])
    if form.is_valid():
        data = form.cleaned_data

        def write():
            actions.transfer_part(found, data["source"], data["target"], data["quantity"], actor=request.user)

        if attempt(form, write):
            messages.success(request, "Les pièces ont changé de lieu.")
            return HttpResponseRedirect(back)
    return form_page(request, form, f"Déplacer « {found.name} »", back, parent="Stock")


@desk
@permission_required(MANAGE)
def purchase_edit(request, pk=None):
    instance = _managed(request, Purchase, pk) if pk else Purchase()
    if pk and instance.status != Purchase.State.DRAFT:
        return HttpResponseRedirect(reverse("maintenance:purchase", args=[pk]))
    form = PurchaseForm(request.POST or None, instance=instance, user=request.user)
    initial = (
        [{"part": one.part_id, "quantity": one.quantity, "price": one.price} for one in instance.lines.all()]
        if pk
        else []
    )
    lines = PurchaseLineFormSet(
        request.POST or None, initial=initial, prefix="lignes", form_kwargs={"owners": form.owners}
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        wanted = [one.cleaned_data for one in lines if one.cleaned_data.get("part")]
        data, made = form.cleaned_data, []

        def write():
            made.append(
                actions.save_purchase(
                    form.instance, wanted, actor=request.user, client_uuid=data["client_uuid"], again=data["again"]
                )
            )

        if attempt(form, write):
            messages.success(request, "Le bon est écrit. Il reste à l’envoyer au fournisseur.")
            return HttpResponseRedirect(reverse("maintenance:purchase", args=[made[0].pk]))
        if "again" in form.errors:
            form.ask_again()
    title = f"Corriger {instance.reference}" if pk else "Nouveau bon de commande"
    return form_page(request, form, title, reverse("maintenance:stock"), formset=lines, parent="Stock")


@desk
@require_POST
@permission_required(MANAGE)
def order_missing(request):
    """One purchase for each supplier of what is missing, in each body where one dispatches: to be read, then sent."""
    made = []
    for body in bodies(request.user, MANAGE):
        made += actions.order_missing(body, actor=request.user)
    if len(made) == 1:
        messages.success(request, "Le bon est écrit : relisez-le, puis envoyez-le.")
        return HttpResponseRedirect(reverse("maintenance:purchase", args=[made[0].pk]))
    told = f"{len(made)} bons sont écrits, un par fournisseur : relisez-les, puis envoyez-les."
    messages.success(request, told if made else "Il ne manque rien qui ne soit déjà commandé.")
    return HttpResponseRedirect(reverse("maintenance:stock"))


@desk
@require_safe
@permission_required(VIEW)
def purchase_file(request, pk):
    """The purchase to print, or to send oneself."""
    found = get_object_or_404(
        Purchase.objects.visible_to(request.user).select_related("organisation", "company"), pk=pk
    )
    lines = list(found.lines.select_related("part"))
    supplier = supplier_of(found)
    data = {
        "title": f"Bon de commande {found.reference}",
        "reference": found.reference,
        "body": str(found.organisation),
        "address": _address(found.organisation),
        "supplier": [found.supplier, *(_address(supplier) if supplier else [])],
        "date": formats.day(timezone.localdate(found.ordered_at or found.created_at)),
        "rows": [
            [
                line.part.code,
                line.part.name,
                f"{formats.nb(line.quantity)} {formats.units(line.part.unit, line.quantity)}",
                formats.euros(line.price),
                formats.euros(line.quantity * line.price),
            ]
            for line in lines
        ],
        "total": formats.euros(sum((line.quantity * line.price for line in lines), Decimal(0))),
        "comment": found.comment,
    }
    return pdf.response(f"bon-{found.reference}", pdf.render(SHEET, data))


def _address(body) -> list[str]:
    siret = f"SIRET {spaced(body.siret)}" if body.siret else ""
    return [line for line in (body.address, f"{body.postal_code} {body.city}".strip(), siret) if line]


@desk
@permission_required(VIEW)
def purchase(request, pk):
    """One purchase, and the receipt of what has come."""
    found = get_object_or_404(Purchase.objects.visible_to(request.user).select_related("company"), pk=pk)
    manages = access.can(request.user, MANAGE, found.organisation_id)
    lines = list(found.lines.select_related("part"))
    supplier = supplier_of(found)
    form = None
    if manages and found.status == Purchase.State.ORDERED:
        form = ReceiveForm(request.POST or None, purchase=found, lines=lines, initial={"client_uuid": uuid.uuid4()})
        if form.is_valid() and attempt(form, lambda: _receive(request, form, lines)):
            messages.success(request, "La réception est notée, le stock est à jour.")
            return HttpResponseRedirect(reverse("maintenance:purchase", args=[pk]))
    context = {
        "purchase": found,
        "supplier": supplier,
        "email": supplier.email if supplier else "",
        "lines": lines,
        "total": sum(line.quantity * line.price for line in lines),
        "form": form,
        "manages": manages,
        "breadcrumbs": page_crumbs(("Stock", reverse("maintenance:stock")), (found.reference, "")),
    }
    return render(request, "maintenance/purchase.html", context)


@transaction.atomic
def _receive(request, form, lines) -> None:
    """Each line of a receipt has its own key, drawn from that of the form: sent twice, it counts once."""
    for line in lines:
        quantity = form.cleaned_data.get(f"l{line.pk}")
        if quantity:
            key = uuid.uuid5(form.cleaned_data["client_uuid"], str(line.pk))
            actions.receive_line(line, quantity, form.cleaned_data["store"], actor=request.user, client_uuid=key)


@desk
@require_POST
def purchase_move(request, pk, verb):
    found = _managed(request, Purchase, pk)
    moves = {"envoyer": actions.send_purchase, "annuler": actions.cancel_purchase}
    if verb not in moves:
        raise Http404(verb)
    moves[verb](found, actor=request.user)
    messages.success(request, f"{found.reference} : {found.get_status_display().lower()}.")
    return HttpResponseRedirect(reverse("maintenance:purchase", args=[pk]))
