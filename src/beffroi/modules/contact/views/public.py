"""`/contact/`: write to the right service without knowing which one it is."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import limits
from beffroi.modules.contact import actions
from beffroi.modules.contact.forms import SERVICE, ContactForm
from beffroi.modules.contact.models import ContactRequest
from beffroi.shared.cases.filing import fields_for_mandate
from beffroi.shared.cases.views.tracking import lost, secret
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people.errors import Refused

CONTACTS = ("contact_name", "contact_email", "contact_phone")


def _commune(slug: str) -> Commune | None:
    return Commune.objects.members().filter(slug=slug).first() if slug else None


def _form(request) -> ContactForm:
    """The form, a subject and a commune being chosen by the address or by what was typed."""
    if request.method == "POST":
        commune = _commune(request.POST.get("commune", ""))
        return ContactForm(request.POST, request.FILES, actor=request.user, commune=commune)
    commune = _commune(request.GET.get("commune", ""))
    form = ContactForm(actor=request.user, commune=commune)
    wanted = request.GET.get("sujet", "")
    subject = next((s for s in form.fields["subject"].queryset if wanted in (s.slug, str(s.pk))), None)
    form.initial = {"commune": commune and commune.slug, "subject": subject and subject.pk}
    return form


def _page(request, form, status=200):
    context = {
        "form": form,
        "operator": Organisation.objects.filter(is_operator=True).first(),
        "breadcrumbs": [("Accueil", "/"), ("Écrire à un service", "")],
    }
    return render(request, "contact/new.html", context, status=status)


def _whose(user, behalf: str) -> dict:
    """The person concerned: the account, the one who gave it a mandate, or somebody without account."""
    if behalf:
        return fields_for_mandate(user, behalf, service=SERVICE)
    return {"requester": user if user.is_authenticated else None}


@login_not_required
@never_cache
def new(request):
    """A message becomes a case of the body that answers for its subject."""
    form = _form(request)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        limits.limit(request, "contact.send", most=10, seconds=3600)
    except limits.TooMany:
        form.add_error(None, "Trop de messages sont partis d’ici depuis une heure. Réessayez plus tard.")
        return _page(request, form, status=429)
    data = form.cleaned_data
    try:
        whose = _whose(request.user, data.get("behalf", ""))
    except Refused as refusal:
        form.add_error("behalf", str(refusal))
        return _page(request, form)
    sent_request, _created = actions.send_request(
        actor=request.user,
        subject=data["subject"],
        body=data["body"],
        commune=data["commune"],
        files=data["files"],
        client_uuid=data["client_uuid"],
        **whose,
        **{name: data.get(name, "") for name in CONTACTS},
    )
    return HttpResponseRedirect(reverse("contact:sent", args=[sent_request.token]))


@secret
@require_safe
def sent(request, token):
    """The message is received: its reference, and where to follow it."""
    found = ContactRequest.objects.select_related("organisation").filter(token=token).first()
    if found is None:
        return lost(request)
    return render(request, "contact/sent.html", {"case": found})
