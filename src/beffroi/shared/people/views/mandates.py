"""`/bureau/mandats/`: act for somebody, with their consent; the paper to sign; revoke."""

from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access, modules, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.notices import filling
from beffroi.kernel.ui.formats import day
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people import actions, forms
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import MANDATE, VIEW, Mandate, Person
from beffroi.shared.people.views.persons import crumbs

PER_PAGE = 30
RECEIPT = Path(__file__).parent.parent / "mandate.typ"


def _crumbs(*more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Mandats", reverse("people:mandates") if more else ""), *more]


def _bodies(user):
    """Where this agent records mandates, with the quality in which they act there."""
    allowed = access.organisations_where(user, MANDATE)
    query = Organisation.objects.filter(is_active=True)
    return query.filter(is_operator=True) if allowed is None else query.filter(pk__in=allowed).order_by("kind", "pk")


def _qualities(user) -> list[str]:
    roles = {role for held in user.roles_by_organisation.values() for role in held}
    found = [Mandate.Quality.ADVISER] if "adviser" in roles or user.is_superuser else []
    return found + [Mandate.Quality.SECRETARY] if "secretary" in roles or not found else found


@permission_required(MANDATE)
def index(request):
    form = forms.FindMandateForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    query = Mandate.objects.visible_to(request.user).select_related("person", "agent", "organisation")
    over = Q(revoked_at__isnull=False) | Q(end__lt=timezone.localdate())
    if values.get("etat") == "finis":
        query = query.filter(over)
    elif values.get("etat") != "tous":
        query = query.exclude(over)
    if wanted := values.get("q", "").strip():
        query = query.filter(
            Q(reference__icontains=wanted)
            | Q(person__last_name__unaccent__icontains=wanted)
            | Q(person__first_name__unaccent__icontains=wanted)
        )
    page = Paginator(query.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/mandates.html", {"form": form, "page_obj": page, "breadcrumbs": _crumbs()})


@permission_required(MANDATE)
def add(request, pk):
    """Quality, matters, duration, and how the person agrees."""
    person = get_object_or_404(Person.objects.visible_to(request.user, VIEW).select_related("user"), pk=pk)
    form = forms.MandateForm(request.POST or None, person=person, qualities=_qualities(request.user))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("witnessed")
        try:
            mandate = actions.create_mandate(
                person, actor=request.user, agent=request.user, organisation=_bodies(request.user).first(), **values
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            said = "Le mandat est valable." if mandate.agreed_at else "Le mandat attend l’accord de la personne."
            messages.success(request, said)
            return HttpResponseRedirect(mandate.get_absolute_url())
    context = {
        "person": person,
        "form": form,
        "breadcrumbs": crumbs((str(person), person.get_absolute_url()), ("Agir pour cette personne", "")),
    }
    return render(request, "people/mandate_form.html", context)


@permission_required(MANDATE)
def add_relative(request, pk):
    """Who will act, in which quality, for what, until when; on a paper that the agent saw."""
    person = get_object_or_404(Person.objects.visible_to(request.user, VIEW).select_related("user"), pk=pk)
    form = forms.RelativeMandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("witnessed")
        try:
            mandate = actions.create_relative_mandate(
                person, actor=request.user, organisation=_bodies(request.user).first(), **values
            )
        except Refused as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"Le mandat est valable. {mandate.agent} en est prévenu.")
            return HttpResponseRedirect(mandate.get_absolute_url())
    context = {
        "person": person,
        "form": form,
        "breadcrumbs": crumbs((str(person), person.get_absolute_url()), ("Mandat d’un proche", "")),
    }
    return render(request, "people/mandate_relative.html", context)


def seen(request, reference) -> Mandate:
    query = Mandate.objects.visible_to(request.user).select_related("person__user", "agent", "organisation")
    return get_object_or_404(query, reference=reference)


def service_labels(mandate: Mandate) -> list[str]:
    found = (modules.find("services", code) for code in mandate.services)
    return [service.label for service in found if service is not None]


@permission_required(MANDATE)
def mandate(request, reference):
    """What it allows, its state; the code that the person reads out."""
    found = seen(request, reference)
    by_code = found.consent in ("sms", "email")
    form = forms.CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        try:
            if not form.is_bound:
                actions.send_mandate_code(found, actor=request.user)
                messages.success(request, "Un nouveau code est parti. Il est valable dix minutes.")
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                actions.confirm_mandate(found, form.cleaned_data["code"], actor=request.user)
                messages.success(request, "La personne a donné son accord : le mandat est valable.")
                return HttpResponseRedirect(request.path)
        except Refused as error:
            if form.is_bound:
                form.add_error("code", str(error))
            else:
                messages.error(request, str(error))
    words, tone = found.status
    context = {
        "mandate": found,
        "services": service_labels(found),
        "state": words,
        "tone": tone,
        "form": form,
        "waits_for_code": by_code and not found.agreed_at and not found.is_over,
        "person_seen": Person.objects.visible_to(request.user).filter(pk=found.person_id).exists(),
        "breadcrumbs": _crumbs((found.reference, "")),
    }
    return render(request, "people/mandate.html", context)


@permission_required(MANDATE)
def revoke(request, reference):
    found = seen(request, reference)
    form = forms.RevokeForm(request.POST or None, required=True)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_mandate(found, actor=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Le mandat est révoqué. La personne en est avertie.")
        return HttpResponseRedirect(found.get_absolute_url())
    crumbs_ = _crumbs((found.reference, found.get_absolute_url()), ("Révoquer", ""))
    return render(request, "people/mandate_revoke.html", {"mandate": found, "form": form, "breadcrumbs": crumbs_})


def receipt(request, reference):
    """The paper: to sign when the consent is on paper, to keep otherwise. For both sides of the mandate."""
    found = seen(request, reference)
    body = found.organisation or Organisation.objects.filter(is_operator=True).first()
    home = next((one for one in (found.person.address,) if one), "")
    data = {
        "title": f"Mandat {found.reference}",
        "territory": filling.territory().full_name or filling.territory().name,
        "body": body.name if body else "",
        "reach": " – ".join(part for part in ((body.phone, body.email) if body else ()) if part),
        "person": str(found.person),
        "address": ", ".join(p for p in (home, f"{found.person.postal_code} {found.person.city}".strip()) if p),
        "agent": str(found.agent),
        "quality": found.get_quality_display(),
        "scope": found.scope,
        "services": service_labels(found),
        "start": day(found.start),
        "end": day(found.end),
        "consent": found.get_consent_display(),
        "agreed": day(found.agreed_at) if found.agreed_at else "",
        "paper": found.consent == Mandate.Consent.PAPER,
        "guardian": found.quality == Mandate.Quality.GUARDIAN,
        "revoked": day(found.revoked_at) if found.revoked_at else "",
    }
    return pdf.response(f"mandat-{found.reference}", pdf.render(RECEIPT, data, at=found.created_at))
