"""What an agent does in a child's file: open it, link a second home, custody, health, documents, changes, quotient."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.writing import tell
from beffroi.modules.childcare import actions, vaccines
from beffroi.modules.childcare.access import HEALTH, REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.family import ChildForm, CustodyForm, ExceptionForm
from beffroi.modules.childcare.forms.files import DeskChildForm, HealthForm, LinkForm, QuotientForm, ReasonForm
from beffroi.modules.childcare.models import Child, ChildHome, Custody, Document, Guardian, Proposal
from beffroi.modules.childcare.views.common import body_of, desk, find_child
from beffroi.shared.people import finding
from beffroi.shared.people.actions import create_household
from beffroi.shared.people.models import Household, Person

FOUND = 12


def crumbs(child=None, title: str = "") -> list[tuple[str, str]]:
    found = [("Enfance", reverse("childcare:today")), ("Enfants", reverse("childcare:children"))]
    if child is not None:
        found.append((str(child), child.get_absolute_url()))
    return [*found, (title, "")]


def gesture(request, form, title: str, back: str, child=None, **more):
    """One form on a page."""
    context = {"form": form, "title": title, "back": back, "child": child, "breadcrumbs": crumbs(child, title), **more}
    return render(request, "childcare/desk/gesture.html", context)


def attempt(form, write) -> bool:
    """Do it; a refusal is told in the form, and what was typed is kept."""
    try:
        write()
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as error:
        tell(form, error)
    else:
        return True
    return False


def picked(request) -> tuple[Person | None, list[Person]]:
    """The person of the address, else those who resemble what is typed."""
    people = Person.objects.visible_to(request.user)
    if (pk := request.GET.get("personne", "")).isdigit():
        return get_object_or_404(people, pk=pk), []
    return None, list(finding.search(people, request.GET.get("q", "")).select_related("commune")[:FOUND])


def pick(request, title: str, child=None):
    _person, found = picked(request)
    context = {"title": title, "found": found, "q": request.GET.get("q", ""), "breadcrumbs": crumbs(child, title)}
    return render(request, "childcare/desk/pick.html", context)


def _households(person: Person) -> list[Household]:
    return list(Household.objects.filter(members__person=person, members__end=None).distinct().order_by("pk"))


def _household(person: Person, chosen: Household | None, actor) -> Household:
    if chosen is not None:
        return chosen
    values = {name: getattr(person, name) for name in ("address", "postal_code", "city", "commune")}
    return create_household(actor=actor, person=person, name=f"Foyer {person.last_name}", relation="parent", **values)


@transaction.atomic
def _open_file(request, form: DeskChildForm, person: Person) -> Child:
    household = _household(person, form.chosen, request.user)
    child = actions.create_child(
        actor=request.user,
        household=household,
        guardian=person,
        relation=form.cleaned_data["relation"],
        organisation=body_of(request, REGISTER),
        **form.child_values(),
    )
    if form.cleaned_data["proved"]:
        today = timezone.localdate()
        actions.check_residence(household, actor=request.user, commune=household.commune, start=today)
    return child


@never_cache
@desk(REGISTER)
def child_new(request):
    """Open a file for a family that comes to the counter or calls, with or without e-mail."""
    person, _found = picked(request)
    if person is None:
        return pick(request, "Nouvel enfant")
    form = DeskChildForm(request.POST or None, households=_households(person), person=person)
    made, known = [], None
    if request.method == "POST" and form.is_valid():
        known = _known(request, form)
    if request.method == "POST" and form.is_valid() and known is None:

        def write():
            made.append(_open_file(request, form, person))

        if attempt(form, write):
            messages.success(request, "Le dossier est ouvert.")
            return redirect(made[0])
    more = {"more": (known.get_absolute_url(), f"Ouvrir le dossier déjà connu de {known}")} if known else {}
    back = reverse("childcare:children")
    return gesture(request, form, "Nouvel enfant", back, note=f"Responsable : {person}", **more)


def _known(request, form: DeskChildForm) -> Child | None:
    """A file with the same names and birth date, told once: the agent opens it, or says that it is another child."""
    data = form.cleaned_data
    body = body_of(request, REGISTER)
    found = actions.like(body.pk, data["first_name"], data["last_name"], data["birth_date"])
    found = found.visible_to(request.user, REGISTER).first()
    if found is None or request.POST.get("other") == "on":
        return None
    form.fields["other"] = forms.BooleanField(
        label="C’est un autre enfant", required=False, help_text="Du même nom, né le même jour."
    )
    form.add_error(
        None, "Un enfant du même nom, né le même jour, a déjà un dossier. Si c’est lui, reliez-y le second foyer."
    )
    return found


@never_cache
@desk(REGISTER)
def child_edit(request, pk):
    child = find_child(request, pk, REGISTER)
    form = ChildForm(request.POST or None, instance=find_child(request, pk, REGISTER))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ChildForm.Meta.fields}
        if attempt(form, lambda: actions.change_child(child, actor=request.user, checked_at=timezone.now(), **values)):
            messages.success(request, "Le dossier est corrigé, et l’état civil vérifié.")
            return redirect(child)
    return gesture(request, form, "Corriger et vérifier", child.get_absolute_url(), child)


@never_cache
@desk(REGISTER)
def home_add(request, pk):
    """The second home of a child; each parent then acts for their own."""
    child = find_child(request, pk, REGISTER)
    person, _found = picked(request)
    if person is None:
        return pick(request, "Relier un second foyer", child)
    form = LinkForm(request.POST or None, households=_households(person), person=person)
    if request.method == "POST" and form.is_valid():

        def write():
            actions.add_home(
                child,
                _household(person, form.chosen, request.user),
                actor=request.user,
                guardian=person,
                relation=form.cleaned_data["relation"],
                share=form.cleaned_data["share"],
            )

        if attempt(form, write):
            messages.success(request, f"{person} voit maintenant le dossier de {child.first_name}, pour son foyer.")
            return redirect(child)
    return gesture(request, form, "Relier un second foyer", child.get_absolute_url(), child, note=f"Parent : {person}")


@never_cache
@require_POST
@desk(REGISTER)
def home_end(request, pk, home):
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(ChildHome.objects.current(), pk=home, child=child)
    try:
        actions.end_home(held, actor=request.user)
        messages.success(request, "Ce foyer ne voit plus le dossier.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(child)


@never_cache
@desk(REGISTER)
def guardian_add(request, pk, home):
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(ChildHome.objects.current(), pk=home, child=child)
    person, _found = picked(request)
    title = f"Ajouter un responsable : {held.household.name}"
    if person is None:
        return pick(request, title, child)
    form = LinkForm(request.POST or None, households=[held.household], person=person)
    del form.fields["share"], form.fields["household"]
    if request.method == "POST" and form.is_valid():
        relation = form.cleaned_data["relation"]
        if attempt(form, lambda: actions.add_guardian(held, person, actor=request.user, relation=relation)):
            messages.success(request, f"{person} peut réserver pour ce foyer.")
            return redirect(child)
    return gesture(request, form, title, child.get_absolute_url(), child, note=f"Responsable : {person}")


@never_cache
@require_POST
@desk(REGISTER)
def guardian_end(request, pk, guardian):
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(Guardian.objects.active(), pk=guardian, home__child=child)
    try:
        actions.end_guardian(held, actor=request.user)
        messages.success(request, "Cette personne ne voit plus le dossier.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(child)


@never_cache
@desk(REGISTER)
def custody(request, pk):
    """Whose days are whose, who pays what."""
    child = find_child(request, pk, REGISTER)
    homes = list(child.homes.filter(end=None).select_related("household").order_by("rank"))
    if len(homes) < 2:
        messages.error(request, "La garde se règle quand l’enfant a deux foyers.")
        return redirect(child)
    held = Custody.objects.filter(child=child).first() or Custody(child=child)
    form = CustodyForm(request.POST or None, instance=held, homes=homes)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.set_custody(form.instance, actor=request.user, shares=form.shares))
    ):
        messages.success(request, "La garde est enregistrée.")
        return redirect(child)
    note = f"Premier foyer : {homes[0].household} ; second : {homes[1].household}."
    return gesture(request, form, "Garde et paiement", child.get_absolute_url(), child, note=note)


@never_cache
@desk(REGISTER)
def custody_exception(request, pk):
    child = find_child(request, pk, REGISTER)
    homes = {str(one.pk): one for one in child.homes.filter(end=None).select_related("household")}
    choices = [(key, str(one.household)) for key, one in homes.items()]
    form = ExceptionForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def write():
            actions.propose_exception(
                child, homes[data["home"]], actor=request.user, start=data["start"], end=data["end"], proposed_by=None
            )

        if attempt(form, write):
            messages.success(request, "L’exception est au calendrier.")
            return redirect(child)
    return gesture(request, form, "Exception de garde", child.get_absolute_url(), child)


@never_cache
@desk(HEALTH)
def health(request, pk):
    """The health sheet; opening it is written in the journal, and the family may ask who did."""
    child = find_child(request, pk, HEALTH)
    content = actions.read_health(child, actor=request.user)
    form = HealthForm(request.POST or None, child=child, content=content)
    if request.method == "POST" and form.is_valid():
        actions.save_health(child, form.content(), actor=request.user)
        messages.success(request, "La fiche sanitaire est enregistrée.")
        return redirect(child)
    missing = [vaccines.NAMES[code] for code in vaccines.missing(child.birth_date, content.get("vaccines", {}))]
    context = {
        "form": form,
        "child": child,
        "missing": missing,
        "base": "ui/desk.html",
        "back": child.get_absolute_url(),
        "breadcrumbs": crumbs(child, "Fiche sanitaire"),
    }
    return render(request, "childcare/file/health.html", context)


@never_cache
@desk(REGISTER)
def document(request, pk, document):
    """Accept a document, or refuse it and say why."""
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(Document, pk=document, child=child)
    if request.method == "POST" and "accepter" in request.POST:
        actions.judge_document(held, actor=request.user, accept=True)
        messages.success(request, "La pièce est vérifiée.")
        return redirect(child)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: actions.judge_document(held, actor=request.user, accept=False, reason=reason)):
            messages.success(request, "La famille est prévenue.")
            return redirect(child)
    return gesture(request, form, f"Refuser : {held.kind}", child.get_absolute_url(), child, tone="danger")


@never_cache
@desk(REGISTER)
def proposal(request, pk, proposal):
    """Each field asked for, before and after: accept or refuse it."""
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(Proposal.objects.select_related("author"), pk=proposal, child=child)
    if request.method == "POST":
        try:
            actions.decide_proposal(held, set(request.POST.getlist("accepte")), actor=request.user)
            messages.success(request, "C’est décidé ; la famille est prévenue.")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(child)
    labels = {name: field.label or name for name, field in ChildForm(instance=child).fields.items()}
    lines = [(name, labels[name], before, after) for name, (before, after) in held.fields.items()]
    context = {"child": child, "proposal": held, "lines": lines, "breadcrumbs": crumbs(child, "Modification demandée")}
    return render(request, "childcare/desk/proposal.html", context)


@never_cache
@desk(REGISTER)
def quotient(request, pk, home):
    """Enter a quotient read on a proof."""
    child = find_child(request, pk, REGISTER)
    held = get_object_or_404(child.homes.filter(end=None).select_related("household"), pk=home)
    form = QuotientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.enter_quotient(held.household, data["value"], actor=request.user, month=data["month"])
        messages.success(request, "Le quotient est enregistré.")
        return redirect(child)
    known = [f"{one.month:%m/%Y} : {one.value}" for one in held.household.quotients.all()[:6]]
    note = f"{held.household}. " + (f"Connus : {', '.join(known)}." if known else "Aucun quotient connu.")
    return gesture(request, form, "Quotient familial", child.get_absolute_url(), child, note=note)
