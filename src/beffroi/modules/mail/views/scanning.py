"""Batches of scanned letters: received, cut, registered one by one; the sheets that separate them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, paper, rights
from beffroi.modules.mail.forms.letters import LetterForm, registers_for
from beffroi.modules.mail.forms.scanning import BatchForm, SheetsForm
from beffroi.modules.mail.models import Batch, Letter, Register
from beffroi.modules.mail.views.common import crumbs
from beffroi.shared.files.models import StoredFile

TRAIL = ("Lots numérisés", "/bureau/courrier/lots/")
A_PAGE = 30


def _get(request, pk: int) -> Batch:
    found = Batch.objects.visible_to(request.user).select_related("register", "organisation")
    return get_object_or_404(found, pk=pk)


@never_cache
@require_safe
@permission_required(rights.REGISTER)
def index(request):
    """The batches, the latest first, with what waits in each."""
    waiting = Count("items", filter=Q(items__letter=None, items__set_aside=False))
    found = Batch.objects.visible_to(request.user).select_related("register", "organisation")
    found = found.annotate(total=Count("items"), waiting=waiting).order_by("-created_at", "-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "mail/batches.html", {"page": page, "breadcrumbs": crumbs((TRAIL[0], ""))})


@never_cache
@permission_required(rights.REGISTER)
def new(request):
    """Send what came out of the scanner."""
    registers = registers_for(request.user, rights.REGISTER)
    form = BatchForm(*posted(request, files=True), actor=request.user, registers=registers)

    def act():
        given = form.cleaned_data
        form.saved = actions.receive_batch(given["register"], actor=request.user, document=given["document"][0])

    return write(
        request,
        form,
        act,
        done="Le lot est reçu : ses plis apparaissent ici dans un instant.",
        to=lambda: form.saved.get_absolute_url(),
        heading="Envoyer un lot numérisé",
        about="Plusieurs plis numérisés d’un coup, une feuille de séparation avant chacun.",
        button="Envoyer",
        back=reverse("mail:batches"),
        breadcrumbs=crumbs(TRAIL, ("Envoyer", "")),
    )


@never_cache
@require_safe
@permission_required(rights.REGISTER)
def show(request, pk):
    """The letters of a batch: those that wait, those that are registered."""
    batch = _get(request, pk)
    items = list(batch.items.select_related("team", "letter__register"))
    files = {file.target_id: file for file in StoredFile.objects.about(*items)} if items else {}
    lines = [(item, files.get(item.pk)) for item in items]
    following = next((item for item in items if item.letter_id is None and not item.set_aside), None)
    context = {"batch": batch, "lines": lines, "following": following, "breadcrumbs": crumbs(TRAIL, (batch.name, ""))}
    return render(request, "mail/batch.html", context)


@never_cache
@permission_required(rights.REGISTER)
def register(request, pk, item):
    """Register one letter of a batch, its pages beside the form."""
    batch = _get(request, pk)
    found = get_object_or_404(batch.items.filter(letter=None, set_aside=False), pk=item)
    books = registers_for(request.user, rights.REGISTER).filter(organisation=batch.organisation_id)
    start = {"register": batch.register_id}
    form = LetterForm(*posted(request), instance=Letter(), actor=request.user, registers=books, initial=start)
    del form.fields["pieces"]

    def act():
        given = form.cleaned_data
        actions.register_item(
            found,
            form.instance,
            actor=request.user,
            sender=given["sender"],
            sender_details=form.sender_details(),
            client_uuid=given["client_uuid"],
        )

    following = batch.items.filter(letter=None, set_aside=False, position__gt=found.position).first()
    after = reverse("mail:batch_item", args=[batch.pk, following.pk]) if following else batch.get_absolute_url()
    return write(
        request,
        form,
        act,
        done="Le courrier est enregistré.",
        to=lambda: after,
        template="mail/form.html",
        heading=f"Enregistrer le pli {found.position}",
        about=f"{found.pages} du lot {batch.name}",
        scan=found.file(),
        button="Enregistrer",
        back=batch.get_absolute_url(),
        breadcrumbs=crumbs(TRAIL, (batch.name, batch.get_absolute_url()), (f"Pli {found.position}", "")),
    )


@never_cache
@require_POST
@permission_required(rights.REGISTER)
def gesture(request, pk, item, gesture):
    """Set a part of the batch aside, or join it to the one before."""
    batch = _get(request, pk)
    found = get_object_or_404(batch.items, pk=item)
    act, done = {
        "mettre-de-cote": (actions.set_item_aside, "Le pli est mis de côté."),
        "reunir": (actions.join_item, "Le pli est réuni au précédent."),
    }.get(gesture, (None, ""))
    try:
        if act is not None:
            act(found, actor=request.user)
            messages.success(request, done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(batch.get_absolute_url())


@never_cache
@permission_required(rights.REGISTER)
def sheets(request):
    """The separator sheets, to print."""
    registers = registers_for(request.user, rights.REGISTER)
    form = SheetsForm(request.GET or None, registers=registers)
    if request.GET and form.is_valid():
        given = form.cleaned_data
        book: Register = given["register"]
        content = paper.separators(book, given["teams"] or [None], given["copies"])
        return pdf.response(f"feuilles-de-separation-{book.code}", content)
    context = {"form": form, "breadcrumbs": crumbs(TRAIL, ("Feuilles de séparation", ""))}
    return render(request, "mail/sheets.html", context)
