"""The decisions of a desk: one by one, or many at once."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.writing import tell, write
from beffroi.shared.signing import access, actions, pades
from beffroi.shared.signing.actions.deciding import Key
from beffroi.shared.signing.actions.folders import SIGNED
from beffroi.shared.signing.forms import DecisionForm, OtherDeskForm, SignatureForm
from beffroi.shared.signing.models import Folder, Kind, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.views.common import crumbs, get_folder, signer_required

MOST = 100
GESTURES = ("approve", "reject")
DONE = {"opinion": "Votre avis est noté.", "visa": "Votre visa est donné.", "signature": "Le document est signé.",
        "seal": "Le document est scellé."}  # fmt: skip


def get_step(request, pk: int, step: int) -> Step:
    """A step of a folder that the person may see; 403 when it is not theirs."""
    folder = get_folder(request, pk)
    found = get_object_or_404(folder.steps.select_related("desk"), pk=step)
    found.folder = folder
    if not access.can_decide(request.user, found):
        raise PermissionDenied("signing")
    return found


def _key(form) -> Key | None:
    way = form.cleaned_data.get("way")
    if way == "certificate":
        return Key(pkcs12=form.cleaned_data["certificate"].read(), password=form.cleaned_data["password"])
    if way == "elsewhere":
        return Key(signed_copy=form.cleaned_data["signed_copy"].read())
    return None


@never_cache
@signer_required
def decide(request, pk, step):
    """Give an opinion or a visa, sign, seal, or reject."""
    found = get_step(request, pk, step)
    gesture = request.POST.get("geste", "")
    approve = gesture == "approve"
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    start = {"client_uuid": uuid.uuid4()}
    if found.kind == Kind.SIGNATURE:
        form = SignatureForm(*posted, initial=start, rejects=gesture == "reject")
    else:
        form = DecisionForm(*posted, initial=start)
    if request.method == "POST" and gesture not in GESTURES:
        form.add_error(None, "Dites si vous approuvez ou si vous rejetez\u202f: rien n’est décidé.")
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.decide_step(
                found,
                actor=request.user,
                approve=approve,
                comment=given["comment"],
                private_note=given["private_note"],
                key=_key(form) if approve else None,
                client_uuid=given["client_uuid"],
            )
        except ValidationError as error:
            tell(form, error)
        except pades.SigningRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[found.kind] if approve else "Le dossier est rejeté.")
            return HttpResponseRedirect(_next(request.user, found))
    files = found.folder.documents()
    context = {
        "form": form,
        "step": found,
        "folder": found.folder,
        "main": next((file for file in files if file.kind == "main"), None),
        "seal_level": pades.level_of(pades.authority.seal().is_own) if found.kind in SIGNED else "",
        "offline": found.kind not in SIGNED,
        "breadcrumbs": crumbs((found.folder.title, found.folder.get_absolute_url()), (found.get_kind_display(), "")),
    }
    return render(request, "signing/decide.html", context)


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
    """Give the same approval to the folders ticked in the tray: each succeeds or fails alone, and is told."""
    wanted = [int(pk) for pk in request.POST.getlist("choix") if pk.isdigit()][:MOST]
    desks = list(desks_of(request.user))
    steps = Step.objects.filter(folder__in=wanted, outcome=Step.Outcome.CURRENT, desk__in=desks)
    report = []
    for step in steps.select_related("folder").order_by("folder__pk"):
        try:
            actions.decide_step(step, actor=request.user, approve=True)
        except (ValidationError, pades.SigningRefused, PermissionDenied) as error:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            report.append((step.folder, step, words))
        else:
            report.append((step.folder, step, ""))
    context = {
        "report": report,
        "at": timezone.now(),
        "failed": sum(1 for _folder, _step, words in report if words),
        "breadcrumbs": crumbs(("Compte rendu", "")),
    }
    return render(request, "signing/report.html", context)
