"""Write a letter that leaves: a first version, the next ones, how it will look."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, paper, rights
from beffroi.modules.mail.filling import filled
from beffroi.modules.mail.forms.letters import ModelForm, RevisionForm, WritingForm, registers_for
from beffroi.modules.mail.models import Letter, Template
from beffroi.modules.mail.views.common import crumbs, get_letter
from beffroi.modules.mail.workflow import State


@never_cache
@permission_required(rights.HANDLE)
def new(request):
    """A letter that replies to none."""
    return _write(request, None, crumbs(("Écrire une lettre", "")), "Écrire une lettre", reverse("mail:list"))


@never_cache
@permission_required(rights.HANDLE)
def reply(request, pk):
    """The answer to a letter, from a model if one is chosen."""
    asked = get_letter(request, pk)
    if not rights.can_handle(request.user, asked) or asked.state not in (State.ROUTED, State.WAITING):
        raise PermissionDenied(rights.HANDLE)
    trail = crumbs((asked.chrono, asked.get_absolute_url()), ("Répondre", ""))
    return _write(request, asked, trail, f"Répondre à {asked.chrono}", asked.get_absolute_url())


def _write(request, asked: Letter | None, trail, heading: str, back: str):
    models = _models(asked)
    choice = ModelForm(request.GET or None, templates=models) if models is not None else None
    start = {}
    if choice is not None and choice.is_valid() and choice.cleaned_data["template"]:
        start["body"] = filled(choice.cleaned_data["template"].body, asked)
    letter = Letter(state=State.DRAFT, answers=asked)
    form = WritingForm(
        *posted(request, files=True),
        instance=letter,
        actor=request.user,
        registers=registers_for(request.user, rights.HANDLE),
        asked=asked,
        initial=start,
    )

    def act():
        given = form.cleaned_data
        form.saved = actions.write_letter(
            form.instance,
            actor=request.user,
            recipient=given["recipient"],
            recipient_details=form.sender_details(),
            body=given["body"],
            pieces=given["pieces"],
        )

    return write(
        request,
        form,
        act,
        done="Le projet est enregistré.",
        to=lambda: form.saved.get_absolute_url(),
        template="mail/writing.html",
        heading=heading,
        models=choice,
        asked=asked,
        back=back,
        breadcrumbs=trail,
    )


def _models(asked: Letter | None):
    """The models of the body that fit the letter, if any."""
    if asked is None:
        return None
    found = Template.objects.filter(organisation=asked.organisation_id, is_active=True)
    return found.filter(type=None) | found.filter(type=asked.type_id) if asked.type_id else found


def _project(request, pk) -> Letter:
    letter = get_letter(request, pk)
    if letter.is_incoming:
        raise Http404
    return letter


@never_cache
@permission_required(rights.HANDLE)
def revise(request, pk):
    """Write the next version of a project."""
    letter = _project(request, pk)
    if not rights.can_handle(request.user, letter) or letter.state != State.DRAFT:
        raise PermissionDenied(rights.HANDLE)
    last = letter.versions.first()
    start = {"object": letter.object, "body": last.body if last else "", "seen": last.number if last else 0}
    form = RevisionForm(*posted(request, files=True), actor=request.user, initial=start)
    return write(
        request,
        form,
        lambda: actions.revise_letter(letter, actor=request.user, **form.cleaned_data),
        done="La version est enregistrée.",
        to=letter.get_absolute_url,
        heading=f"Modifier {letter.chrono}",
        about=f"Version {start['seen']} – les précédentes sont gardées.",
        button="Enregistrer la version",
        back=letter.get_absolute_url(),
        breadcrumbs=crumbs((letter.chrono, letter.get_absolute_url()), ("Modifier", "")),
    )


@never_cache
@require_safe
@permission_required(rights.VIEW)
def preview(request, pk, number):
    """A version as it would be printed."""
    letter = _project(request, pk)
    version = get_object_or_404(letter.versions, number=number)
    return pdf.response(f"{letter.chrono}-version-{number}", paper.letter(letter, version.body))
