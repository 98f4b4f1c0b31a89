"""Signatures from outside: asked at the desk, given without account at `/signature/`.

Nothing happens on a mere visit: a program that opens the links of a message neither signs nor has a code sent.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import limits, offline
from beffroi.kernel.writing import tell
from beffroi.shared.files import storage
from beffroi.shared.files.refusals import Refused as FileRefused
from beffroi.shared.signing import actions
from beffroi.shared.signing.forms.deciding import DecisionForm
from beffroi.shared.signing.forms.inviting import InviteForm, OutsideForm, RefusalForm
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Folder, Invitation, Step
from beffroi.shared.signing.views.common import crumbs, signer_required
from beffroi.shared.signing.workflow import State

HOUR, DAY = 3600, 86400
GESTURES = ("code", "sign", "refuse")


def desk(request, step: Step):
    """Invite a person outside, see where they are; or reject."""
    folder = step.folder
    gesture = request.POST.get("geste", "")
    form = InviteForm(request.POST if gesture == "invite" else None)
    rejection = DecisionForm(request.POST if gesture == "reject" else None, step=step)
    if gesture == "invite" and form.is_valid():
        try:
            actions.invite_signer(step, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "L’invitation part par courriel.")
            return HttpResponseRedirect(request.path)
    if gesture == "reject" and rejection.is_valid():
        try:
            given = rejection.cleaned_data
            actions.decide_step(step, actor=request.user, approve=False, comment=given["comment"])
        except ValidationError as error:
            tell(rejection, error)
        else:
            messages.success(request, "Le dossier est rejeté.")
            return HttpResponseRedirect(folder.get_absolute_url())
    context = {
        "form": form,
        "rejection": rejection,
        "step": step,
        "folder": folder,
        "documents": folder.to_sign(),
        "invitations": step.invitations.select_related("sent_by")[:20],
        "breadcrumbs": crumbs((folder.title, folder.get_absolute_url()), (step.get_kind_display(), "")),
    }
    return offline.keep(render(request, "signing/invite.html", context))  # with the rest of the tray


@never_cache
@require_POST
@signer_required
def cancel(request, pk):
    """The link opens nothing any more."""
    folders = Folder.objects.visible_to(request.user)
    found = get_object_or_404(Invitation.objects.select_related("step"), pk=pk, step__folder__in=folders)
    try:
        actions.cancel_invitation(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "L’invitation est annulée : son lien n’ouvre plus rien.")
    return HttpResponseRedirect(reverse("signing:decide", args=[found.step.folder_id, found.step_id]))


def _quiet(answer):
    """The address is a secret: no other site learns it. Not `no-referrer`: browsers would then send the forms with
    `Origin: null`, which the CSRF check refuses."""
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _find(request, token: str) -> Invitation:
    try:
        limits.limit(request, "signing.outside", most=200, seconds=HOUR)
    except limits.TooMany:
        raise Http404 from None
    found = actions.find_invitation(token)
    if found is None:
        raise Http404
    return found


def _is_over(found: Invitation) -> bool:
    step = found.step
    return not found.is_open or step.outcome != Step.Outcome.CURRENT or step.folder.state != State.RUNNING


@login_not_required
@never_cache
def outside(request, token):
    """A person outside reads the document, asks for a code, signs or refuses."""
    found = _find(request, token)
    if _is_over(found):
        return _quiet(render(request, "signing/outside_over.html", {"invitation": found}, status=410))
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    form = OutsideForm(*((request.POST, request.FILES) if gesture == "sign" else ()))
    refusal = RefusalForm(request.POST if gesture == "refuse" else None)
    done = False
    if gesture == "code":
        return _code(request, found)
    if gesture == "sign" and form.is_valid():
        done = _sign(found, form)
    elif gesture == "refuse" and refusal.is_valid():
        done = _refuse(found, refusal)
    if done:
        return _quiet(render(request, "signing/outside_thanks.html", {"invitation": found, "gesture": gesture}))
    context = {
        "invitation": found,
        "folder": found.step.folder,
        "token": token,
        "files": found.step.folder.documents(),
        "form": form,
        "refusal": refusal,
        "breadcrumbs": [("Signer un document", "")],
    }
    return _quiet(render(request, "signing/outside.html", context))


def _code(request, found: Invitation):
    try:
        limits.limit_key("signing.code", str(found.pk), most=10, seconds=DAY)
        actions.send_code(found)
    except limits.TooMany:
        messages.error(request, "Trop de codes demandés aujourd’hui : réessayez demain.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le code est parti à votre adresse.")
    return _quiet(HttpResponseRedirect(request.path))


def _sign(found: Invitation, form: OutsideForm) -> bool:
    given = form.cleaned_data
    if not actions.check_code(found, given["code"]):
        form.add_error("code", "Ce n’est pas le code, ou il n’est plus valable : demandez-en un autre.")
        return False
    copies = [sent.read() for sent in given["signed_copy"]]
    try:
        actions.sign_outside(found, code=given["code"], signed_copies=copies)
    except (Refused, FileRefused) as refusal:  # first: a Refused is a ValidationError too
        form.add_error("signed_copy" if copies else None, str(refusal))
    except ValidationError as error:
        tell(form, error)
    else:
        return True
    return False


def _refuse(found: Invitation, form: RefusalForm) -> bool:
    try:
        actions.refuse_outside(found, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        tell(form, error)
        return False
    return True


@login_not_required
@never_cache
@require_safe
def outside_file(request, token, file):
    """The document to sign, or an annex."""
    found = _find(request, token)
    wanted = next((one for one in found.step.folder.documents() if one.pk == file), None)
    if _is_over(found) or wanted is None or not wanted.blob.is_available:
        raise Http404
    try:
        body = storage.contents().read(storage.address(wanted.blob.sha256))
    except FileNotFoundError as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type=wanted.blob.mime)
    answer["Content-Length"] = str(wanted.blob.size)
    answer["Content-Disposition"] = content_disposition_header(True, wanted.name)
    answer["X-Content-Type-Options"] = "nosniff"
    return _quiet(answer)
