"""Transfers: the list, one transfer, its steps, the messages that are read."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives import actions, exports, rights
from beffroi.modules.archives.forms import records as forms
from beffroi.modules.archives.forms.lists import TRANSFERS, RecordFilters
from beffroi.modules.archives.models import Transfer
from beffroi.modules.archives.views.common import SENDINGS, crumbs, get_transfer, page_of, step_page, take_step
from beffroi.modules.archives.workflow import Sending, transfer_workflow
from beffroi.shared.files.models import StoredFile

LABELS = {
    "package": "Paquet SEDA",
    "ack": "Accusé de réception",
    "reply": "Réponse au transfert",
    "certificate": "Attestation",
}


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """Every transfer, the latest first."""
    form = RecordFilters(request.GET, user=request.user, states=TRANSFERS)
    rows = form.apply(Transfer.objects.visible_to(request.user)).select_related("organisation")
    context = {
        "filters": form,
        "page": page_of(request, exports.counted(rows)),
        "may_read": access.can(request.user, rights.TRANSFER),
        "breadcrumbs": crumbs((SENDINGS[0], "")),
    }
    return render(request, "archives/transfers.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A transfer: its files, its package, the messages."""
    made = get_transfer(request, pk)
    files = [file for file in StoredFile.objects.about(made) if file.kind in LABELS]
    for file in files:
        file.label = LABELS[file.kind]
    may = access.can(request.user, rights.TRANSFER, made.organisation_id)
    context = {
        "made": made,
        "lines": list(made.folders.select_related("folder")),
        "files": files,
        "received": list(made.messages.all()),
        "steps": transfer_workflow.available(made, request.user),
        "may_edit": may and made.state == Sending.DRAFT,
        "may_read": may and made.state in (Sending.SENT, Sending.ACKNOWLEDGED),
        "history": journal.story(made, limit=40),
        "breadcrumbs": crumbs(SENDINGS, (made.reference, "")),
    }
    return render(request, "archives/transfer.html", context)


@never_cache
@permission_required(rights.TRANSFER)
def edit(request, pk):
    """The words and the version of SEDA, before the package is made."""
    made = get_transfer(request, pk)
    if made.state != Sending.DRAFT or not rights.can_transfer(request.user, made):
        raise PermissionDenied(rights.TRANSFER)
    form = forms.TransferForm(*posted(request), instance=made)
    return step_page(
        request,
        made,
        form,
        lambda: actions.update_transfer(made, actor=request.user, **form.cleaned_data),
        done="Le versement est enregistré.",
        heading="Modifier le versement",
        above=SENDINGS,
        button="Enregistrer",
    )


STEPS = {
    "pack": (forms.NothingForm, actions.pack_transfer, "Le paquet est fait : téléchargez-le et déposez-le."),
    "unpack": (forms.NothingForm, actions.unpack_transfer, "Le paquet est défait : le versement peut changer."),
    "send": (forms.SendForm, actions.send_transfer, "L’envoi est noté : attendez l’accusé, puis la réponse."),
    "purge": (forms.PurgeForm, actions.purge_transfer, "La copie locale est détruite ; l’attestation est gardée."),
    "give_up": (forms.ReasonForm, actions.give_up_transfer, "Le versement est abandonné ; son numéro reste pris."),
}

ABOUT = {
    "pack": "Chaque contenu est relu et scellé par son empreinte ; le paquet est prêt à déposer.",
    "unpack": "Le paquet est détruit, les dossiers ne bougent pas.",
    "purge": "Le service d’archives a pris les dossiers en charge : leurs contenus sont effacés ici pour toujours.",
}


@never_cache
@permission_required(rights.VIEW)
def step(request, pk, verb):
    """Take one step."""
    return take_step(request, get_transfer(request, pk), verb, transfer_workflow, STEPS, ABOUT, SENDINGS)


@never_cache
@permission_required(rights.TRANSFER)
def read_message(request):
    """Deposit what the archives sent: the message itself says to which transfer it answers."""
    form = forms.MessageForm(*posted(request, files=True))

    def act():
        form.taken = actions.take_message(form.cleaned_data["file"].read(), actor=request.user)

    return write(
        request,
        form,
        act,
        done="Le message est lu : le versement a avancé.",
        to=lambda: form.taken.transfer.get_absolute_url(),
        heading="Lire un message du service d’archives",
        about="Il est rapproché du versement auquel il répond, et gardé tel quel.",
        button="Lire le message",
        back=reverse("archives:transfers"),
        breadcrumbs=crumbs(SENDINGS, ("Lire un message", "")),
    )
