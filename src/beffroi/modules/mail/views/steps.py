"""The steps of a letter, one page each; copies, opinions, links, acknowledgments."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, rights
from beffroi.modules.mail.forms import steps as forms
from beffroi.modules.mail.models import Dispatch, Opinion
from beffroi.modules.mail.views.common import crumbs, get_letter
from beffroi.modules.mail.workflow import workflow
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import StoredFile


def _sign_on_paper(letter, *, actor, document):
    return actions.sign_on_paper(letter, actor=actor, document=document[0])


STEPS = {
    "route": (forms.RouteForm, actions.route_letter, "Le courrier est confié."),
    "ask_pieces": (forms.PiecesForm, actions.ask_pieces, "Les pièces sont demandées : envoyez l’accusé de réception."),
    "receive_pieces": (forms.ReceivedForm, actions.receive_pieces, "Les pièces sont notées ; les délais reprennent."),
    "forward": (forms.ForwardForm, actions.forward_letter, "La transmission est notée."),
    "sign": (forms.SignForm, actions.sign_letter, "La lettre est partie au parapheur ; signée, elle reviendra ici."),
    "sign_on_paper": (forms.PaperForm, _sign_on_paper, "La lettre signée est gardée : elle peut partir."),
    "send": (forms.SendForm, actions.send_letter, "L’envoi est noté."),
    "close": (forms.CloseForm, actions.close_letter, "Le courrier est clos."),
    "reopen": (forms.ReasonForm, actions.reopen_letter, "Le courrier est rouvert."),
    "cancel": (forms.ReasonForm, actions.cancel_letter, "Le courrier est annulé ; son numéro reste pris."),
}


@never_cache
@permission_required(rights.VIEW)
def step(request, pk, verb):
    """Take one step: a page of its own, so that it works without JavaScript and cannot be done by mistake."""
    if verb not in STEPS:
        raise Http404(verb)
    letter = get_letter(request, pk)
    taken = workflow.transitions[verb]
    if not taken.who(request.user, letter):
        raise PermissionDenied(taken.label)
    kind, action, done = STEPS[verb]
    form = kind(*posted(request, files=True), letter=letter, actor=request.user)

    def act():
        fresh = get_letter(request, pk)  # a refusal leaves the one that is shown as it was
        action(fresh, actor=request.user, **form.cleaned_data)

    return _page(request, letter, form, act, done, taken.label)


def _page(request, letter, form, act, done: str, heading: str, button: str = ""):
    return write(
        request,
        form,
        act,
        done=done,
        to=letter.get_absolute_url,
        heading=heading,
        about=f"{letter.chrono} – {letter.object}",
        button=button or heading,
        back=letter.get_absolute_url(),
        breadcrumbs=crumbs((letter.chrono, letter.get_absolute_url()), (heading, "")),
    )


def _shared(request, pk):
    """The letter, for whoever may share it."""
    letter = get_letter(request, pk)
    if not (rights.is_clerk(request.user, letter) or rights.can_handle(request.user, letter)):
        raise PermissionDenied(rights.HANDLE)
    return letter


@never_cache
@permission_required(rights.VIEW)
def copy(request, pk):
    """Put agents and teams in copy."""
    letter = _shared(request, pk)
    form = forms.CopyForm(*posted(request), letter=letter, actor=request.user)
    return _page(
        request,
        letter,
        form,
        lambda: actions.copy_letter(letter, actor=request.user, **form.cleaned_data),
        "La copie est donnée.",
        "Mettre en copie",
    )


@never_cache
@permission_required(rights.VIEW)
def ask_opinion(request, pk):
    """Ask an agent for an opinion, before a day."""
    letter = _shared(request, pk)
    form = forms.OpinionForm(*posted(request), letter=letter, actor=request.user)
    return _page(
        request,
        letter,
        form,
        lambda: actions.ask_opinion(letter, actor=request.user, **form.cleaned_data),
        "L’avis est demandé.",
        "Demander un avis",
    )


@never_cache
@permission_required(rights.VIEW)
def give_opinion(request, pk, opinion):
    """Give the opinion that one was asked for."""
    letter = get_letter(request, pk)
    found = get_object_or_404(Opinion.objects.filter(letter=letter, asked_of=request.user), pk=opinion)
    form = forms.AnswerForm(*posted(request), letter=letter, actor=request.user)
    return write(
        request,
        form,
        lambda: actions.give_opinion(found, actor=request.user, **form.cleaned_data),
        done="Votre avis est donné.",
        to=letter.get_absolute_url,
        heading="Donner mon avis",
        about=f"{letter.chrono} – {found.question}",
        button="Donner mon avis",
        back=letter.get_absolute_url(),
        breadcrumbs=crumbs((letter.chrono, letter.get_absolute_url()), ("Avis", "")),
    )


@never_cache
@permission_required(rights.VIEW)
def link(request, pk):
    """Tie the letter to a request."""
    letter = _shared(request, pk)
    form = forms.LinkForm(*posted(request), letter=letter, actor=request.user)

    def act():
        reference = form.cleaned_data["reference"].strip().upper()
        case = Case.objects.visible_to(request.user).filter(reference=reference).first()
        if case is None:
            raise ValidationError({"reference": "Aucune demande que vous voyez ne porte cette référence."})
        actions.link_case(letter, actor=request.user, case=case)

    return _page(request, letter, form, act, "La demande est rattachée.", "Rattacher une demande")


@never_cache
@require_POST
@permission_required(rights.VIEW)
def unlink(request, pk, reference):
    """Untie them."""
    letter = _shared(request, pk)
    case = get_object_or_404(Case.objects.visible_to(request.user).filter(letters=letter), reference=reference)
    actions.unlink_case(letter, actor=request.user, case=case)
    messages.success(request, "La demande n’est plus rattachée.")
    return HttpResponseRedirect(letter.get_absolute_url())


@never_cache
@permission_required(rights.VIEW)
def acknowledge(request, pk):
    """Make the acknowledgment of receipt, and send it."""
    letter = _shared(request, pk)
    form = forms.AcknowledgeForm(*posted(request), letter=letter, actor=request.user)
    return _page(
        request,
        letter,
        form,
        lambda: actions.acknowledge_letter(letter, actor=request.user, **form.cleaned_data),
        "L’accusé de réception est fait : il est parmi les pièces.",
        "Accuser réception",
    )


@never_cache
@require_POST
@permission_required(rights.VIEW)
def certify(request, pk):
    """Make the certificate of an acceptance by silence."""
    letter = _shared(request, pk)
    try:
        actions.certify_acceptance(letter, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "L’attestation est faite : elle est parmi les pièces.")
    return HttpResponseRedirect(letter.get_absolute_url())


@never_cache
@permission_required(rights.VIEW)
def file(request, pk):
    """File a closed letter among the documents, where its useful life is counted."""
    letter = _shared(request, pk)
    form = forms.FilingForm(*posted(request), letter=letter, actor=request.user)
    return _page(
        request,
        letter,
        form,
        lambda: actions.file_letter(letter, actor=request.user, **form.chosen()),
        "Le courrier est classé ; sa durée de conservation court.",
        "Classer le courrier",
        "Classer",
    )


@never_cache
@permission_required(rights.SEND)
def outcome(request, pk, dispatch):
    """Note what became of a registered letter."""
    letter = get_letter(request, pk)
    found = get_object_or_404(Dispatch.objects.filter(letter=letter, mode=Dispatch.Mode.REGISTERED), pk=dispatch)
    form = forms.OutcomeForm(*posted(request), letter=letter, actor=request.user, initial={"outcome": found.outcome})
    return _page(
        request,
        letter,
        form,
        lambda: actions.note_outcome(found, actor=request.user, **form.cleaned_data),
        "La suite est notée.",
        "Noter la suite du recommandé",
        "Enregistrer",
    )


@never_cache
@require_POST
@permission_required(rights.HANDLE)
def remove_piece(request, pk, file):
    """Take an annex away from a project."""
    letter = get_letter(request, pk)
    if not rights.can_handle(request.user, letter):
        raise PermissionDenied(rights.HANDLE)
    found = get_object_or_404(StoredFile.objects.about(letter), pk=file)
    try:
        actions.remove_piece(letter, found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La pièce est retirée.")
    return HttpResponseRedirect(letter.get_absolute_url())
