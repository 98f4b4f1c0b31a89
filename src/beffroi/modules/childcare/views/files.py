"""The file of a child, as the family keeps it: health, documents, changes, quotient familial, certification."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.modules.childcare import actions, particulier, vaccines
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.family import ChildForm
from beffroi.modules.childcare.forms.files import ChangeForm, DocumentForm, HealthForm, IdentityForm
from beffroi.modules.childcare.income import is_old
from beffroi.modules.childcare.models import Child, QuotientConsent
from beffroi.modules.childcare.views.common import my_home, my_homes
from beffroi.shared.accounts.oidc import grants, servers
from beffroi.shared.files.models import StoredFile
from beffroi.shared.people.actions import person_of

FRANCE_CONNECT = "franceconnect"


def _crumbs(child: Child, title: str) -> list[tuple[str, str]]:
    return [
        ("Mes enfants", reverse("childcare:my_children")),
        (str(child), reverse("childcare:my_child", args=[child.pk])),
        (title, ""),
    ]


@never_cache
def health(request, pk):
    """Read and write the health sheet of my child."""
    home = my_home(request, pk)
    content = actions.read_health(home.child, actor=request.user, why="family")
    form = HealthForm(request.POST or None, child=home.child, content=content)
    if request.method == "POST" and form.is_valid():
        actions.save_health(home.child, form.content(), actor=request.user)
        messages.success(request, "La fiche sanitaire est enregistrée.")
        return redirect("childcare:my_child", pk)
    missing = [vaccines.NAMES[code] for code in vaccines.missing(home.child.birth_date, content.get("vaccines", {}))]
    context = {
        "form": form,
        "child": home.child,
        "missing": missing,
        "base": "ui/account.html",
        "back": reverse("childcare:my_child", args=[pk]),
        "breadcrumbs": _crumbs(home.child, "Fiche sanitaire"),
    }
    return render(request, "childcare/file/health.html", context)


def documents_of(child: Child, home=None) -> list[dict]:
    """The documents of a file with their contents: two queries."""
    rows = child.documents.select_related("kind", "home__household").order_by("-sent_at")
    rows = list(rows.filter(home=home) if home is not None else rows)
    files: dict = {}
    if rows:
        for stored in StoredFile.objects.about(*rows):
            files.setdefault(stored.target_id, []).append(stored)
    today = timezone.localdate()
    return [
        {"document": one, "files": files.get(one.pk, []), "over": bool(one.expires_on and one.expires_on < today)}
        for one in rows
    ]


@never_cache
def documents(request, pk):
    """Send a document; see which are asked for, which end."""
    home = my_home(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None, child=home.child)
    form.fields["files"].actor = request.user
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.add_document(
            home.child, data["kind"], data["files"], actor=request.user, home=home, expires_on=data["expires_on"]
        )
        messages.success(request, "La pièce est dans le dossier.")
        return redirect(request.path)
    context = {
        "form": form,
        "child": home.child,
        "documents": documents_of(home.child, home),
        "breadcrumbs": _crumbs(home.child, "Pièces"),
    }
    return render(request, "childcare/file/documents.html", context)


@never_cache
def change(request, pk):
    """Ask for a change of the civil status or of the permissions: an agent answers field by field."""
    home = my_home(request, pk)
    form = ChangeForm(request.POST or None, instance=Child.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.propose_changes(Child.objects.get(pk=pk), form.values(), actor=request.user, home=home)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if asked:
                messages.success(request, "Votre demande part au service enfance.")
            else:
                messages.info(request, "Rien n’a changé.")
            return redirect("childcare:my_child", pk)
    context = {"form": form, "child": home.child, "breadcrumbs": _crumbs(home.child, "Demander une modification")}
    return render(request, "childcare/file/change.html", context)


@never_cache
@require_POST
def certify(request, pk):
    home = my_home(request, pk)
    actions.certify(home.child, actor=request.user)
    messages.success(request, f"Merci : le dossier de {home.child.first_name} est à jour pour un an.")
    return redirect("childcare:my_child", pk)


@never_cache
def quotient(request):
    """My quotient familial: let the service ask for it, or know that a proof is wanted."""
    homes = my_homes(request.user)
    households = {home.household_id: home.household for home in homes.values()}
    household = next(iter(households.values()), None)
    person = person_of(request.user)
    consents = QuotientConsent.objects.filter(person=person, household__in=households, revoked_at=None)
    consent = consents.first()
    initial = {"last_name": person.last_name, "first_names": person.first_name, "birth_date": person.birth_date}
    form = IdentityForm(request.POST or None, initial=initial)
    if request.method == "POST" and household is not None and form.is_valid():
        consent = actions.consent_to_quotient(household, person, form.identity(), actor=request.user)
        try:
            held = actions.ask_quotient(consent, actor=request.user)
        except particulier.Failure as failure:
            form.add_error(None, failure.words)
        else:
            messages.success(request, f"Votre quotient familial est de {held.value} €, d’après la {held.provider}.")
            return redirect(request.path)
    known = list(household.quotients.all()) if household else []
    context = {
        "household": household,
        "consent": consent,
        "form": form,
        "linked": bool(servers.find(FRANCE_CONNECT)) and grants.is_linked(request.user, FRANCE_CONNECT),
        "quotients": known[:12],
        "old": bool(known) and is_old(known, timezone.localdate()),
        "breadcrumbs": [("Mes enfants", reverse("childcare:my_children")), ("Quotient familial", "")],
    }
    return render(request, "childcare/file/quotient.html", context)


def receive_token(request, token: str) -> str:
    """Back from FranceConnect, with the person's agreement: ask for their quotient at once. See `oidc.grants`."""
    household = next((home.household for home in my_homes(request.user).values()), None)
    if household is not None:
        try:
            held = actions.ask_quotient_by_token(household, token, actor=request.user)
        except particulier.Failure as failure:
            messages.error(request, failure.words)
        else:
            messages.success(request, f"Votre quotient familial est de {held.value} €, d’après la {held.provider}.")
    return reverse("childcare:my_quotient")


@never_cache
@require_POST
def quotient_revoke(request, pk):
    consent = get_object_or_404(QuotientConsent, pk=pk, person__user=request.user, revoked_at=None)
    actions.revoke_consent(consent, actor=request.user)
    messages.success(request, "Le service ne demandera plus votre quotient. Ce qui servait à le demander est effacé.")
    return redirect("childcare:my_quotient")


def permissions_of(child: Child) -> list[tuple[str, bool]]:
    """The permissions that the family gave: (words, given)."""
    names = [name for name in ChildForm.Meta.fields if name.startswith("may_")]
    return [(ChildForm.Meta.labels[name], getattr(child, name)) for name in names]
