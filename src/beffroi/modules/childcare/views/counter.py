"""What an agent does for a family at the counter or on the telephone: days, people, documents, payer, paper."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.modules.childcare import actions, pricing
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused, TooLate
from beffroi.modules.childcare.forms.counter import AttendanceForm, PayerForm
from beffroi.modules.childcare.forms.family import ContactForm
from beffroi.modules.childcare.models import Booking, Contact, Enrolment
from beffroi.modules.childcare.views.common import desk, find_child, find_home
from beffroi.modules.childcare.views.dossier import attempt, crumbs, gesture, pick, picked
from beffroi.modules.childcare.wishes import BOOK, Line, Wish
from beffroi.shared.files.models import StoredFile
from beffroi.shared.people.models import Person


@never_cache
@require_POST
@desk(REGISTER)
def cancel(request, pk):
    """Cancel the days ticked, as the rules have it (a late day stays due or is refused) or free of charge."""
    child = find_child(request, pk, REGISTER)
    wanted = [one for one in request.POST.getlist("choix") if one.isdigit()]
    mine = Booking.objects.visible_to(request.user, REGISTER).live()
    found = list(mine.filter(child=child, pk__in=wanted).select_related("activity"))
    if not found:
        messages.error(request, "Cochez au moins un jour.")
        return redirect(child)
    try:
        late = actions.cancel(found, actor=request.user, desk="sans_frais" in request.POST)
    except TooLate:
        messages.error(request, "Le délai pour annuler est passé. « Annuler sans frais » passe outre.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"C’est annulé : {len(found)} jour{'s' if len(found) > 1 else ''}.")
        if late:
            messages.warning(request, "Le délai étant passé pour certains, ils restent dus par la famille.")
    return redirect(child)


@never_cache
@require_POST
@desk(REGISTER)
def answer(request, pk, booking):
    """Take the place that is offered, or leave it, for a family that answers by telephone."""
    child = find_child(request, pk, REGISTER)
    mine = Booking.objects.visible_to(request.user, REGISTER).select_related("activity")
    held = get_object_or_404(mine, pk=booking, child=child)
    try:
        if request.POST.get("reponse") == "oui":
            actions.take_offer(held, actor=request.user)
            messages.success(request, "La place est prise.")
        else:
            actions.cancel([held], actor=request.user, desk=True)
            messages.success(request, "La place est laissée à la famille suivante.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(child)


@never_cache
@desk(REGISTER)
def contact(request, pk, home, contact=None):
    """Name somebody who may pick the child up, as a guardian of the home says it."""
    held_home = find_home(request, pk, home)
    child = held_home.child
    held = get_object_or_404(held_home.contacts, pk=contact) if contact else Contact(home=held_home)
    form = ContactForm(request.POST or None, request.FILES or None, instance=held)
    form.fields["photos"].actor = request.user
    if not contact or not StoredFile.objects.about(held).exists():
        del form.fields["no_photo"]
    if request.method == "POST" and form.is_valid():

        def write():
            actions.save_contact(form.instance, actor=request.user, photos=form.chosen_photos())

        if attempt(form, write):
            messages.success(request, f"{held.name} est dans le dossier, pour {held_home.household}.")
            return redirect(child)
    removal = reverse("childcare:desk_contact_remove", args=[pk, home, contact]) if contact else ""
    note = f"Nommée par {held_home.household} ; l’autre foyer ne la voit pas."
    return gesture(
        request,
        form,
        "Personne autorisée",
        child.get_absolute_url(),
        child,
        note=note,
        removal=removal,
        removal_words=f"{held.name} ne pourra plus venir chercher {child.first_name} ?",
    )


@never_cache
@require_POST
@desk(REGISTER)
def contact_remove(request, pk, home, contact):
    held_home = find_home(request, pk, home)
    child, held = held_home.child, get_object_or_404(held_home.contacts, pk=contact)
    name = held.name
    actions.remove_contact(held, actor=request.user)
    messages.success(request, f"{name} ne peut plus venir chercher {child.first_name}.")
    return redirect(child)


@never_cache
@require_POST
@desk(REGISTER)
def certify(request, pk):
    """« Rien n’a changé », heard at the counter."""
    child = find_child(request, pk, REGISTER)
    actions.certify(child, actor=request.user)
    messages.success(request, "Le dossier est certifié pour un an.")
    return redirect(child)


@never_cache
@require_POST
@desk(REGISTER)
def enrolment_end(request, pk, enrolment):
    """The child no longer comes to an activity."""
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(
        Enrolment.objects.filter(end=None).select_related("activity", "child"), pk=enrolment, child=child
    )
    try:
        actions.end_enrolment(held, actor=request.user)
        messages.success(request, f"{child.first_name} n’est plus inscrit : {held.activity}.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(child)


@never_cache
@desk(REGISTER)
def payer(request, pk, home):
    """Who receives the bills of a home: one of its guardians, or somebody else."""
    held = find_home(request, pk, home)
    child = held.child
    if "q" in request.GET and "personne" not in request.GET:
        return pick(request, f"Payeur : {held.household}", child)
    people = {one.person_id: one.person for one in held.guardians.active().select_related("person")}
    for other in filter(None, [held.payer, picked(request)[0]]):
        people.setdefault(other.pk, other)
    form = PayerForm(request.POST or None, people=people.values(), payer=held.payer, wanted=request.GET.get("personne"))
    if request.method == "POST" and form.is_valid():
        chosen: Person = form.cleaned_data["payer"]
        if attempt(form, lambda: actions.set_payer(held, chosen, actor=request.user)):
            messages.success(request, f"{chosen} reçoit les prochaines factures de ce foyer.")
            return redirect(child)
    note = f"{held.household}. Les factures déjà émises ne changent pas."
    return gesture(
        request, form, "Qui paie", child.get_absolute_url(), child, note=note, more=("?q=", "Une autre personne")
    )


@never_cache
@require_safe
@desk(REGISTER)
def confirmation(request, pk, home):
    """What a home has booked, with the prices of today: a page to print and to hand over."""
    held = find_home(request, pk, home)
    child = held.child
    rows = (
        Booking.objects.visible_to(request.user, REGISTER)
        .live()
        .filter(child=child, home=held, day__gte=timezone.localdate())
    )
    bookings = list(rows.select_related("unit__activity", "group__site").order_by("day", "pk")[:400])
    lines = [
        Line(
            Wish(one.day, child.pk, one.unit_id, one.quantity),
            child,
            unit=one.unit,
            home=held,
            verdict=BOOK if one.state == "booked" else one.state,
        )
        for one in bookings
    ]
    total = pricing.quote(lines)
    context = {
        "child": child,
        "home": held,
        "rows": list(zip(bookings, lines, strict=True)),
        "total": total,
        "priced": any(line.price is not None for line in lines),
        "now": timezone.now(),
        "breadcrumbs": crumbs(child, "Confirmation"),
    }
    return render(request, "childcare/desk/confirmation.html", context)


@never_cache
@desk(REGISTER)
def attendance(request, pk):
    """Correct what the sheet of a past day says."""
    mine = Booking.objects.visible_to(request.user, REGISTER).filter(state="booked")
    booking = get_object_or_404(mine.select_related("child", "unit", "group__site", "attendance"), pk=pk)
    if booking.day > timezone.localdate():
        raise Http404("à venir")
    held = getattr(booking, "attendance", None)
    form = AttendanceForm(request.POST or None, held=held, booking=booking)
    day = f"?site={booking.group.site.slug}&jour={booking.day:%Y-%m-%d}"
    back = reverse("childcare:today") + day
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def at(hour: datetime.time | None):
            return timezone.make_aware(datetime.datetime.combine(booking.day, hour)) if hour else None

        def write():
            actions.correct_attendance(
                booking,
                actor=request.user,
                reason=data["reason"],
                arrived_at=at(data["arrived"]),
                left_at=at(data["left"]),
                absence=data["absence"],
                quantity=data.get("quantity"),
            )

        if attempt(form, write):
            messages.success(request, "La présence est corrigée.")
            return redirect(back)
    note = f"{booking.child}, {booking.unit}, le {booking.day:%d/%m/%Y}."
    return gesture(request, form, "Corriger une présence", back, booking.child, note=note)
