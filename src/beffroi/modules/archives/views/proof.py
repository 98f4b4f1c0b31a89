"""The proof: pieces read again, ledger, timestamps; and the settings of each body."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.models import Heartbeat
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, ledger, rights
from beffroi.modules.archives.actions.keeping import CHECK
from beffroi.modules.archives.forms.records import SetupForm
from beffroi.modules.archives.models import LedgerHead, LedgerLine, Piece, Profile, Setup, setup_of
from beffroi.modules.archives.views.common import crumbs, page_of

PROOF = ("Preuves", "/bureau/archives/preuves/")
FAULTS = 20


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request):
    """The pieces, each with its last reading; the last heads of the ledger."""
    pieces = Piece.objects.visible_to(request.user).select_related("organisation", "file")
    bad = pieces.filter(finding__in=("damaged", "missing"), file__isnull=False)
    context = {
        "page": page_of(request, pieces),
        "bad": list(bad[:FAULTS]),
        "heads": list(LedgerHead.objects.defer("token")[:6]),
        "waiting": ledger.since_head(),
        "total": LedgerLine.objects.count(),
        "checked": Heartbeat.objects.filter(name=CHECK).first(),
        "breadcrumbs": crumbs((PROOF[0], "")),
    }
    return render(request, "archives/proof.html", context)


@never_cache
@require_POST
@permission_required(rights.VIEW)
def verify(request):
    """Compute the whole chain again, and the tokens."""
    faults = list(ledger.verify())
    for fault in faults[:FAULTS]:
        messages.error(request, f"Ligne {fault.rank} : {fault.text}.")
    if not faults:
        messages.success(request, "Le journal des archives est intact : chaque ligne et chaque horodatage tiennent.")
    return HttpResponseRedirect(reverse("archives:ledger"))


@never_cache
@require_POST
@permission_required(rights.ELIMINATE)
def check(request):
    """Read the pieces again now."""
    bad = actions.check_pieces()
    if bad:
        messages.error(request, f"{bad} pièce(s) ne sont plus ce qu’elles étaient : elles sont nommées ci-dessous.")
    else:
        messages.success(request, "Les pièces relues sont intactes.")
    return HttpResponseRedirect(reverse("archives:proof"))


@never_cache
@require_safe
@permission_required(rights.VIEW)
def lines(request):
    """The lines of the ledger about the bodies of the person, the latest first."""
    rows = rights.of_bodies(LedgerLine.objects.order_by("-rank").select_related("organisation"), request.user)
    page = page_of(request, rows)
    for line in page.object_list:
        line.told = ledger.EVENTS.get(line.event, line.event)
    heads = set(LedgerHead.objects.filter(rank__in=[line.rank for line in page]).values_list("rank", flat=True))
    context = {"page": page, "heads": heads, "breadcrumbs": crumbs(PROOF, ("Journal des archives", ""))}
    return render(request, "archives/ledger.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def token(request, rank):
    """The timestamp of a head, as any tool of RFC 3161 reads it."""
    head = get_object_or_404(LedgerHead, rank=rank)
    answer = HttpResponse(bytes(head.token), content_type="application/timestamp-token")
    answer["Content-Disposition"] = f'attachment; filename="journal-archives-{rank}.tst"'
    return answer


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def settings(request):
    """With whom each body archives."""
    bodies = rights.bodies_where(request.user, rights.MANAGE)
    known = {one.organisation_id: one for one in Setup.objects.filter(organisation__in=bodies)}
    page = page_of(request, bodies)
    profiles = dict(
        Profile.objects.filter(organisation__in=[body.pk for body in page.object_list])
        .order_by()
        .values_list("organisation")
        .annotate(count=Count("pk"))
    )
    for body in page.object_list:
        body.setup, body.profiles = known.get(body.pk), profiles.get(body.pk, 0)
    return render(request, "archives/settings.html", {"page": page, "breadcrumbs": crumbs(("Réglages", ""))})


@never_cache
@permission_required(rights.MANAGE)
def setup(request, slug):
    """The settings of a body."""
    body = get_object_or_404(rights.bodies_where(request.user, rights.MANAGE), slug=slug)
    if not access.can(request.user, rights.MANAGE, body):
        raise Http404(slug)
    found = setup_of(body)
    form = SetupForm(*posted(request), instance=found)
    return write(
        request,
        form,
        lambda: actions.save_setup(form.instance, actor=request.user),
        done="Les réglages sont enregistrés.",
        to=lambda: reverse("archives:settings"),
        heading=f"Archives – {body.name}",
        about="Ce que les bordereaux et les paquets disent de vous et de votre service d’archives.",
        button="Enregistrer",
        back=reverse("archives:settings"),
        breadcrumbs=crumbs(("Réglages", reverse("archives:settings")), (body.name, "")),
    )
