"""The trays, a folder, its preparation."""

import datetime
import uuid

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import DurationField, ExpressionWrapper, F, Min, OuterRef, Q, Value
from django.db.models.functions import JSONObject, Now
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access as rights
from beffroi.kernel import journal, offline, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.shared.signing import access, actions, bordereau, choosing, pages, reading
from beffroi.shared.signing.actions import content_of
from beffroi.shared.signing.forms import AgainForm, ChainForm, FolderForm, ReasonForm, SubmitForm, details_of
from beffroi.shared.signing.levels import Level, Refused
from beffroi.shared.signing.models import Circuit, Folder, Kind, Nature, Sending, Step, StepDocument
from beffroi.shared.signing.models.folder import TO_SIGN, desks_of
from beffroi.shared.signing.views.common import crumbs, get_folder, signer_required
from beffroi.shared.signing.workflow import State, workflow

A_PAGE = 30
READ = ("application/pdf", "application/xml")
TRAYS = (
    ("a-traiter", "À traiter"),
    ("delegues", "Par délégation"),
    ("prepares", "Préparés par moi"),
    ("decides", "Décidés par moi"),
    ("en-retard", "En retard"),
    ("tous", "Tous"),
)


def days_of(name: str):
    """A column of days, as a duration."""
    return ExpressionWrapper(F(name) * Value(datetime.timedelta(days=1)), output_field=DurationField())


def _tray(user, name: str):
    folders = Folder.objects.visible_to(user)
    if name == "prepares":
        return folders.filter(author=user)
    if name == "decides":
        return folders.filter(pk__in=Step.objects.filter(decided_by=user).values("folder"))
    if name == "tous":
        return folders
    if name == "delegues":
        lent = [pk for pk, title in desks_of(user).items() if title]
        current = Step.objects.filter(desk__in=lent, outcome=Step.Outcome.CURRENT)
        return folders.filter(state=State.RUNNING, pk__in=current.values("folder")).order_by("submitted_at", "pk")
    if name == "en-retard":
        late = Step.objects.filter(outcome=Step.Outcome.CURRENT, arrived_at__lt=Now() - days_of("days"))
        return folders.filter(state=State.RUNNING, pk__in=late.values("folder")).order_by("submitted_at", "pk")
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
    if text := request.GET.get("q", "").strip()[:80]:
        folders = folders.filter(title__unaccent__icontains=text)
    page = Paginator(folders, A_PAGE).get_page(request.GET.get("page"))
    decidable: dict[int, int] = {}
    if tray == TRAYS[0][0]:
        rows = Step.objects.decidable_by(request.user).filter(folder__in=list(page)).values_list("folder_id", "pk")
        decidable = dict(rows)
    mine = Step.objects.filter(folder__in=list(page), outcome=Step.Outcome.CURRENT).select_related("desk")
    steps: dict[int, list[Step]] = {}
    for step in mine:
        steps.setdefault(step.folder_id, []).append(step)
    context = {
        "page_obj": page,
        "lines": [(folder, steps.get(folder.pk, []), decidable.get(folder.pk)) for folder in page],
        "lot": uuid.uuid4(),
        "tabs": [(label, f"?bac={name}" if name != TRAYS[0][0] else "?") for name, label in TRAYS],
        "tray": tray,
        "q": text,
        "may_create": rights.can(request.user, access.CREATE),
        "may_manage": rights.can(request.user, access.MANAGE),
        "breadcrumbs": crumbs(),
    }
    return offline.keep(render(request, "signing/trays.html", context))


@never_cache
@require_safe
@signer_required
def show(request, pk):
    """A folder: its document, its steps, what may be done."""
    folder = get_folder(request, pk)
    desks = desks_of(request.user)
    told = StepDocument.objects.filter(step=OuterRef("pk")).order_by("rank")
    told = told.values(one=JSONObject(name="name", level="level", shortfall="shortfall"))
    steps = list(folder.steps.select_related("desk", "decided_by", "holder").annotate(told=ArraySubquery(told)))
    decidable = set(folder.steps.decidable_by(request.user).values_list("pk", flat=True))
    mine = [step for step in steps if step.pk in decidable]
    files = folder.documents()
    context = {
        "folder": folder,
        "files": files,
        "main": next((file for file in files if file.kind == "main"), None),
        "steps": [(step, step.private_note if step.desk_id in desks else "") for step in steps],
        "mine": mine,
        "regretted": _regrettable(request.user, folder, steps),
        "has_pages": any(file.kind == "main" and pages.can_show(file) for file in files),
        "notes": folder.annotations.readable_by(request.user, desks).count(),
        "level": Level(folder.level),
        "may_again": folder.author_id == request.user.pk and folder.is_over_unsigned and folder.target_id is None,
        "may_chain": folder.state == State.DONE and rights.can(request.user, access.CREATE, folder.organisation_id),
        "before": folder.follows,
        "sendings": _sendings(folder, steps, desks),
        "gestures": workflow.available(folder, request.user),
        "history": journal.story(folder),
        "breadcrumbs": crumbs((folder.title, "")),
    }
    return offline.keep(render(request, "signing/folder.html", context))


def _sendings(folder, steps, desks) -> list[tuple[Sending, bool]]:
    """To whom the documents were sent, and whether the person may still take it back."""
    if not any(step.kind == Kind.MAIL for step in steps):
        return []
    found = Sending.objects.filter(step__folder=folder).select_related("step", "sent_by")
    return [(one, one.is_waiting and one.step.desk_id in desks) for one in found]


def _regrettable(user, folder, steps) -> list[Step]:
    """The opinions and visas that the person may still take back."""
    if folder.state != State.RUNNING:
        return []
    decided = [step for step in steps if step.decided_at]
    last = max(decided, key=lambda step: step.decided_at, default=None)
    return [last] if last and last.decided_by_id == user.pk and last.kind in ("opinion", "visa") else []


def _natures(user):
    bodies = access.bodies_where(user, access.CREATE)
    return Nature.objects.filter(organisation__in=bodies, is_active=True).select_related("organisation")


@never_cache
@permission_required(access.CREATE)
def new(request):
    """Prepare a folder and send it: of a nature, which asks its questions and chooses the circuit, or in a circuit."""
    natures = _natures(request.user)
    asked = request.GET.get("nature", "")
    nature = get_object_or_404(natures, pk=asked) if asked.isdecimal() else None
    circuits = Circuit.objects.filter(
        organisation__in=access.bodies_where(request.user, access.CREATE), is_active=True
    ).select_related("organisation")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FolderForm(*posted, actor=request.user, circuits=circuits, nature=nature)
    made: list[Folder] = []

    def create():
        given = form.cleaned_data
        folder = actions.create_folder(
            actor=request.user,
            circuit=given.get("circuit"),
            nature=nature,
            details=details_of(form),
            title=given["title"],
            document=given["document"][0],
            others=given["others"],
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
        template="signing/new.html",
        natures=natures,
        nature=nature,
        breadcrumbs=crumbs(("Préparer un dossier", "")),
    )


@never_cache
@signer_required
def submit(request, pk):
    """Send the folder: the way that it will take is shown first, with the people and the dates."""
    folder = get_folder(request, pk)
    form = SubmitForm(request.POST if request.method == "POST" else None, folder=folder)
    planned, fault = _forecast(request.user, folder, form)
    return write(
        request,
        form,
        lambda: actions.submit_folder(folder, actor=request.user, chosen=form.chosen()),
        done="Le dossier est parti : le premier bureau est prévenu.",
        to=folder.get_absolute_url,
        template="signing/submit.html",
        folder=folder,
        steps=folder.circuit.steps.select_related("desk"),
        planned=planned,
        fault=fault,
        breadcrumbs=crumbs((folder.title, folder.get_absolute_url()), ("Envoyer", "")),
    )


def _forecast(user, folder: Folder, form: SubmitForm) -> tuple[list[choosing.Planned], str]:
    """The way of the folder, or why it cannot be told yet."""
    chosen = form.chosen() if form.is_bound and form.is_valid() else {}
    if form.left and not chosen:
        return [], "Choisissez les bureaux laissés au choix : le reste du circuit s’en déduit."
    try:
        return choosing.plan(folder.circuit, user, chosen), ""
    except ValidationError as error:
        return [], " ".join(error.messages)


@never_cache
@permission_required(access.CREATE)
def again(request, pk):
    """Prepare again a folder that was rejected, taken back or expired."""
    folder = get_folder(request, pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AgainForm(*posted, actor=request.user)
    made: list[Folder] = []

    def create():
        document = (form.cleaned_data["document"] or [None])[0]
        made.append(actions.send_again(folder, actor=request.user, document=document))

    return write(
        request,
        form,
        create,
        done="Le dossier est de nouveau prêt : relisez-le, puis envoyez-le.",
        to=lambda: made[0].get_absolute_url(),
        heading="Préparer de nouveau",
        about=folder.title,
        button="Préparer",
        back=folder.get_absolute_url(),
        breadcrumbs=crumbs((folder.title, folder.get_absolute_url()), ("Préparer de nouveau", "")),
    )


@never_cache
@permission_required(access.CREATE)
def chain(request, pk):
    """Send the signed document through another circuit."""
    folder = get_folder(request, pk)
    rights.require(request.user, access.CREATE, folder.organisation_id)
    form = ChainForm(request.POST if request.method == "POST" else None, folder=folder)
    made: list[Folder] = []
    return write(
        request,
        form,
        lambda: made.append(actions.chain_folder(folder, actor=request.user, **form.cleaned_data)),
        done="Le dossier est prêt : relisez-le, puis envoyez-le.",
        to=lambda: made[0].get_absolute_url(),
        heading="Envoyer dans un autre circuit",
        about=folder.title,
        button="Préparer",
        back=folder.get_absolute_url(),
        breadcrumbs=crumbs((folder.title, folder.get_absolute_url()), ("Autre circuit", "")),
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


@never_cache
@require_safe
@signer_required
def signatures(request, pk):
    """What the signatures of the documents of a folder are worth now, file by file."""
    folder = get_folder(request, pk)
    files = folder.documents()
    signed = [file for file in files if file.kind in TO_SIGN]
    files = [file for file in files if file.kind in (*TO_SIGN, "signature")]
    read = [_checked(file, signed) for file in files]
    told = reading.with_records(found for found, _why in read)
    context = {
        "folder": folder,
        "checked": [(file, found, why) for file, found, (_bare, why) in zip(files, told, read, strict=True)],
        "breadcrumbs": crumbs((folder.title, folder.get_absolute_url()), ("Signatures", "")),
    }
    return render(request, "signing/signatures.html", context)


def _checked(file, signed) -> tuple[list, str]:
    """The signatures that a file bears, or why it cannot be read. `signed` = the documents of the folder."""
    if file.kind in TO_SIGN and file.blob.mime not in READ:
        return [], ""
    about = [one for one in signed if file.name.startswith(f"{one.name}.signature-")] or signed
    try:
        payload = content_of(about[0]) if file.kind == "signature" and about else None
        return reading.signatures(content_of(file), payload), ""
    except (Refused, FileNotFoundError) as fault:
        return [], str(fault) if isinstance(fault, Refused) else "Le contenu n’est plus là."


@never_cache
@require_safe
@signer_required
def package(request, pk):
    """The documents, the signatures, the bordereau and `premis.xml`, in a ZIP."""
    folder = get_folder(request, pk)
    answer = HttpResponse(bordereau.pack(folder), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="dossier-{folder.pk}.zip"'
    return answer
