"""`/bureau/organisation/`: the people of an organisation, their roles and dates, its teams, invitations, history."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from beffroi.kernel.access import permission_required
from beffroi.shared.accounts import access, actions, history
from beffroi.shared.accounts.errors import Refused
from beffroi.shared.accounts.models import AccessRequest, Invitation
from beffroi.shared.accounts.views import organisation_forms as forms
from beffroi.shared.organisations.models import Membership

managed = permission_required(access.MANAGE)
STATES = {
    "pending": ("En attente", "waiting"),
    "expired": ("Expirée", "late"),
    "accepted": ("Acceptée", "done"),
    "revoked": ("Annulée", "neutral"),
}


def _organisation(request, slug):
    return get_object_or_404(access.manageable(request.user), slug=slug)


def _address(organisation, name="organisation", *args) -> str:
    return reverse(f"accounts:{name}", args=[organisation.slug, *args])


def _crumbs(organisation, *more) -> list[tuple[str, str]]:
    return [
        ("Bureau", "/bureau/"),
        ("Organisations", reverse("accounts:organisations")),
        (organisation.name, _address(organisation) if more else ""),
        *more,
    ]


def _try(request, organisation, gesture, said: str, back: str = ""):
    """Do `gesture`, say that it is done, or why it cannot be; then back to the organisation."""
    try:
        gesture()
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(back or _address(organisation))


@managed
def index(request):
    """The organisation that I manage; a list when there are several."""
    query = access.manageable(request.user)
    form = forms.FindOrganisationForm(request.GET)
    wanted = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if not request.GET and query[:2].count() == 1:
        return HttpResponseRedirect(_address(query.get()))
    if wanted:
        query = query.filter(name__unaccent__icontains=wanted)
    today = Q(memberships__start__lte=timezone.localdate()) & (
        Q(memberships__end=None) | Q(memberships__end__gte=timezone.localdate())
    )
    query = query.annotate(people=Count("memberships__user", filter=today, distinct=True)).order_by("kind", "name")
    page = Paginator(query, 30).get_page(request.GET.get("page"))
    crumbs = [("Bureau", "/bureau/"), ("Organisations", "")]
    return render(request, "accounts/organisations.html", {"form": form, "page": page, "breadcrumbs": crumbs})


def _people(organisation) -> list[dict]:
    """Everybody who holds, or will hold, a role: one entry a person, with their roles."""
    today = timezone.localdate()
    lines = (
        Membership.objects.filter(organisation_id=organisation.pk)
        .filter(Q(end=None) | Q(end__gte=today))
        .select_related("user", "team")
        .order_by("user__last_name", "user__first_name", "user__email", "role", "start")
    )
    people: dict[int, dict] = {}
    for line in lines:
        person = people.setdefault(line.user_id, {"user": line.user, "roles": []})
        label = access.role_label(line.role)
        person["roles"].append(
            {"label": label, "team": line.team, "end": line.end, "start": line.start, "later": line.start > today}
        )
    return list(people.values())


@managed
def organisation(request, slug):
    body = _organisation(request, slug)
    invitations = list(
        Invitation.objects.filter(organisation_id=body.pk, accepted_at=None, revoked_at=None)
        .select_related("team")
        .order_by("-sent_at")
    )
    people = _people(body)
    teams = list(body.teams.annotate(people=Count("memberships__user", distinct=True)).order_by("-is_active", "name"))
    known = [*teams, *invitations, *(person["user"] for person in people)]
    return render(
        request,
        "accounts/organisation.html",
        {
            "organisation": body,
            "people": people,
            "teams": teams,
            "invitations": [_invitation_line(one) for one in invitations],
            "requests": AccessRequest.objects.filter(organisation_id=body.pk, decided_at=None).select_related("user"),
            "history": history.told(history.entries(body)[:8], known),
            "breadcrumbs": _crumbs(body),
        },
    )


def _invitation_line(invitation) -> dict:
    label, tone = STATES[invitation.state]
    return {"invitation": invitation, "role": access.role_label(invitation.role), "state": label, "tone": tone}


@managed
def history_page(request, slug):
    body = _organisation(request, slug)
    page = Paginator(history.entries(body), 50).get_page(request.GET.get("page"))
    context = {
        "organisation": body,
        "page": page,
        "items": history.told(page.object_list),
        "breadcrumbs": _crumbs(body, ("Historique", "")),
    }
    return render(request, "accounts/organisation_history.html", context)


@managed
def invite(request, slug):
    body = _organisation(request, slug)
    form = forms.InviteForm(request.POST or None, organisation=body)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.invite_person(
                body, actor=request.user, email=values["email"], role=values["role"], team=values["team"]
            )
        except Refused as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"L’invitation part à {values['email']}. Elle est valable quatorze jours.")
            return HttpResponseRedirect(_address(body))
    context = {
        "organisation": body,
        "form": form,
        "roles": access.offered_roles(body),
        "breadcrumbs": _crumbs(body, ("Inviter une personne", "")),
    }
    return render(request, "accounts/organisation_invite.html", context)


@managed
@require_POST
def resend(request, slug, pk):
    body = _organisation(request, slug)
    invitation = get_object_or_404(Invitation, pk=pk, organisation_id=body.pk)
    return _try(
        request,
        body,
        lambda: actions.resend_invitation(invitation, actor=request.user),
        "L’invitation repart avec un nouveau lien. L’ancien ne sert plus.",
    )


@managed
@require_POST
def revoke(request, slug, pk):
    body = _organisation(request, slug)
    invitation = get_object_or_404(Invitation, pk=pk, organisation_id=body.pk)
    return _try(
        request,
        body,
        lambda: actions.revoke_invitation(invitation, actor=request.user),
        "L’invitation est annulée : son lien ne sert plus.",
    )


@managed
def person(request, slug, pk):
    """One person's roles here, past and to come; give one, end one."""
    body = _organisation(request, slug)
    known = get_user_model().objects.filter(memberships__organisation_id=body.pk).distinct()
    user = get_object_or_404(known, pk=pk)
    form = forms.RoleForm(request.POST or None, organisation=body)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.give_role(user, body, values.pop("role"), actor=request.user, **values)
        except Refused as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, f"Le rôle est donné à {user}.")
            return HttpResponseRedirect(_address(body, "organisation_person", user.pk))
    context = {
        "organisation": body,
        "person": user,
        "form": form,
        "roles": _role_lines(body, user, request.user),
        "breadcrumbs": _crumbs(body, (str(user), "")),
    }
    return render(request, "accounts/organisation_person.html", context)


def _role_lines(body, user, actor) -> list[dict]:
    today = timezone.localdate()
    lines = (
        Membership.objects.filter(organisation_id=body.pk, user=user).select_related("team").order_by("-start", "pk")
    )
    return [
        {
            "membership": line,
            "label": access.role_label(line.role),
            "over": line.end is not None and line.end < today,
            "later": line.start > today,
            "can_end": (line.end is None or line.end >= today) and access.can_end(actor, line),
        }
        for line in lines
    ]


@managed
def end_role(request, slug, pk):
    body = _organisation(request, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk, organisation_id=body.pk)
    back = _address(body, "organisation_person", membership.user_id)
    form = forms.EndRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        return _try(
            request,
            body,
            lambda: actions.end_role(membership, actor=request.user, day=day),
            "La fin du rôle est enregistrée.",
            back,
        )
    context = {
        "organisation": body,
        "membership": membership,
        "role": access.role_label(membership.role),
        "form": form,
        "back": back,
        "breadcrumbs": _crumbs(body, (str(membership.user), back), ("Mettre fin à un rôle", "")),
    }
    return render(request, "accounts/organisation_end_role.html", context)


@managed
def team(request, slug, pk=None):
    """Open a team, or change one."""
    body = _organisation(request, slug)
    existing = get_object_or_404(body.teams, pk=pk) if pk else None
    form = forms.TeamForm(request.POST or None, instance=existing, organisation=body)
    if request.method == "POST" and form.is_valid():
        if existing is None:
            actions.create_team(body, actor=request.user, **form.cleaned_data)
        else:
            actions.change_team(body.teams.get(pk=pk), actor=request.user, **form.cleaned_data)
        messages.success(request, "L’équipe est enregistrée.")
        return HttpResponseRedirect(_address(body))
    context = {
        "organisation": body,
        "team": existing,
        "form": form,
        "breadcrumbs": _crumbs(body, (existing.name if existing else "Nouvelle équipe", "")),
    }
    return render(request, "accounts/organisation_team.html", context)


@managed
def decide(request, slug, pk):
    """Answer somebody who asks to join: with which role, or not."""
    body = _organisation(request, slug)
    waiting = AccessRequest.objects.filter(organisation_id=body.pk, decided_at=None).select_related("user")
    demand = get_object_or_404(waiting, pk=pk)
    refused = request.POST.get("geste") == "refuse"
    form = forms.AccessForm(request.POST if request.method == "POST" and not refused else None, organisation=body)
    if refused:
        return _try(request, body, lambda: actions.decide_access(demand, actor=request.user), "La demande est refusée.")
    if request.method == "POST" and form.is_valid():
        return _try(
            request,
            body,
            lambda: actions.decide_access(demand, actor=request.user, **form.cleaned_data),
            f"{demand.user} a maintenant accès à {body}.",
        )
    context = {
        "organisation": body,
        "demand": demand,
        "form": form,
        "breadcrumbs": _crumbs(body, ("Demande d’accès", "")),
    }
    return render(request, "accounts/organisation_access.html", context)
