"""The trays, a folder, its preparation."""

from django.core.paginator import Paginator
from django.db.models import F, Min, Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access as rights
from beffroi.kernel import journal, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.shared.signing import access, actions, bordereau
from beffroi.shared.signing.forms import EmptyForm, FolderForm, ReasonForm
from beffroi.shared.signing.models import Circuit, Folder, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.views.common import crumbs, get_folder, signer_required
from beffroi.shared.signing.workflow import State, workflow

A_PAGE = 30
TRAYS = (
    ("a-traiter", "À traiter"),
    ("prepares", "Préparés par moi"),
    ("decides", "Décidés par moi"),
    ("tous", "Tous"),
)


def _tray(user, name: str):
    folders = Folder.objects.visible_to(user)
    if name == "prepares":
        return folders.filter(author=user)
    if name == "decides":
        return folders.filter(pk__in=Step.objects.filter(decided_by=user).values("folder"))
    if name == "tous":
        return folders
    waiting = Q(steps__outcome=Step.Outcome.CURRENT, steps__desk__in=list(desks_of(user)))
    arrived = Min("steps__arrived_at", filter=waiting)
    return folders.awaiting(user).annotate(arrived=arrived).order_by(F("arrived").asc(nulls_last=True), "pk")


@never_cache
@require_safe
@signer_required
def index(request):
    """The trays: what waits for me first."""
    tray = request.GET.get("bac", "")
    tray = tray if tray in dict(TRAYS) else TRAYS[0][0]
    folders = _tray(request.user, tray).select_related("organisation", "circuit", "author")
    if text := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
        folders = folders.filter(title__unaccent__icontains=text)
    page = Paginator(folders, A_PAGE).get_page(request.GET.get("page"))
    mine = Step.objects.filter(folder__in=list(page), outcome=Step.Outcome.CURRENT).select_related("desk")
    steps: dict[int, list[Step]] = {}
    for step in mine:
        steps.setdefault(step.folder_id, []).append(step)
    context = {
        "page_obj": page,
        "lines": [(folder, steps.get(folder.pk, [])) for folder in page],
        "tabs": [(label, f"?bac={name}") for name, label in TRAYS],
        "tray": tray,
        "q": text,
        "may_create": rights.can(request.user, access.CREATE),
        "may_manage": rights.can(request.user, access.MANAGE),
        "breadcrumbs": crumbs(),
    }
    return render(request, "signing/trays.html", context)


@never_cache
@require_safe
@signer_required
def show(request, pk):
    """A folder: its document, its steps, what may be done."""
    folder = get_folder(request, pk)
    desks = desks_of(request.user)
    steps = list(folder.steps.select_related("desk", "decided_by"))
    mine = [step for step in steps if step.outcome == Step.Outcome.CURRENT and step.desk_id in desks]
    files = folder.documents()
    context = {
        "folder": folder,
        "files": files,
        "main": next((file for file in files if file.kind == "main"), None),
        "steps": [(step, step.private_note if step.desk_id in desks else "") for step in steps],
        "mine": mine,
        "regretted": _regrettable(request.user, folder, steps),
        "gestures": workflow.available(folder, request.user),
        "history": journal.story(folder),
        "breadcrumbs": crumbs((folder.title, "")),
    }
    return render(request, "signing/folder.html", context)


def _regrettable(user, folder, steps) -> list[Step]:
    """The opinions and visas that the person may still take back."""
    if folder.state != State.RUNNING:
        return []
    decided = [step for step in steps if step.decided_at]
    last = max(decided, key=lambda step: step.decided_at, default=None)
    return [last] if last and last.decided_by_id == user.pk and last.kind in ("opinion", "visa") else []


@never_cache
@permission_required(access.CREATE)
def new(request):
    """Prepare a folder and send it."""
    circuits = Circuit.objects.filter(
        organisation__in=access.bodies_where(request.user, access.CREATE), is_active=True
    ).select_related("organisation")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FolderForm(*posted, actor=request.user, circuits=circuits)
    made: list[Folder] = []

    def create():
        given = form.cleaned_data
        folder = actions.create_folder(
            actor=request.user,
            circuit=given["circuit"],
            title=given["title"],
            document=given["document"][0],
            annexes=given["annexes"],
            note=given["note"],
        )
        made.append(folder)

    return write(
        request,
        form,
        create,
        done="Le dossier est prêt : relisez-le, puis envoyez-le.",
        to=lambda: made[0].get_absolute_url(),
        heading="Préparer un dossier",
        button="Préparer",
        back=crumbs("")[1][1],
        breadcrumbs=crumbs(("Préparer un dossier", "")),
    )


@never_cache
@signer_required
def submit(request, pk):
    """Send the folder: the circuit is shown first."""
    folder = get_folder(request, pk)
    form = EmptyForm(request.POST if request.method == "POST" else None)
    return write(
        request,
        form,
        lambda: actions.submit_folder(folder, actor=request.user),
        done="Le dossier est parti : le premier bureau est prévenu.",
        to=folder.get_absolute_url,
        template="signing/submit.html",
        folder=folder,
        steps=folder.circuit.steps.select_related("desk"),
        breadcrumbs=crumbs((folder.title, folder.get_absolute_url()), ("Envoyer", "")),
    )


@never_cache
@signer_required
def withdraw(request, pk):
    """The author takes the folder back."""
    folder = get_folder(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return write(
        request,
        form,
        lambda: actions.withdraw_folder(folder, actor=request.user, **form.cleaned_data),
        done="Le dossier est repris ; ceux qui l’avaient décidé sont prévenus.",
        to=folder.get_absolute_url,
        heading="Reprendre le dossier",
        about=folder.title,
        button="Reprendre",
        back=folder.get_absolute_url(),
        breadcrumbs=crumbs((folder.title, folder.get_absolute_url()), ("Reprendre", "")),
    )


@never_cache
@require_safe
@signer_required
def record(request, pk):
    """The bordereau, as a PDF."""
    folder = get_folder(request, pk)
    return pdf.response(f"bordereau-{folder.pk}", bordereau.render(folder))
