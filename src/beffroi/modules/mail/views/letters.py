"""The list of the letters, one letter, its registration."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, journal, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, exports, listing, paper, rights
from beffroi.modules.mail.forms.letters import LetterForm, registers_for
from beffroi.modules.mail.models import Correspondent, Letter
from beffroi.modules.mail.views.common import crumbs, get_letter
from beffroi.modules.mail.workflow import ENDED, State, workflow
from beffroi.shared.cases.kept_lists import offered
from beffroi.shared.cases.models import Case
from beffroi.shared.signing.models import Folder

A_PAGE = 40


@never_cache
@require_safe
@permission_required(rights.VIEW)
def index(request):
    """The piles, the filters, the letters."""
    user = request.user
    form, letters, pile = listing.selection(user, request.GET)
    page = Paginator(letters, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = page.object_list.with_parties()
    kept = request.GET.copy()
    kept.pop("page", None)
    figures = listing.counts(user)
    context = {
        "filters": form,
        "page": page,
        "pile": pile,
        "tabs": [("Tout le courrier", reverse("mail:list"))]
        + [(one.label, f"?bac={one.code}", figures[one.code]) for one in listing.piles_of(user)],
        "kept": replace(listing.LETTERS, boxes=access.can(user, rights.HANDLE)),
        "columns": listing.LETTERS.chosen(form.cleaned_data.get("colonnes")),
        "saved": offered(user, listing.LETTERS),
        "query": kept.urlencode(),
        "kinds": sheets.LABELS,
        "sort": "-chrono",
        "may_register": access.can(user, rights.REGISTER),
        "may_write": access.can(user, rights.HANDLE),
        "breadcrumbs": crumbs(),
    }
    return render(request, "mail/list.html", context)


@never_cache
@require_safe
@permission_required(rights.VIEW)
def register_file(request, kind):
    """The register as it is filtered."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, letters, _pile = listing.selection(request.user, request.GET)
    name = f"courrier-{timezone.localdate():%Y-%m-%d}"
    return sheets.response(kind, name, [exports.register_sheet(letters.with_parties())])


@never_cache
@permission_required(rights.REGISTER)
def new(request):
    """Register a letter."""
    instance = Letter()
    registers = registers_for(request.user, rights.REGISTER)
    form = LetterForm(*posted(request, files=True), instance=instance, actor=request.user, registers=registers)

    def register():
        form.saved = actions.register_letter(
            form.instance,
            actor=request.user,
            sender=form.cleaned_data["sender"],
            sender_details=form.sender_details(),
            pieces=form.cleaned_data["pieces"],
            client_uuid=form.cleaned_data["client_uuid"],
        )

    return write(
        request,
        form,
        register,
        done="Le courrier est enregistré.",
        to=lambda: form.saved.get_absolute_url(),
        template="mail/form.html",
        heading="Enregistrer un courrier",
        button="Enregistrer",
        back=reverse("mail:list"),
        breadcrumbs=crumbs(("Enregistrer un courrier", "")),
    )


@never_cache
@permission_required(rights.REGISTER)
def correct(request, pk):
    """Correct a line of the register."""
    letter = get_letter(request, pk)
    if not rights.is_clerk(request.user, letter) or not letter.is_incoming or letter.state in ENDED:
        raise PermissionDenied(rights.REGISTER)
    registers = registers_for(request.user, rights.REGISTER)
    form = LetterForm(*posted(request, files=True), instance=letter, actor=request.user, registers=registers)
    return write(
        request,
        form,
        lambda: actions.correct_letter(
            form.instance,
            actor=request.user,
            sender=form.cleaned_data["sender"],
            sender_details=form.sender_details(),
            pieces=form.cleaned_data["pieces"],
        ),
        done="Le courrier est corrigé.",
        to=letter.get_absolute_url,
        template="mail/form.html",
        heading=f"Corriger {letter.chrono}",
        button="Enregistrer",
        back=letter.get_absolute_url(),
        breadcrumbs=crumbs((letter.chrono, letter.get_absolute_url()), ("Corriger", "")),
    )


@never_cache
@require_safe
@permission_required(rights.VIEW)
def show(request, pk):
    """A letter, its pieces, what may be done with it, its history."""
    user = request.user
    found = Letter.objects.visible_to(user).with_parties().with_surroundings()
    letter = get_object_or_404(found, pk=pk)
    handles = rights.can_handle(user, letter)
    clerk = rights.is_clerk(user, letter)
    opinions = list(letter.opinions.select_related("asked_of", "asked_by")) if letter.has_opinions else []
    context = {
        "letter": letter,
        "files": letter.files(),
        "steps": workflow.available(letter, user),
        "clerk": clerk,
        "handles": handles,
        "can_share": clerk or handles,
        "can_reply": handles and letter.kind == "incoming" and letter.state in (State.ROUTED, State.WAITING),
        "can_acknowledge": letter.kind == "incoming" and letter.state != State.NEW and (clerk or handles),
        "opinions": opinions,
        "mine_to_give": [one for one in opinions if one.asked_of_id == user.pk and one.answered_at is None],
        "history": journal.story(letter),
        **_around(user, letter),
        "breadcrumbs": crumbs((letter.chrono, "")),
    }
    return render(request, "mail/letter.html", context)


def _around(user, letter: Letter) -> dict:
    """What is shown beside it, of the direction in which it goes."""
    if letter.is_incoming:
        cases = Case.objects.visible_to(user).filter(pk__in=letter.cases.values("pk")).order_by("reference")
        return {
            "suspensions": letter.suspensions.all() if letter.has_suspensions else [],
            "receipts": letter.receipts.all() if letter.has_receipts else [],
            "replies": letter.replies.select_related("register").order_by("pk") if letter.has_replies else [],
            "cases": cases if letter.has_cases else [],
        }
    folder = Folder.objects.filter(target_id=letter.pk, target_type__app_label="mail", target_type__model="letter")
    asked = Letter.objects.visible_to(user).filter(pk=letter.answers_id).select_related("register")
    versions = list(letter.versions.select_related("author"))
    return {
        "version": versions[0] if versions else None,
        "versions": versions,
        "folder": folder.first(),
        "asked": asked.first() if letter.answers_id else None,
        "dispatches": letter.dispatches.select_related("deposit"),
    }


@never_cache
@require_safe
@permission_required(rights.REGISTER)
def cover(request, pk):
    """The sheet to put before its pages, when they are scanned after it was registered."""
    letter = get_letter(request, pk)
    if not rights.is_clerk(request.user, letter):
        raise PermissionDenied(rights.REGISTER)
    return pdf.response(f"feuille-{letter.chrono}", paper.cover(letter))


@never_cache
@require_safe
@permission_required(rights.VIEW)
def suggestions(request):
    """The correspondents whose name holds what is typed."""
    typed = request.GET.get("q", "").strip()[:80]
    found = Correspondent.objects.visible_to(request.user).current()
    found = found.filter(name__unaccent__icontains=typed) | found.filter(siret=typed.replace(" ", ""))
    names = [{"label": one.label, "kind": one.postal_code} for one in found.order_by("name", "pk")[:8]]
    return JsonResponse({"suggestions": names if len(typed) >= 2 else []})
