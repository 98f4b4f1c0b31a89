"""Desks, circuits, delegations, keys; and the page on which anyone checks a signed file."""

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access as rights
from beffroi.kernel import limits
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import tell, write
from beffroi.shared.signing import access, actions, authority, reading, trust
from beffroi.shared.signing.forms import (
    CircuitForm,
    CircuitStepFormSet,
    DelegationForm,
    DeskForm,
    DetailFormSet,
    ModuleKeyForm,
    NatureForm,
    RuleFormSet,
    VerifyForm,
    agents_of,
    steps_of,
)
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import (
    Circuit,
    Delegation,
    Desk,
    Detail,
    Holder,
    ModuleKey,
    Nature,
    Route,
    Rule,
)
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.views.common import crumbs, signer_required

SETTINGS = ("Réglages du parapheur", "/bureau/parapheur/reglages/")
HOUR = 3600


@never_cache
@require_safe
@permission_required(access.MANAGE)
def index(request):
    """The desks and the circuits of my bodies."""
    bodies = list(access.bodies_where(request.user, access.MANAGE))
    desks: dict[int, list[Desk]] = {}
    holders = Prefetch("holders", Holder.objects.active().select_related("user"), to_attr="held_by")
    for desk in Desk.objects.filter(organisation__in=bodies).select_related("head").prefetch_related(holders):
        desks.setdefault(desk.organisation_id, []).append(desk)
    circuits: dict[int, list[Circuit]] = {}
    for circuit in Circuit.objects.filter(organisation__in=bodies).prefetch_related("steps__desk"):
        circuits.setdefault(circuit.organisation_id, []).append(circuit)
    natures: dict[int, list[Nature]] = {}
    for one in Nature.objects.filter(organisation__in=bodies).select_related("circuit"):
        natures.setdefault(one.organisation_id, []).append(one)
    used = [body for body in bodies if body.pk in desks or body.pk in circuits]
    context = {
        "bodies": [
            (body, desks.get(body.pk, []), circuits.get(body.pk, []), natures.get(body.pk, []))
            for body in used or bodies[:1]
        ],
        "keys": ModuleKey.objects.filter(user__in=agents_of(bodies)).select_related("user"),
        "has_module": bool(settings.PKCS11_MODULE),
        "others": [body for body in bodies if body not in (used or bodies[:1])],
        "breadcrumbs": crumbs((SETTINGS[0], "")),
    }
    return render(request, "signing/settings.html", context)


def _body(request, slug):
    return get_object_or_404(access.bodies_where(request.user, access.MANAGE), slug=slug)


@never_cache
@permission_required(access.MANAGE)
def desk(request, slug, pk=None):
    """Add or change a desk."""
    body = _body(request, slug)
    found = get_object_or_404(Desk, organisation=body, pk=pk) if pk else Desk()
    form = DeskForm(request.POST if request.method == "POST" else None, instance=found, organisation=body)
    return write(
        request,
        form,
        lambda: actions.save_desk(form.instance, actor=request.user, holders=form.cleaned_data["holders"]),
        done="Le bureau est enregistré.",
        to=lambda: SETTINGS[1],
        heading=found.name if pk else "Nouveau bureau",
        about=body.name,
        button="Enregistrer",
        back=SETTINGS[1],
        breadcrumbs=crumbs(SETTINGS, (found.name if pk else "Nouveau bureau", "")),
    )


def _kept(step) -> dict:
    """A step as its line of the form."""
    routes = {Route.DESK: step.desk_id, Route.ABOVE: ""}
    names = ("position", "kind", "days", "strength", "floor", "alternative", "everyone")
    return {name: getattr(step, name) for name in names} | {"desk": routes.get(step.route, f"-{step.route}")}


def _copied(request, body) -> Circuit | None:
    """The circuit of the same body that a new one begins with."""
    number = request.GET.get("copie", "")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 15 else 0
    return Circuit.objects.filter(organisation=body, pk=wanted).first()


@never_cache
@permission_required(access.MANAGE)
def circuit(request, slug, pk=None):
    """Add or change a circuit and its steps; `?copie=` begins with those of another."""
    body = _body(request, slug)
    found = get_object_or_404(Circuit, organisation=body, pk=pk) if pk else Circuit()
    model = found if pk else _copied(request, body)
    posted = request.POST if request.method == "POST" else None
    start = {"name": f"{model.name} (copie)"[:80], "archive_to": model.archive_to_id} if model and not pk else None
    form = CircuitForm(posted, instance=found, organisation=body, initial=start)
    steps = list(model.steps.all()) if model else []
    kept = [_kept(one) for one in steps]
    offered = Q(is_active=True) | Q(pk__in=[one.desk_id for one in steps if one.desk_id])
    desks = list(Desk.objects.filter(offered, organisation=body))
    lines = CircuitStepFormSet(posted, initial=kept, form_kwargs={"desks": desks}, prefix="etape")
    if posted is not None and form.is_valid() and lines.is_valid():
        try:
            actions.save_circuit(form.instance, actor=request.user, steps=steps_of(lines))
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "Le circuit est enregistré ; les dossiers déjà partis gardent le leur.")
            return HttpResponseRedirect(SETTINGS[1])
    heading = found.name if pk else "Nouveau circuit"
    context = {"form": form, "lines": lines, "heading": heading, "body": body, "back": SETTINGS[1]}
    return render(request, "signing/circuit.html", context | {"breadcrumbs": crumbs(SETTINGS, (heading, ""))})


@never_cache
@permission_required(access.MANAGE)
def nature(request, slug, pk=None):
    """Add or change a nature of folder: how it is signed, what it asks, which circuit it chooses."""
    body = _body(request, slug)
    found = get_object_or_404(Nature, organisation=body, pk=pk) if pk else Nature(organisation=body)
    posted = request.POST if request.method == "POST" else None
    form = NatureForm(posted, instance=found, organisation=body)
    details = DetailFormSet(posted, queryset=Detail.objects.filter(nature=pk or 0), prefix="demande")
    kept = Detail.objects.filter(nature=pk or 0, moment=Detail.Moment.CREATION)
    offered = (list(kept), list(Circuit.objects.filter(organisation=body)))
    given = {"nature": found, "offered": offered}
    rules = RuleFormSet(posted, queryset=Rule.objects.filter(nature=pk or 0), prefix="regle", form_kwargs=given)
    if posted is not None and all([form.is_valid(), details.is_valid(), rules.is_valid()]):
        try:
            actions.save_nature(
                form.instance,
                actor=request.user,
                details=[line.instance for line in details if line.cleaned_data.get("name")],
                rules=[line.instance for line in rules if line.cleaned_data.get("value")],
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La nature est enregistrée ; les dossiers déjà préparés gardent la leur.")
            return HttpResponseRedirect(SETTINGS[1])
    heading = str(found) if pk else "Nouvelle nature de dossier"
    context = {"form": form, "details": details, "rules": rules, "heading": heading, "body": body, "back": SETTINGS[1]}
    return render(request, "signing/nature.html", context | {"breadcrumbs": crumbs(SETTINGS, (heading, ""))})


@never_cache
@permission_required(access.MANAGE)
def key(request, pk=None):
    """Say whose a key of the module is."""
    bodies = list(access.bodies_where(request.user, access.MANAGE))
    people = agents_of(bodies)
    found = get_object_or_404(ModuleKey, pk=pk, user__in=people) if pk else ModuleKey()
    form = ModuleKeyForm(request.POST if request.method == "POST" else None, instance=found, organisations=bodies)
    return write(
        request,
        form,
        lambda: actions.save_key(form.instance, actor=request.user),
        done="La clé est enregistrée : son code PIN sera demandé à chaque signature.",
        to=lambda: SETTINGS[1],
        heading=str(found) if pk else "Nouvelle clé sur module",
        button="Enregistrer",
        back=SETTINGS[1],
        breadcrumbs=crumbs(SETTINGS, (str(found) if pk else "Nouvelle clé sur module", "")),
    )


def _delegable(user):
    """The desks for which the person may name someone to stand in: those that they hold, those that they manage."""
    held = [pk for pk, title in desks_of(user).items() if not title]
    managed = access.bodies_where(user, access.MANAGE)
    desks = Desk.objects.filter(is_active=True).select_related("organisation")
    return desks.filter(pk__in=held) | desks.filter(organisation__in=managed)


@never_cache
@require_safe
@signer_required
def delegations(request):
    """Who stands in for whom."""
    desks = _delegable(request.user)
    found = Delegation.objects.filter(desk__in=desks).select_related("desk", "user") | Delegation.objects.filter(
        user=request.user
    ).select_related("desk", "user")
    context = {
        "delegations": found.order_by("-end", "pk")[:100],
        "may_add": desks.exists(),
        "mine": set(desks.values_list("pk", flat=True)),
        "breadcrumbs": crumbs(("Délégations", "")),
    }
    return render(request, "signing/delegations.html", context)


@never_cache
@signer_required
def new_delegation(request):
    """Name someone to stand in for a desk."""
    form = DelegationForm(request.POST if request.method == "POST" else None, desks=_delegable(request.user))
    url = reverse("signing:delegations")
    return write(
        request,
        form,
        lambda: actions.save_delegation(
            form.instance,
            actor=request.user,
            may_manage=rights.can(request.user, access.MANAGE, form.instance.desk.organisation_id),
        ),
        done="La délégation est enregistrée.",
        to=lambda: url,
        heading="Se faire remplacer",
        button="Enregistrer",
        back=url,
        breadcrumbs=crumbs(("Délégations", url), ("Se faire remplacer", "")),
    )


@never_cache
@require_POST
@signer_required
def end_delegation(request, pk):
    """End a delegation now."""
    found = get_object_or_404(Delegation.objects.select_related("desk"), pk=pk, desk__in=_delegable(request.user))
    may_manage = rights.can(request.user, access.MANAGE, found.desk.organisation_id)
    actions.stop_delegation(found, actor=request.user, may_manage=may_manage)
    messages.success(request, "La délégation est terminée.")
    return HttpResponseRedirect(reverse("signing:delegations"))


@login_not_required
@never_cache
def verify(request):
    """Anyone who holds a signed file reads what its signatures are worth; the file is not kept."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VerifyForm(*posted)
    found = None
    if form.is_valid():
        payload = form.cleaned_data["payload"]
        try:
            limits.limit(request, "signing.verify", most=60, seconds=HOUR)
            found = reading.read(form.cleaned_data["file"].read(), payload.read() if payload else None)
        except limits.TooMany:
            form.add_error(None, "Trop de vérifications depuis une heure. Réessayez plus tard.")
        except Refused as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "found": found,
        "knows": bool(trust.recognised()[0]),
        "breadcrumbs": [("Vérifier une signature", "")],
    }
    return render(request, "signing/verify.html", context)


@login_not_required
@require_safe
def authority_file(request):
    """The certificate of the authority of this installation, for whoever verifies with another tool."""
    content = b"".join(one.public_bytes(Encoding.PEM) for one in authority.roots())
    answer = HttpResponse(content, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="autorite-beffroi.pem"'
    return answer
