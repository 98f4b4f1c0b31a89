"""Where a home lives: the family asks for a change with a proof, an agent answers field by field."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, residences
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.moving import MoveAnswerForm, MoveForm, ResidenceForm
from beffroi.modules.childcare.models import Child, ChildHome, Move
from beffroi.modules.childcare.views.common import desk, find_home
from beffroi.modules.childcare.views.dossier import attempt, gesture
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people.models import Household

LABELS = {"address": "Adresse", "postal_code": "Code postal", "city": "Localité", "commune": "Commune"}
SHOWN = 5


def my_household(request, pk: int) -> Household:
    """A home in the name of which this account's owner acts for a child, or 404."""
    mine = ChildHome.objects.current().of_parent(request.user)
    rows = Household.objects.filter(pk__in=mine.values("household")).select_related("commune")
    return get_object_or_404(rows, pk=pk)


def told(move: Move) -> list[dict]:
    """Each field asked for, before and after, in words; communes by their names: one query at most."""
    ids = {pk for pk in move.fields.get("commune", ()) if pk}
    names = dict(Commune.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}

    def words(name, value):
        return names.get(value, "hors du territoire") if name == "commune" else value or "—"

    return [
        {
            "name": name,
            "label": LABELS[name],
            "before": words(name, before),
            "after": words(name, after),
            "kept": move.decisions.get(name),
        }
        for name, (before, after) in move.fields.items()
    ]


@never_cache
def my_move(request, household):
    """The address of my home: what was proved, what rate applies, what I ask for."""
    held = my_household(request, household)
    moves = list(held.moves.order_by("-created_at")[:SHOWN])
    waiting = next((one for one in moves if one.decided_at is None), None)
    form = MoveForm(request.POST or None, request.FILES or None, household=held)
    form.fields["files"].actor = request.user
    if request.method == "POST" and form.is_valid():
        data, made = form.cleaned_data, []

        def write():
            made.append(
                actions.ask_move(held, form.values(), actor=request.user, start=data["start"], files=data["files"])
            )

        if attempt(form, write):
            if made[0] is None:
                messages.info(request, "Rien n’a changé : cette adresse est déjà vérifiée.")
            else:
                messages.success(request, "Votre demande part au service enfance, qui vérifie le justificatif.")
            return redirect(request.path)
    context = {
        "household": held,
        "form": form,
        "status": residences.status_of(held),
        "waiting": waiting,
        "lines": told(waiting) if waiting else [],
        "past": [one for one in moves if one.decided_at],
        "breadcrumbs": [("Mon foyer", reverse("people:my_homes")), ("Adresse et justificatif", "")],
    }
    return render(request, "childcare/space/move.html", context)


@never_cache
@require_POST
def my_move_withdraw(request, household, move):
    """Take back what was asked for, as long as nobody has answered."""
    held = get_object_or_404(my_household(request, household).moves, pk=move)
    try:
        actions.withdraw_move(held, actor=request.user)
        messages.success(request, "La demande est retirée.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("childcare:my_move", household)


@never_cache
@desk(REGISTER)
def move(request, pk):
    """A request with its proof: accept or refuse each field."""
    held = get_object_or_404(
        Move.objects.visible_to(request.user).select_related("household__commune", "author", "decided_by"), pk=pk
    )
    form = MoveAnswerForm(request.POST or None, move=held)
    if request.method == "POST" and form.is_valid():
        accepted = set(request.POST.getlist("accepte"))

        def write():
            actions.decide_move(
                held,
                accepted,
                actor=request.user,
                start=form.cleaned_data.get("start"),
                reason=form.cleaned_data["reason"],
            )

        if attempt(form, write):
            messages.success(request, "C’est décidé ; la famille est prévenue.")
            return redirect("childcare:todo")
    children = Child.objects.visible_to(request.user, REGISTER).filter(
        homes__household=held.household_id, homes__end=None
    )
    context = {
        "move": held,
        "form": form,
        "lines": told(held),
        "files": list(StoredFile.objects.about(held)),
        "children": list(children.distinct()),
        "status": residences.status_of(held.household),
        "refused": set(held.fields) - set(request.POST.getlist("accepte")) if request.method == "POST" else (),
        "breadcrumbs": [
            ("Enfance", reverse("childcare:today")),
            ("À traiter", reverse("childcare:todo")),
            ("Changement d’adresse", ""),
        ],
    }
    return render(request, "childcare/desk/move.html", context)


@never_cache
@desk(REGISTER)
def residence(request, pk, home):
    """A proof of residence handed over at the counter."""
    held = find_home(request, pk, home)
    child = held.child
    status = residences.status_of(held.household)
    form = ResidenceForm(request.POST or None, household=held.household, start=min(held.start, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def write():
            actions.check_residence(held.household, actor=request.user, commune=data["commune"], start=data["start"])

        if attempt(form, write):
            messages.success(request, "Le domicile est vérifié : le tarif suit.")
            return redirect(child)
    address = f"{held.household.address} {held.household.postal_code} {held.household.city}".strip()
    note = f"{held.household}{f', {address}' if address else ''}. {status.words}. {status.told}"
    return gesture(request, form, "Vérifier le domicile", child.get_absolute_url(), child, note=note)
