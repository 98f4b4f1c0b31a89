"""The decisions of a desk: one by one, or many at once."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import bulk, offline
from beffroi.kernel.writing import tell, write
from beffroi.shared.files.refusals import Refused as FileRefused
from beffroi.shared.signing import actions, pages
from beffroi.shared.signing.actions import signature
from beffroi.shared.signing.actions.batches import MOST
from beffroi.shared.signing.forms import DecisionForm, OtherDeskForm, SignatureForm, details_of
from beffroi.shared.signing.levels import Level, Refused
from beffroi.shared.signing.models import SIGNED, Batch, BatchLine, Folder, Kind, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.views import inviting, mailing
from beffroi.shared.signing.views.common import crumbs, get_folder, signer_required

GESTURES = ("approve", "reject")
DONE = {
    "opinion": "Votre avis est noté.",
    "visa": "Votre visa est donné.",
    "signature": "Le document est signé.",
    "seal": "Le document est scellé.",
    "publish": "Le document est mis en ligne.",
    "archive": "Le document et son bordereau sont classés.",
    "external": "Le dossier est rejeté.",
    "mail": "Les documents sont envoyés.",
}
LINES = 100


def get_step(request, pk: int, step: int) -> Step:
    """A step of a folder that the person may see; 403 when it is not theirs."""
    folder = get_folder(request, pk)
    found = get_object_or_404(folder.steps.select_related("desk", "decided_by"), pk=step)
    found.folder = folder
    title = desks_of(request.user).get(found.desk_id)
    if title is None or (not title and found.holder_id not in (None, request.user.pk)):
        raise PermissionDenied("signing")
    return found


def _form(request, step: Step, gesture: str) -> DecisionForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    start = {"client_uuid": uuid.uuid4()}
    if step.kind == Kind.SIGNATURE:
        rejects = gesture == "reject"
        return SignatureForm(*posted, initial=start, step=step, actor=request.user, rejects=rejects)
    return DecisionForm(*posted, initial=start, step=step)


@never_cache
@signer_required
def decide(request, pk, step):
    """Give an opinion or a visa, sign, seal, put online, archive; or reject. The page opens without network too."""
    found = get_step(request, pk, step)
    if found.kind == Kind.EXTERNAL:
        return inviting.desk(request, found)
    if found.kind == Kind.MAIL:
        return mailing.desk(request, found)
    gesture = request.POST.get("geste", "")
    form = _form(request, found, gesture)
    if request.method == "POST" and gesture not in GESTURES:
        form.add_error(None, "Dites si vous approuvez ou si vous rejetez\u202f: rien n’est décidé.")
    if form.is_valid() and (done := _decide(request, found, form, approve=gesture == "approve")) is not None:
        _say(request, done)
        return HttpResponseRedirect(_next(request.user, found))
    documents = found.folder.to_sign()
    most = max(1, pages.MOST // max(1, len(documents)))
    context = {
        "form": form,
        "step": found,
        "folder": found.folder,
        "documents": [(file, pages.shown(file)[:most]) for file in documents],
        "has_pages": any(file.kind == "main" and pages.can_show(file) for file in documents),
        "notes": found.folder.annotations.readable_by(request.user, desks_of(request.user)).select_related("author"),
        "seal_level": _seal_level(found) if found.kind in SIGNED else "",
        "offline": found.kind in (Kind.OPINION, Kind.VISA),
        "breadcrumbs": crumbs((found.folder.title, found.folder.get_absolute_url()), (found.get_kind_display(), "")),
    }
    return offline.keep(render(request, "signing/decide.html", context))


def _decide(request, step: Step, form: DecisionForm, *, approve: bool) -> Step | None:
    """The step once decided; None when it is refused, with the reason in the form."""
    given = form.cleaned_data
    try:
        return actions.decide_step(
            step,
            actor=request.user,
            approve=approve,
            comment=given["comment"],
            private_note=given["private_note"],
            key=form.key() if approve else None,
            details=details_of(form),
            client_uuid=given["client_uuid"],
        )
    except ValidationError as error:
        tell(form, error)
    except (Refused, FileRefused) as refusal:
        form.add_error(None, str(refusal))
    return None


def _say(request, done: Step) -> None:
    if done.outcome == Step.Outcome.REJECTED:
        messages.success(request, "Le dossier est rejeté.")
        return
    count = done.documents.count() if done.kind in SIGNED else 0
    sealed = "scellés" if done.kind == Kind.SEAL else "signés"
    messages.success(request, f"Les {count} documents sont {sealed}." if count else DONE[done.kind])
    if done.shortfall:
        wanted, had = Level(done.folder.level).code, Level(done.reached).code
        messages.warning(request, f"Signé au niveau {had} et non {wanted}\u202f: {done.shortfall}.")


def _seal_level(step: Step) -> str:
    level = max(Level(step.folder.level), Level(step.floor), key=lambda one: one.rank)
    words = signature.seal_words(level)
    return f"{words[0].upper()}{words[1:]}"


def _next(user, done: Step) -> str:
    """After a decision: the next folder that waits, or the tray."""
    following = Folder.objects.awaiting(user).exclude(pk=done.folder_id).order_by("pk").first()
    return following.get_absolute_url() if following else reverse("signing:home")


@never_cache
@require_POST
@signer_required
def regret(request, pk, step):
    """Take back one's own opinion or visa."""
    folder = get_folder(request, pk)
    found = get_object_or_404(folder.steps, pk=step)
    try:
        actions.regret_step(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Votre décision est reprise : le dossier est de nouveau devant vous.")
    return HttpResponseRedirect(folder.get_absolute_url())


@never_cache
@signer_required
def other_desk(request, pk, step, gesture):
    """Ask another desk for its opinion first, or give it the step."""
    found = get_step(request, pk, step)
    form = OtherDeskForm(request.POST if request.method == "POST" else None, step=found)
    asks = gesture == "avis"
    action = actions.second_opinion if asks else actions.transfer_step
    heading = "Demander un avis" if asks else "Transmettre à un autre bureau"
    return write(
        request,
        form,
        lambda: action(found, actor=request.user, **form.cleaned_data),
        done="L’avis est demandé : le dossier vous reviendra." if asks else "Le dossier est transmis.",
        to=found.folder.get_absolute_url,
        heading=heading,
        about=found.folder.title,
        button=heading,
        back=found.folder.get_absolute_url(),
        breadcrumbs=crumbs((found.folder.title, found.folder.get_absolute_url()), (heading, "")),
    )


@never_cache
@require_POST
@signer_required
def many(request):
    """Approve the folders ticked in the tray, by a job; pressed twice, it is the same batch."""
    try:
        key = uuid.UUID(request.POST.get("lot", ""))
    except ValueError:
        key = uuid.uuid4()
    if request.POST.get("tous"):
        wanted = list(Folder.objects.awaiting(request.user).order_by("pk").values_list("pk", flat=True)[:MOST])
    else:
        wanted = bulk.numbers(request.POST.getlist("choix"))
    try:
        batch = actions.ask_batch(wanted, actor=request.user, key=key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("signing:home"))
    return HttpResponseRedirect(batch.get_absolute_url())


@never_cache
@require_safe
@signer_required
def batch(request, pk):
    """Where a batch is, and what became of each of its folders: the refusals first."""
    found = get_object_or_404(Batch, pk=pk, actor=request.user)
    lines = found.lines.select_related("step__folder", "step__desk")
    states = list(found.lines.values_list("state", flat=True))
    done, failed = states.count(BatchLine.State.DONE), states.count(BatchLine.State.FAILED)
    context = {
        "batch": found,
        "lines": sorted(lines, key=lambda line: line.state != BatchLine.State.FAILED)[: LINES * 5],
        "done": done,
        "failed": failed,
        "taken": done + failed,
        "total": len(states),
        "over": done + failed == len(states),
        "breadcrumbs": crumbs(("Compte rendu du lot", "")),
    }
    return render(request, "signing/batch.html", context)
