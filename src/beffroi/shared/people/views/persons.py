"""`/bureau/habitants/`: find a resident, register one, open their file, merge two."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Exists, Max, OuterRef
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.kernel import access, journal, modules
from beffroi.kernel.access import permission_required
from beffroi.kernel.models import Entry
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people import actions, finding, forms
from beffroi.shared.people.actions.codes import can_send
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import EDIT, MANDATE, VIEW, Household, Person

PER_PAGE = 30
RECENT = 8


def crumbs(*more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Habitants", reverse("people:persons") if more else ""), *more]


def editable(request, pk) -> Person:
    """The file, if this agent may change it; else it does not exist."""
    return get_object_or_404(Person.objects.visible_to(request.user, EDIT).select_related("user", "commune"), pk=pk)


@permission_required(VIEW)
def index(request):
    """What is asked for, and no list of everybody: without a question, the files that I opened lately."""
    form = forms.FindPersonForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    people = Person.objects.visible_to(request.user).select_related("commune", "user")
    wanted, commune = values.get("q", "").strip(), values.get("commune")
    if commune:
        people = people.filter(commune=commune)
    page = None
    if wanted or commune:
        found = finding.search(people, wanted) if wanted else people.order_by("last_name", "first_name", "pk")
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "recent": [] if page else _recent(request.user),
        "can_add": access.can(request.user, EDIT),
        "wanted": wanted,
        "breadcrumbs": crumbs(),
    }
    return render(request, "people/persons.html", context)


def _recent(user) -> list[Person]:
    kind = ContentType.objects.get_for_model(Person)
    lines = Entry.objects.filter(actor=user, verb="people.view", target_type=kind)
    ids = list(
        lines.values("target_id")
        .annotate(last=Max("id"))
        .order_by("-last")
        .values_list("target_id", flat=True)[:RECENT]
    )
    people = Person.objects.visible_to(user).select_related("commune", "user").in_bulk(ids)
    return [people[pk] for pk in ids if pk in people]


def _body_of(user) -> Organisation | None:
    """The body in whose name the agent registers people."""
    allowed = access.organisations_where(user, EDIT)
    query = Organisation.objects.filter(is_active=True)
    query = query.filter(is_operator=True) if allowed is None else query.filter(pk__in=allowed).order_by("kind", "pk")
    return query.first()


@permission_required(EDIT)
def add(request):
    """Register somebody; files that may already be theirs are offered first."""
    form = forms.PersonForm(request.POST or None)
    doubles = []
    if request.method == "POST" and form.is_valid():
        people = Person.objects.visible_to(request.user)
        if request.POST.get("geste") != "create":
            doubles = finding.doubles_of(people, form.cleaned_data)
        if not doubles:
            body = _body_of(request.user)
            person = actions.create_person(actor=request.user, registered_by=body, **form.cleaned_data)
            messages.success(request, f"{person} est enregistré.")
            return HttpResponseRedirect(person.get_absolute_url())
    context = {
        "form": form,
        "doubles": doubles,
        "person": None,
        "breadcrumbs": crumbs(("Enregistrer une personne", "")),
    }
    return render(request, "people/person_form.html", context)


@permission_required(VIEW)
def person(request, pk):
    """The file; that it was opened is written in the journal."""
    people = Person.objects.visible_to(request.user).select_related("user", "commune", "registered_by")
    mine = Person.objects.visible_to(request.user, EDIT).filter(pk=OuterRef("pk"))
    found = get_object_or_404(people.annotate(may_edit=Exists(mine)), pk=pk)
    actions.record_view(found, actor=request.user)
    links = found.household_links.select_related("household").order_by("-end", "-start")
    context = {
        "person": found,
        "can_edit": found.may_edit,
        "can_mandate": access.can(request.user, MANDATE),
        "can_sms": can_send("sms"),
        "homes": [link for link in links if link.end is None or link.end >= timezone.localdate()],
        "past_homes": [link for link in links if link.end and link.end < timezone.localdate()],
        "mandates": found.mandates_given.select_related("agent", "organisation").order_by("-end", "-pk")[:20],
        "cases": _cases(found, request.user),
        "gestures": _gestures(found, request.user),
        "history": _history(found),
        "breadcrumbs": crumbs((str(found), "")),
    }
    return render(request, "people/person.html", context)


def _cases(person: Person, user) -> list:
    """Their requests that this agent sees: the part that holds requests names people, not the other way round."""
    relation = getattr(person, "cases", None)
    if relation is None:
        return []
    return list(relation.model.objects.on_desk_of(user).filter(person=person).order_by("-created_at")[:10])


def _gestures(person: Person, user) -> list[dict]:
    """What other parts propose to do for this person."""
    found = []
    for one in modules.collect("object_actions"):
        if one.model != "people.Person" or (one.permission and not access.can(user, one.permission)):
            continue
        if one.shown is None or one.shown(person, user):
            try:
                found.append({"label": one.label, "icon": one.icon, "url": one.url(person)})
            except NoReverseMatch:
                continue
    return found


def _history(person: Person) -> list[dict]:
    lines = journal.lines_about(person).order_by("-id")[:15]
    return [
        {"at": line.at, "title": journal.words(line.verb), "author": line.actor or "la plateforme", "icon": "history"}
        for line in lines
    ]


@permission_required(EDIT)
def edit(request, pk):
    found = editable(request, pk)
    form = forms.PersonForm(request.POST or None, instance=Person.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        changed = actions.change_person(found, actor=request.user, **form.cleaned_data)
        messages.success(request, "Le dossier est modifié." if changed else "Rien n’a changé.")
        return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "form": form,
        "doubles": [],
        "person": found,
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Modifier", "")),
    }
    return render(request, "people/person_form.html", context)


@permission_required(EDIT)
def verify(request, pk, channel):
    """Send a code to the person who is there, and type the one that they read."""
    found = editable(request, pk)
    if channel not in ("email", "sms") or not (found.email if channel == "email" else found.phone):
        raise Http404("canal")
    form = forms.CodeForm(request.POST if request.method == "POST" and "code" in request.POST else None)
    if request.method == "POST":
        try:
            if not form.is_bound:
                actions.send_code(found, channel, actor=request.user)
                messages.success(request, "Le code est parti. Il est valable dix minutes.")
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                actions.verify_contact(found, channel, form.cleaned_data["code"], actor=request.user)
                messages.success(request, "C’est vérifié.")
                return HttpResponseRedirect(found.get_absolute_url())
        except Refused as error:
            _refuse(request, form, str(error))
    context = {
        "person": found,
        "channel": channel,
        "address": found.email if channel == "email" else found.phone,
        "form": form,
        "sent": found.codes.filter(channel=channel, mandate=None, used_at=None, expires_at__gt=timezone.now()).exists(),
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Vérifier", "")),
    }
    return render(request, "people/verify.html", context)


def _refuse(request, form, words: str) -> None:
    if form.is_bound:
        form.add_error("code", words)
    else:
        messages.error(request, words)


@permission_required(EDIT)
def merge(request, pk):
    """Choose the other file of the same person, see both, then keep this one."""
    found = editable(request, pk)
    people = Person.objects.visible_to(request.user, EDIT).select_related("commune", "user").exclude(pk=found.pk)
    typed = request.GET.get("q", "").strip()
    number = request.POST.get("double", request.GET.get("double", ""))
    double = people.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if request.method == "POST" and double is not None:
        try:
            actions.merge_persons(double, into=found, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Les deux dossiers n’en font plus qu’un.")
            return HttpResponseRedirect(found.get_absolute_url())
    values = {"first_name": found.first_name, "last_name": found.last_name, "email": found.email, "phone": found.phone}
    candidates = finding.search(people, typed)[:10] if typed else finding.doubles_of(people, values, but=found)
    context = {
        "person": found,
        "double": double,
        "candidates": candidates,
        "typed": typed,
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Fusionner un doublon", "")),
    }
    return render(request, "people/merge.html", context)


@permission_required(EDIT)
def add_home(request, pk):
    """Write a new home for this person, or say that they live in the home of somebody else."""
    found = editable(request, pk)
    initial = {name: getattr(found, name) for name in ("address", "postal_code", "city", "commune")}
    form = forms.HouseholdForm(request.POST or None, initial={**initial, "name": f"Foyer {found.last_name}"})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        actions.create_household(actor=request.user, person=found, relation=values.pop("relation"), **values)
        messages.success(request, "Le foyer est enregistré.")
        return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "person": found,
        "form": form,
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Ajouter un foyer", "")),
    }
    return render(request, "people/home_form.html", context)


@permission_required(EDIT)
def edit_home(request, pk, household):
    """Correct the name or the address of a home where this person lives."""
    found = editable(request, pk)
    link = get_object_or_404(found.household_links.filter(end=None).select_related("household"), household_id=household)
    form = forms.HouseholdEditForm(request.POST or None, instance=Household.objects.get(pk=link.household_id))
    if request.method == "POST" and form.is_valid():
        changed = actions.change_household(link.household, actor=request.user, **form.cleaned_data)
        messages.success(request, "Le foyer est corrigé." if changed else "Rien n’a changé.")
        return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "person": found,
        "household": link.household,
        "form": form,
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Corriger le foyer", "")),
    }
    return render(request, "people/home_form.html", context)


@permission_required(EDIT)
def add_member(request, pk, household):
    """Add somebody who already has a file to the home of this person."""
    found = editable(request, pk)
    link = get_object_or_404(found.household_links.filter(end=None).select_related("household"), household_id=household)
    people = Person.objects.visible_to(request.user, EDIT).select_related("commune", "user").exclude(pk=found.pk)
    typed = request.GET.get("q", "").strip()
    form = forms.MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = request.POST.get("person", "")
        other = people.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
        try:
            if other is None:
                raise Refused("Choisissez une personne dans la liste.")
            actions.add_member(link.household, other, actor=request.user, **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{other} est dans le foyer.")
            return HttpResponseRedirect(found.get_absolute_url())
    context = {
        "person": found,
        "household": link.household,
        "form": form,
        "typed": typed,
        "candidates": finding.search(people, typed)[:10] if typed else [],
        "breadcrumbs": crumbs((str(found), found.get_absolute_url()), ("Ajouter au foyer", "")),
    }
    return render(request, "people/home_member.html", context)


@permission_required(EDIT)
@require_POST
def leave_home(request, pk, link):
    found = editable(request, pk)
    member = get_object_or_404(found.household_links.filter(end=None), pk=link)
    try:
        actions.end_membership(member, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{found} ne fait plus partie du foyer.")
    return HttpResponseRedirect(found.get_absolute_url())
