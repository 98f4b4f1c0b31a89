"""`/compte/`: my information, my homes, who acts for me and for whom I act."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.shared.people import actions, forms
from beffroi.shared.people import homes as told_homes
from beffroi.shared.people.actions.codes import can_send
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Household, HouseholdMember, Mandate, Person, RelativeInvitation
from beffroi.shared.people.views.mandates import service_labels


def _mine(user) -> Person | None:
    return Person.objects.filter(user=user).select_related("commune").first()


@never_cache
def information(request):
    """Who I am for the services: read, correct, verify."""
    person = _mine(request.user)
    user = request.user
    instance = (
        Person.objects.get(pk=person.pk) if person else Person(first_name=user.first_name, last_name=user.last_name)
    )
    form = forms.OwnForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        changed = actions.change_person(actions.person_of(user), actor=user, **form.cleaned_data)
        messages.success(request, "Vos informations sont enregistrées." if changed else "Rien n’a changé.")
        return HttpResponseRedirect(request.path)
    context = {"person": person, "form": form, "can_sms": can_send("sms")}
    return render(request, "people/account/information.html", context)


@never_cache
def verify_phone(request):
    """Prove that the telephone is mine."""
    person = _mine(request.user)
    if person is None or not person.phone or not can_send("sms"):
        raise Http404("téléphone")
    form = forms.CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        try:
            if not form.is_bound:
                actions.send_code(person, "sms", actor=request.user)
                messages.success(request, "Le code est parti. Il est valable dix minutes.")
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                actions.verify_contact(person, "sms", form.cleaned_data["code"], actor=request.user)
                messages.success(request, "Votre téléphone est vérifié.")
                return HttpResponseRedirect(reverse("people:my_information"))
        except Refused as error:
            if form.is_bound:
                form.add_error("code", str(error))
            else:
                messages.error(request, str(error))
    sent = person.codes.filter(channel="sms", mandate=None, used_at=None, expires_at__gt=timezone.now()).exists()
    return render(request, "people/account/verify.html", {"person": person, "form": form, "sent": sent})


@never_cache
def homes(request):
    """The homes where I live, with whom; add one, leave one."""
    person = _mine(request.user)
    initial = {}
    if person:
        initial = {name: getattr(person, name) for name in ("address", "postal_code", "city", "commune")}
        initial["name"] = f"Foyer {person.last_name}".strip()
    form = forms.HouseholdForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        relation = values.pop("relation")
        actions.create_household(
            actor=request.user, person=actions.person_of(request.user), relation=relation, **values
        )
        messages.success(request, "Le foyer est enregistré.")
        return HttpResponseRedirect(request.path)
    return render(request, "people/account/homes.html", {"homes": _homes(person) if person else [], "form": form})


def _homes(person: Person) -> list[dict]:
    links = person.household_links.filter(end=None).select_related("household").order_by("start")
    members = HouseholdMember.objects.select_related("person")
    links = list(links.prefetch_related(Prefetch("household__members", members)))
    said = told_homes.said(link.household for link in links)
    return [
        {
            "link": link,
            "said": said.get(link.household_id),
            "household": link.household,
            "others": [
                member
                for member in link.household.members.all()
                if member.end is None and member.person_id != person.pk
            ],
        }
        for link in links
    ]


@never_cache
def edit_home(request, pk):
    """Correct the name or the address of a home where I live; those who live there with me see it too.

    An address that a module has to prove is asked for on its page, and only the name is corrected here.
    """
    person = _mine(request.user)
    links = person.household_links.filter(end=None) if person else HouseholdMember.objects.none()
    link = get_object_or_404(links.select_related("household"), pk=pk)
    said = told_homes.said([link.household]).get(link.household_id)
    form = forms.HouseholdEditForm(
        request.POST or None, instance=Household.objects.get(pk=link.household_id), name_only=said is not None
    )
    if request.method == "POST" and form.is_valid():
        changed = actions.change_household(link.household, actor=request.user, **form.cleaned_data)
        messages.success(request, "Le foyer est corrigé." if changed else "Rien n’a changé.")
        return HttpResponseRedirect(reverse("people:my_homes"))
    return render(request, "people/account/home_edit.html", {"household": link.household, "form": form, "said": said})


@never_cache
@require_POST
def leave_home(request, pk):
    person = _mine(request.user)
    link = get_object_or_404(person.household_links.filter(end=None) if person else Person.objects.none(), pk=pk)
    actions.end_membership(link, actor=request.user)
    messages.success(request, "Vous ne faites plus partie de ce foyer.")
    return HttpResponseRedirect(reverse("people:my_homes"))


def _told(query) -> list[dict]:
    found = []
    for mandate in query:
        words, tone = mandate.status
        found.append({"mandate": mandate, "state": words, "tone": tone, "services": service_labels(mandate)})
    return found


@never_cache
def mandates(request):
    """Those who act for me, those for whom I act; ask a relative."""
    user = request.user
    person = _mine(user)
    form = forms.RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite_relative(actions.person_of(user), actor=user, **form.cleaned_data)
        except Refused as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, "L’invitation part. Elle est valable quatorze jours.")
            return HttpResponseRedirect(request.path)
    given = Mandate.objects.filter(person__user=user).select_related("agent", "organisation", "person")
    held = Mandate.objects.filter(agent=user).select_related("person", "organisation")
    waiting = RelativeInvitation.objects.filter(
        person=person, mandate=None, withdrawn_at=None, expires_at__gt=timezone.now()
    )
    context = {
        "form": form,
        "given": _told(given.order_by("-end", "-pk")[:30]),
        "held": _told(held.order_by("-end", "-pk")[:50]),
        "invitations": waiting.order_by("-created_at") if person else [],
    }
    return render(request, "people/account/mandates.html", context)


def _own(request, reference) -> Mandate:
    """A mandate of which I am one of the two sides."""
    query = Mandate.objects.select_related("person__user", "agent", "organisation")
    found = get_object_or_404(query, reference=reference)
    if request.user.pk not in (found.agent_id, found.person.user_id):
        raise Http404("mandat")
    return found


@never_cache
@require_POST
def agree(request, reference):
    """I let this person act for me."""
    found = _own(request, reference)
    try:
        actions.agree_online(found, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{found.agent} peut maintenant agir pour vous.")
    return HttpResponseRedirect(reverse("people:my_mandates"))


@never_cache
def revoke(request, reference):
    """Either side ends it, without having to say why."""
    found = _own(request, reference)
    form = forms.RevokeForm(request.POST or None, required=False)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_mandate(found, actor=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Le mandat est terminé.")
        return HttpResponseRedirect(reverse("people:my_mandates"))
    context = {"mandate": found, "form": form, "given": found.person.user_id == request.user.pk}
    return render(request, "people/account/revoke.html", context)


@never_cache
@require_POST
def withdraw(request, pk):
    waiting = RelativeInvitation.objects.filter(person__user=request.user, mandate=None, withdrawn_at=None)
    actions.withdraw_invitation(get_object_or_404(waiting, pk=pk), actor=request.user)
    messages.success(request, "L’invitation est retirée : son lien ne sert plus.")
    return HttpResponseRedirect(reverse("people:my_mandates"))


@never_cache
def invitation(request, token):
    """A relative reads what they are asked, and accepts; they must have an account, which proves who acts."""
    found = RelativeInvitation.objects.filter(token=token).select_related("person__user").first()
    if found is None or not found.is_open:
        return render(request, "people/account/invitation_over.html", status=404)
    if request.method == "POST":
        try:
            actions.accept_invitation(found, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        messages.success(request, f"Vous pouvez maintenant agir pour {found.person}.")
        return HttpResponseRedirect(reverse("people:my_mandates"))
    context = {"invitation": found, "own": found.person.user_id == request.user.pk}
    return render(request, "people/account/invitation.html", context)
