"""`/compte/enfance/`: my children, their files, as one home sees them."""

import datetime

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, residences
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.family import ContactForm, ExceptionForm, NewChildForm
from beffroi.modules.childcare.models import Booking, ChildHome, Contact, CustodyException, Proposal, Support
from beffroi.modules.childcare.supports import Supports
from beffroi.modules.childcare.views.common import my_home, my_homes, operator
from beffroi.shared.files.models import StoredFile
from beffroi.shared.people.actions import create_household, person_of
from beffroi.shared.people.models import Household

NEXT = 5
YEAR, MONTH = datetime.timedelta(days=365), datetime.timedelta(days=31)


def upcoming(homes) -> list[Booking]:
    """What those homes have ahead of them, the next first."""
    found = Booking.objects.live().filter(home__in=homes, day__gte=timezone.localdate())
    return list(
        found.select_related("child", "unit", "activity", "group__site", "home").order_by("day", "during", "pk")
    )


def _told(bookings: list[Booking]) -> list[Booking]:
    """Those that wait say their place in the queue."""
    places = actions.told_ranks(bookings)
    for one in bookings:
        one.place = places.get(one.pk, "")
    return bookings


@never_cache
def children(request):
    """My children, and what is coming."""
    homes = my_homes(request.user)
    ahead = _told(upcoming(homes.values()))
    cards = [
        {"child": home.child, "home": home, "next": [one for one in ahead if one.child_id == child][:NEXT]}
        for child, home in homes.items()
    ]
    context = {"cards": cards, "offers": [one for one in ahead if one.state == "offered"]}
    return render(request, "childcare/space/children.html", context)


def _households(user) -> list[Household]:
    links = Household.objects.filter(members__person__user=user, members__end=None)
    return list(links.distinct().order_by("pk"))


@never_cache
def child_new(request):
    """Open the file of one of my children."""
    form = NewChildForm(request.POST or None, households=_households(request.user))
    if request.method == "POST" and form.is_valid():
        person = person_of(request.user)
        household = form.household
        try:
            if household is None:
                household = create_household(actor=request.user, person=person, **form.household_values())
            child = actions.create_child(
                actor=request.user,
                household=household,
                guardian=person,
                relation=form.cleaned_data["relation"],
                organisation=operator(),
                **form.child_values(),
            )
        except Refused as refusal:
            form.add_error("first_name", str(refusal))
        else:
            messages.success(request, f"Le dossier de {child.first_name} est ouvert. Vous pouvez réserver.")
            return redirect("childcare:my_child", child.pk)
    context = {"form": form, "breadcrumbs": [("Mes enfants", reverse("childcare:my_children")), ("Ajouter", "")]}
    return render(request, "childcare/space/child_new.html", context)


def _whole_home(request, pk: int) -> ChildHome:
    """My home for that child, with what its page needs to know before it asks for more: one query."""
    today = timezone.localdate()
    others = ChildHome.objects.current().filter(child=pk).exclude(pk=OuterRef("pk"))
    asked = Proposal.objects.filter(child=pk, home=OuterRef("pk"), created_at__gte=timezone.now() - MONTH)
    swaps = CustodyException.objects.filter(child=pk, end__gte=today)
    homes = ChildHome.objects.current().of_parent(request.user).filter(child=pk)
    homes = homes.select_related("household", "child__custody", "child__health").defer("child__health__content")
    homes = homes.annotate(
        shared=Exists(others),
        asked=Exists(asked),
        swaps=Exists(swaps),
        paid=Exists(Support.objects.active(today).filter(home=OuterRef("pk"))),
    )
    return get_object_or_404(homes.order_by("rank")[:1])


@never_cache
def child_page(request, pk):
    """One child, as my home sees them: my bookings, my contacts, whose days are whose."""
    home = _whole_home(request, pk)
    child, today = home.child, timezone.localdate()
    proposals = child.proposals.filter(home=home, created_at__gte=timezone.now() - MONTH)
    context = {
        "child": child,
        "home": home,
        "residence": residences.status_of(home.household),
        "support": Supports([home.pk]).on(home.pk, today) if home.paid else None,
        "guardians": home.guardians.active().select_related("person"),
        "contacts": home.contacts.all(),
        "custody": getattr(child, "custody", None),
        "shared": home.shared,
        "certify": child.certified_at is None or child.certified_at <= timezone.now() - YEAR,
        "proposals": proposals if home.asked else (),
        "exceptions": CustodyException.objects.filter(child=pk, end__gte=today) if home.swaps else (),
        "enrolments": child.enrolments.filter(end=None).select_related("activity", "site"),
        "bookings": _told(upcoming([home])[:20]),
        "breadcrumbs": [("Mes enfants", reverse("childcare:my_children")), (str(child), "")],
    }
    return render(request, "childcare/space/child.html", context)


@never_cache
def contact(request, pk, contact=None):
    """Name somebody who may pick the child up, for my home only."""
    home = my_home(request, pk)
    held = get_object_or_404(home.contacts, pk=contact) if contact else Contact(home=home)
    form = ContactForm(request.POST or None, request.FILES or None, instance=held)
    form.fields["photos"].actor = request.user
    photo = StoredFile.objects.about(held).first() if contact else None
    if photo is None:
        del form.fields["no_photo"]
    if request.method == "POST" and form.is_valid():
        actions.save_contact(form.instance, actor=request.user, photos=form.chosen_photos())
        messages.success(request, f"{held.name} est dans le dossier de {home.child.first_name}.")
        return redirect("childcare:my_child", pk)
    crumbs = [
        ("Mes enfants", reverse("childcare:my_children")),
        (str(home.child), reverse("childcare:my_child", args=[pk])),
        ("Personne autorisée", ""),
    ]
    context = {
        "form": form,
        "child": home.child,
        "contact": held if contact else None,
        "photo": photo,
        "breadcrumbs": crumbs,
    }
    return render(request, "childcare/space/contact.html", context)


@never_cache
@require_POST
def contact_remove(request, pk, contact):
    home = my_home(request, pk)
    held = get_object_or_404(home.contacts, pk=contact)
    actions.remove_contact(held, actor=request.user)
    messages.success(request, f"{held.name} ne peut plus venir chercher {home.child.first_name}.")
    return redirect("childcare:my_child", pk)


@never_cache
def custody_exception(request, pk):
    """Propose to the other home to swap some days; it has to agree."""
    home = my_home(request, pk)
    choices = [("moi", "moi"), ("autre", "l’autre foyer")]
    form = ExceptionForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        other = ChildHome.objects.current().filter(child=pk).exclude(pk=home.pk).first()
        data = form.cleaned_data
        whose = home if data["home"] == "moi" else other
        try:
            if whose is None:
                raise Refused("L’enfant n’a qu’un foyer.")
            actions.propose_exception(
                home.child, whose, actor=request.user, start=data["start"], end=data["end"], proposed_by=home
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est proposé : l’autre foyer doit accepter.")
            return redirect("childcare:my_child", pk)
    return render(request, "childcare/space/exception.html", {"form": form, "child": home.child, "home": home})


@never_cache
@require_POST
def exception_answer(request, pk, exception):
    """Accept what the other home proposes, refuse it, or take back one's own."""
    home = my_home(request, pk)
    held = get_object_or_404(CustodyException, pk=exception, child=pk)
    if held.agreed_at is not None:
        messages.error(request, "Cet échange est déjà accepté : pour le changer, proposez-en un autre.")
    elif request.POST.get("reponse") == "oui":
        if held.proposed_by_id == home.pk:
            messages.error(request, "C’est à l’autre foyer d’accepter.")
        else:
            actions.agree_exception(held, actor=request.user)
            messages.success(request, "C’est accepté : le calendrier est à jour.")
    else:
        actions.remove_exception(held, actor=request.user)
        messages.success(request, "L’échange n’aura pas lieu.")
    return redirect("childcare:my_child", pk)
