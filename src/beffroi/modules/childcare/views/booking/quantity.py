"""How many of what is booked by quantity: read what changes, and its price, before saying yes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from beffroi.modules.childcare import actions, deadlines, pricing, quantities
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.booking import QuantityForm
from beffroi.modules.childcare.models import Booking
from beffroi.modules.childcare.views.common import desk, find_child
from beffroi.modules.childcare.views.dossier import attempt

RELATED = ("activity", "unit", "child__custody", "home__household__commune", "group__site")


@never_cache
def quantity(request, booking):
    """For the family: what its home booked."""
    held = get_object_or_404(Booking.objects.of_parent(request.user).select_related(*RELATED), pk=booking)
    back = reverse("childcare:my_bookings")
    crumbs = [("Réservations", back), ("Quantité", "")]
    return _page(request, held, back, "ui/account.html", crumbs)


@never_cache
@desk(REGISTER)
def desk_quantity(request, pk, booking):
    """For an agent, at the counter or on the telephone."""
    child = find_child(request, pk, REGISTER)
    mine = Booking.objects.visible_to(request.user, REGISTER).select_related(*RELATED)
    held = get_object_or_404(mine, pk=booking, child=child)
    back = child.get_absolute_url()
    crumbs = [("Enfance", reverse("childcare:today")), (str(child), back), ("Quantité", "")]
    return _page(request, held, back, "ui/desk.html", crumbs, is_desk=True)


def _fault(held: Booking, wanted: int, now, is_desk: bool) -> str:
    """What the action would refuse, told before confirming."""
    return quantities.fault(held, wanted, now, desk=is_desk) or actions.invoiced_words(held, desk=is_desk)


def _page(request, held: Booking, back: str, base: str, crumbs, is_desk: bool = False):
    now = timezone.now()
    closed = quantities.changeable(held, now, desk=is_desk)
    asked = request.POST if request.method == "POST" else request.GET if "quantity" in request.GET else None
    form = QuantityForm(asked, booking=held)
    wanted = form.cleaned_data["quantity"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and wanted is not None:
        known = form.cleaned_data["known"]

        def write():
            actions.change_quantity(held, wanted, actor=request.user, known=known, desk=is_desk)

        if attempt(form, write):
            messages.success(request, f"C’est noté : {held.unit.name.lower()}, {wanted}, le {held.day:%d/%m/%Y}.")
            return redirect(back)
        wanted = None
    elif wanted not in (None, held.quantity) and not closed and (refusal := _fault(held, wanted, now, is_desk)):
        form.add_error("quantity", refusal)
        wanted = None
    changes = wanted is not None and wanted != held.quantity
    growth = pricing.quote_quantity(held, wanted) if changes and held.state == "booked" else None
    context = {
        "booking": held,
        "form": form,
        "back": back,
        "base": base,
        "breadcrumbs": crumbs,
        "is_desk": is_desk,
        "closed": closed,
        "wanted": wanted if changes else None,
        "same": wanted is not None and not changes,
        "more": changes and wanted > held.quantity,
        "waits": held.state == "waiting",
        "growth": growth,
        "less": -growth if growth else None,
        "add_words": deadlines.to_add(held.activity).words,
        "cancel_words": deadlines.to_cancel(held.activity).words,
    }
    return render(request, "childcare/book/quantity.html", context)
