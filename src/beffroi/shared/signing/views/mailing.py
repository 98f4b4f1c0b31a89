"""Secure mail at the desk: to whom, and who has read."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel import offline
from beffroi.kernel.writing import tell, write
from beffroi.shared.signing import actions
from beffroi.shared.signing.forms.deciding import DecisionForm
from beffroi.shared.signing.forms.mailing import MailAgainForm, MailForm
from beffroi.shared.signing.models import Folder, Sending, Step
from beffroi.shared.signing.views.common import crumbs, signer_required


def desk(request, step: Step):
    """Send the documents to people outside; or reject."""
    folder = step.folder
    gesture = request.POST.get("geste", "")
    files = folder.documents()
    form = MailForm(request.POST if gesture == "mail" else None)
    if all(file.kind != "annex" for file in files):
        del form.fields["with_annexes"]
    rejection = DecisionForm(request.POST if gesture == "reject" else None, step=step)
    if gesture == "mail" and form.is_valid():
        try:
            actions.mail_folder(step, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "Les documents sont envoyés : chaque lecture sera datée ici.")
            return HttpResponseRedirect(folder.get_absolute_url())
    if gesture == "reject" and rejection.is_valid():
        try:
            comment = rejection.cleaned_data["comment"]
            actions.decide_step(step, actor=request.user, approve=False, comment=comment)
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
        "files": files,
        "breadcrumbs": crumbs((folder.title, folder.get_absolute_url()), (step.get_kind_display(), "")),
    }
    return offline.keep(render(request, "signing/mail.html", context))  # with the rest of the tray


def _find(request, pk: int) -> Sending:
    folders = Folder.objects.visible_to(request.user)
    rows = Sending.objects.select_related("step__folder", "step__desk")
    return get_object_or_404(rows, pk=pk, step__folder__in=folders)


@never_cache
@require_POST
@signer_required
def cancel(request, pk):
    """The link opens nothing any more."""
    found = _find(request, pk)
    try:
        actions.cancel_sending(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "L’envoi est retiré : son lien n’ouvre plus rien.")
    return HttpResponseRedirect(found.get_absolute_url())


@never_cache
@signer_required
def again(request, pk):
    """A new link for the same person."""
    found = _find(request, pk)
    form = MailAgainForm(request.POST if request.method == "POST" else None)
    return write(
        request,
        form,
        lambda: actions.mail_again(found, actor=request.user, **form.cleaned_data),
        done="Un nouveau lien est parti ; l’ancien n’ouvre plus rien.",
        to=found.get_absolute_url,
        heading="Renvoyer les documents",
        about=f"{found.step.folder.title} – {found.name}",
        button="Renvoyer",
        back=found.get_absolute_url(),
        breadcrumbs=crumbs((found.step.folder.title, found.get_absolute_url()), ("Renvoyer", "")),
    )
