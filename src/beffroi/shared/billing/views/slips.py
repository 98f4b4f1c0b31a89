"""`/bureau/regie/bordereaux/`: the titles handed to the trésorerie, and what it sends back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, pdf
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.shared.billing import actions
from beffroi.shared.billing.access import COLLECT, VIEW
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.forms import regies
from beffroi.shared.billing.forms_counter import ReturnForm, SlipForm, SlipMoveForm, SlipSignForm, signing_natures
from beffroi.shared.billing.models import Slip, SlipFault
from beffroi.shared.billing.money import words
from beffroi.shared.billing.views.common import allowed, attempt, desk, find_regie
from beffroi.shared.signing.models import Folder

PAGE = 20
TONES = {"ready": "waiting", "sent": "progress", "accepted": "done", "rejected": "late"}
MOST = 2000
SHOWN = 200
ACQUIT = b"PES_ACQUIT"
OUTCOME_TONES = {"received": "done", "known": "neutral", "unknown": "late"}
MOST_DRAWN = 500


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Bordereaux de titres", reverse("billing:slips") if steps else ""), *steps]


@desk
@require_safe
@permission_required(VIEW)
def slips(request):
    page = Paginator(Slip.objects.visible_to(request.user).select_related("regie").defer("content"), PAGE).get_page(
        request.GET.get("page")
    )
    for slip in page:
        slip.tone = TONES[slip.status]
    context = {"page": page, "regies": regies(request.user, COLLECT), "breadcrumbs": _crumbs()}
    return render(request, "billing/slips.html", context)


@desk
@permission_required(COLLECT)
def slip_new(request, code):
    """Make titles of what is due."""
    regie = find_regie(request, code, COLLECT)
    today = timezone.localdate()
    initial = {"period": today.month, "label": f"{regie.name}, {today:%m/%Y}"}
    form = SlipForm(request.POST or None, initial=initial)
    late = actions.to_hand_over(regie).late()
    made = []

    def write():
        data = form.cleaned_data
        drawn = data["documents"] or regie.pes_printed
        rows = late if data["late_only"] else actions.to_hand_over(regie)
        made.append(
            actions.write_slip(
                regie,
                rows[: MOST_DRAWN if drawn else MOST],
                period=data["period"],
                label=data["label"],
                documents=data["documents"],
                actor=request.user,
            )
        )

    if form.is_valid() and attempt(form, write):
        then = "Ses pièces jointes se préparent." if made[0].pending else "Transmettez son fichier."
        messages.success(request, f"Le bordereau est écrit : {words(made[0].amount)}. {then}")
        return HttpResponseRedirect(made[0].get_absolute_url())
    context = {
        "regie": regie,
        "form": form,
        "late": late.count(),
        "all": actions.to_hand_over(regie).count(),
        "breadcrumbs": _crumbs((regie.name, "")),
    }
    return render(request, "billing/slip_form.html", context)


def _find(request, pk) -> Slip:
    found = get_object_or_404(Slip.objects.visible_to(request.user).select_related("regie", "created_by"), pk=pk)
    found.tone = TONES[found.status]
    return found


@desk
@require_safe
@permission_required(VIEW)
def slip(request, pk):
    found = _find(request, pk)
    faults = SlipFault.objects.filter(answer__slip=found)
    titles = found.titles.select_related("invoice").prefetch_related("faults__answer")
    page = Paginator(titles, 50).get_page(request.GET.get("page"))
    context = {
        "slip": found,
        "page": page,
        "form": SlipMoveForm(),
        "answers": found.answers.select_related("read_by"),
        "faults": faults.filter(title=None).select_related("answer"),
        "answered": found.status in (Slip.Status.ACCEPTED, Slip.Status.REJECTED),
        "signed": actions.is_signed(found),
        "folder": Folder.objects.about(found).first(),
        "natures": signing_natures(found).exists(),
        "may_collect": access.can(request.user, COLLECT, found.regie.organisation_id),
        "breadcrumbs": _crumbs((f"Bordereau {found}", "")),
    }
    return render(request, "billing/slip.html", context)


@desk
@require_safe
@permission_required(VIEW)
def slip_file(request, pk):
    """The PES file, as it is transmitted."""
    found = _find(request, pk)
    if found.pending:
        messages.error(request, "Les pièces jointes se préparent : revenez dans un instant.")
        return HttpResponseRedirect(found.get_absolute_url())
    answer = HttpResponse(found.content.encode("latin-1"), content_type="application/xml; charset=iso-8859-1")
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return answer


@desk
@require_safe
@permission_required(VIEW)
def slip_notice(request, pk, rank):
    """The notice of payment of one title."""
    slip = _find(request, pk)
    rows = slip.titles.select_related("slip__regie__organisation", "invoice__regie__organisation", "invoice__credits")
    title = get_object_or_404(rows, rank=rank)
    return pdf.response(f"avis-{title.debt}", document.notice(title))


@desk
@permission_required(COLLECT)
def slip_sign(request, pk):
    """Send the file through the sign-book."""
    found = _find(request, pk)
    allowed(request, found.regie, COLLECT)
    form = SlipSignForm(request.POST or None, slip=found)
    return write(
        request,
        form,
        lambda: actions.sign_slip(found, actor=request.user, **form.cleaned_data),
        done="Le bordereau est au parapheur : son fichier revient ici signé.",
        to=found.get_absolute_url,
        heading="Faire signer le bordereau",
        about=found.label,
        button="Envoyer au parapheur",
        back=found.get_absolute_url(),
        breadcrumbs=_crumbs((f"Bordereau {found}", found.get_absolute_url()), ("Signature", "")),
    )


@desk
@require_POST
@permission_required(COLLECT)
def slip_move(request, pk):
    """It was sent, accepted, rejected."""
    found = _find(request, pk)
    allowed(request, found.regie, COLLECT)
    try:
        actions.move_slip(
            found, request.POST.get("geste", ""), actor=request.user, reason=request.POST.get("reason", "")
        )
        messages.success(request, "C’est noté.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(found.get_absolute_url())


def _by_slip(answers) -> list[dict]:
    """What a PES Acquit said, slip by slip."""
    found: dict[int, dict] = {}
    for answer in answers:
        kept = found.setdefault(answer.slip_id, {"slip": answer.slip, "accepted": True, "faults": 0})
        kept["accepted"] = kept["accepted"] and answer.accepted
        kept["faults"] += answer.faults.count()
    return list(found.values())


@desk
@permission_required(COLLECT)
def slip_return(request, code):
    """Read what the trésorerie has collected, or what it answers about a slip; each line is told."""
    regie = find_regie(request, code, COLLECT)
    form = ReturnForm(request.POST or None, request.FILES or None)
    lines, answers = [], []
    if form.is_valid():
        content = form.cleaned_data["file"].read()

        def read():
            if ACQUIT in content[:4000]:
                answers.extend(actions.read_answer(regie, content, actor=request.user))
            else:
                lines.extend(actions.read_return(regie, content, actor=request.user))

        attempt(form, read)
    for line in lines[:SHOWN]:
        line.said, line.tone = actions.OUTCOMES[line.outcome], OUTCOME_TONES[line.outcome]
    received = [line.amount for line in lines if line.outcome == "received"]
    context = {
        "regie": regie,
        "form": form,
        "lines": lines[:SHOWN],
        "count": len(lines),
        "received": len(received),
        "amount": sum(received),
        "answers": _by_slip(answers),
        "breadcrumbs": _crumbs(("Lire un retour", "")),
    }
    return render(request, "billing/slip_return.html", context)
