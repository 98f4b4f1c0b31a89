"""`/bureau/regie/relances/`: the letters of reminder that wait, their batches; when and how a régie reminds."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.bulk import numbers
from beffroi.shared.billing import actions, reminding
from beffroi.shared.billing.access import INVOICE, MANAGE, VIEW
from beffroi.shared.billing.documents import letter as document
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_reminders import RemindersForm
from beffroi.shared.billing.models import LetterBatch
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_regie

PAGE = 50
SHOWN = 20
HERE = "Lettres de relance"
GESTURES = {
    "imprimer": (actions.mark_printed, "C’est noté : ces lettres sont imprimées. Postez-les, puis dites-le ici."),
    "poster": (actions.mark_posted, "C’est noté : ces relances sont envoyées."),
    "defaire": (actions.undo_letters, "Le lot est défait : ses lettres attendent de nouveau."),
}


def _crumbs(regie, *steps):
    home = (HERE, reverse("billing:letters", args=[regie.code]) if steps else "")
    return [("Bureau", "/bureau/"), home, *steps]


@desk
@require_safe
@permission_required(VIEW)
def home(request):
    """The letters of the first régie; the others are one press away."""
    mine = regies(request.user)
    if not mine:
        return render(request, "billing/no_regie.html", {"breadcrumbs": [("Bureau", "/bureau/"), (HERE, "")]})
    return redirect("billing:letters", mine[0].code)


@desk
@permission_required(VIEW)
def letters(request, code):
    """What waits to be printed, and the batches made before."""
    regie = find_regie(request, code, VIEW)
    if request.method == "POST":
        allowed(request, regie, INVOICE)
        chosen = numbers(request.POST.getlist("choix"))
        try:
            batch = actions.prepare_letters(regie, chosen, actor=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(request.path)
        messages.success(request, "Le lot est prêt : imprimez-le, puis postez-le.")
        return HttpResponseRedirect(batch.get_absolute_url())
    page = Paginator(actions.letters_of(regie).select_related("invoice"), PAGE).get_page(request.GET.get("page"))
    context = {
        "regie": regie,
        "tabs": [(one.name, reverse("billing:letters", args=[one.code])) for one in regies(request.user)],
        "page": page,
        "batches": regie.letter_batches.all()[:SHOWN],
        "may_invoice": access.can(request.user, INVOICE, regie.organisation_id),
        "may_manage": access.can(request.user, MANAGE, regie.organisation_id),
        "breadcrumbs": _crumbs(regie),
    }
    return render(request, "billing/letters.html", context)


def _find(request, pk) -> LetterBatch:
    rows = LetterBatch.objects.visible_to(request.user).select_related("regie__organisation", "created_by")
    return get_object_or_404(rows, pk=pk)


@desk
@require_safe
@permission_required(VIEW)
def batch(request, pk):
    """One batch: its letters, and what remains to be done with them."""
    found = _find(request, pk)
    context = {
        "batch": found,
        "letters": found.letters.select_related("invoice").order_by("pk"),
        "may_invoice": access.can(request.user, INVOICE, found.regie.organisation_id),
        "items": journal.story(found),
        "breadcrumbs": _crumbs(found.regie, (str(found), "")),
    }
    return render(request, "billing/letter_batch.html", context)


@desk
@require_safe
@permission_required(VIEW)
def printed(request, pk):
    """The letters in one file, a page each."""
    found = _find(request, pk)
    held = list(found.letters.select_related("invoice__regie__organisation").order_by("pk"))
    if not held:
        raise Http404("lettres")
    return pdf.response(f"relances-{found.pk}", document.render(found, held))


@desk
@require_POST
@permission_required(INVOICE)
def move(request, pk, verb):
    """Printed, posted, or undone."""
    found = _find(request, pk)
    allowed(request, found.regie, INVOICE)
    if verb not in GESTURES:
        raise Http404(verb)
    gesture, done = GESTURES[verb]
    try:
        gesture(found, actor=request.user)
        messages.success(request, done)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(found.get_absolute_url())


@desk
@permission_required(MANAGE)
def steps(request, code):
    """When, how and in which words the régie reminds."""
    regie = find_regie(request, code, MANAGE)
    form = RemindersForm(request.POST or None, regie=regie)
    if form.is_valid() and attempt(form, lambda: actions.save_reminders(regie, form.steps(), actor=request.user)):
        messages.success(request, "Les étapes des relances sont enregistrées.")
        return HttpResponseRedirect(reverse("billing:letters", args=[regie.code]))
    context = {
        "regie": regie,
        "form": form,
        "places": reminding.PLACES.items(),
        "items": journal.story(regie, limit=8),
        "breadcrumbs": _crumbs(regie, ("Étapes des relances", "")),
    }
    return render(request, "billing/reminder_steps.html", context)
