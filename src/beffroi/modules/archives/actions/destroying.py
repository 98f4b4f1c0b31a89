"""Destroy what a visaed slip allows: two steps, one line at a time, resumed where it stopped, never half done.

Each line is one transaction: its files leave the documents and it says so, or nothing has changed. The bytes that
nothing else uses are removed right after; a process killed in between is taken up by the next run (`resume`). A hold
laid at the last moment stops its line, which says why; the others go on. When no line is left, a certificate is made,
sealed, and kept for ever.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.archives import contents, eligibility, ledger, paper, rights
from beffroi.modules.archives.actions import keeping
from beffroi.modules.archives.models import Box, Elimination, Line
from beffroi.modules.archives.workflow import State, box_workflow, elimination_workflow
from beffroi.shared.documents import companions
from beffroi.shared.documents.actions import eliminate_folder
from beffroi.shared.documents.models import Folder
from beffroi.shared.documents.reading import pages
from beffroi.shared.signing import pades

PDF = "application/pdf"
Outcome = Line.Outcome


@transaction.atomic
def confirm_elimination(slip: Elimination, *, actor) -> Elimination:
    """The first of the two steps: each line is checked again, nothing is destroyed. Records "archives.confirm".

    Raises ValidationError, naming them, when some lines may no longer go.
    """
    blocked = [f"« {line.title} » : {why}" for line, why in obstacles(slip) if why]
    if blocked:
        raise ValidationError([*blocked, "Retirez ces lignes, ou levez ce qui les retient."])
    update = {"confirmed_by": actor, "confirmed_at": timezone.now()}
    elimination_workflow.fire("confirm", slip, actor=actor, update=update)
    ledger.write("elimination.confirmed", organisation=slip.organisation, reference=slip.reference)
    return slip


@transaction.atomic
def step_back(slip: Elimination, *, actor) -> Elimination:
    """Think again before the second step. Records "archives.step_back"."""
    elimination_workflow.fire("step_back", slip, actor=actor, update={"confirmed_by": None, "confirmed_at": None})
    return slip


def obstacles(slip: Elimination) -> list[tuple[Line, str]]:
    """Each line that is left to destroy, with what keeps it today (empty = nothing)."""
    lines = list(slip.lines.filter(outcome=Outcome.ACCEPTED, destroyed_at=None))
    folders = eligibility.over().filter(pk__in=[line.folder_id for line in lines if line.folder_id])
    found = {folder.pk: folder for folder in folders}
    boxes = {
        box.pk: box for box in Box.objects.filter(pk__in=[line.box_id for line in lines if line.box_id]).with_loan()
    }
    return [(line, _kept_by(line, found.get(line.folder_id), boxes.get(line.box_id))) for line in lines]


def _kept_by(line: Line, folder: Folder | None, box: Box | None) -> str:
    if line.box_id:
        if box is None or box.state != "kept":
            return "cette boîte n’est plus en place"
        box.on_slip = box.on_transfer = None
        why = eligibility.obstacle_of_box(box)
        return why.text if why else ""
    if folder is None:
        return "ce dossier n’est plus clos, ou sa durée d’utilité court de nouveau"
    folder.on_slip = folder.on_transfer = None
    why = eligibility.obstacle(folder)
    return why.text if why else companions.held(folder)


@transaction.atomic
def set_aside(line: Line, *, actor, reason: str) -> Line:
    """Take a line off a visaed slip: it will not be destroyed, its file is free again. Records "archives.set_aside"."""
    slip = Elimination.objects.select_for_update(of=("self",)).get(pk=line.elimination_id)
    rights.require(actor, rights.ELIMINATE, slip.organisation_id)
    found = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : l’attestation le portera."})
    allowed = (State.VISAED, State.CONFIRMED, State.DESTROYING)
    if slip.state not in allowed or found.outcome != Outcome.ACCEPTED or found.destroyed_at is not None:
        raise ValidationError("Cette ligne ne peut plus être retirée.")
    found.outcome, found.refusal, found.is_open = Outcome.SET_ASIDE, reason.strip()[:300], False
    found.save(update_fields=["outcome", "refusal", "is_open"])
    ledger.write("elimination.set_aside", organisation=slip.organisation, reference=slip.reference, line=found.pk)
    journal.record("archives.set_aside", slip, actor=actor, data={"line": found.pk})
    return found


@transaction.atomic
def start_destruction(slip: Elimination, *, actor, typed: str, method: str = "") -> Elimination:
    """The second step: `typed` is the number of the slip, written by hand. A job destroys the lines. Records
    "archives.destroy"."""
    if typed.strip().upper() != slip.reference:
        raise ValidationError({"typed": f"Écrivez le numéro du bordereau, {slip.reference}, pour confirmer."})
    if slip.lines.filter(outcome=Outcome.ACCEPTED, box__isnull=False).exists() and not method.strip():
        raise ValidationError({"method": "Dites comment le papier est détruit (broyage par…)."})
    update = {"destroyed_by": actor, "method": method.strip()}
    elimination_workflow.fire("destroy", slip, actor=actor, update=update)
    jobs.defer("archives.destroy", elimination_id=slip.pk)
    return slip


def resume(slip: Elimination) -> Elimination:
    """Destroy the lines that are left, remove the bytes, and certify when all is done. Run again, it goes on."""
    for pk in slip.lines.filter(outcome=Outcome.ACCEPTED, destroyed_at=None).values_list("pk", flat=True):
        _destroy(pk)
    for line in Line.objects.filter(elimination=slip, destroyed_at__isnull=False, purged_at=None):
        _purge(line, slip)
    _certify(slip)
    slip.refresh_from_db()
    return slip


def resume_all() -> int:
    """Take up every destruction that was interrupted; returns how many slips are still under way."""
    for slip in Elimination.objects.filter(state=State.DESTROYING).select_related("organisation"):
        resume(slip)
    return Elimination.objects.filter(state=State.DESTROYING).count()


def _destroy(pk: int) -> None:
    try:
        with transaction.atomic():
            _destroy_line(pk)
    except (ValidationError, TransitionRefused) as refusal:
        said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        Line.objects.filter(pk=pk, destroyed_at=None).update(blocked_because=said[:300])
    except IntegrityError as fault:  # the database itself refuses what is held
        if "held" not in str(fault):
            raise
        Line.objects.filter(pk=pk, destroyed_at=None).update(blocked_because="Un gel l’empêche.")


def _destroy_line(pk: int) -> None:
    line = Line.objects.select_for_update(of=("self",)).select_related("elimination__organisation").get(pk=pk)
    slip = Elimination.objects.select_for_update(of=("self",)).get(pk=line.elimination_id)
    if line.destroyed_at is not None or line.outcome != Outcome.ACCEPTED or slip.state != State.DESTROYING:
        return
    basis = f"{slip.reference}, visa {slip.visa_reference} du {slip.visa_on:%d/%m/%Y}"
    if line.box_id:
        _eliminate_box(line, slip, basis)
    else:
        _eliminate_folder(line, slip, basis)
    line.destroyed_at, line.is_open, line.blocked_because = timezone.now(), False, ""
    line.save(update_fields=["destroyed_at", "is_open", "blocked_because", "digests", "documents"])
    ledger.write(
        "elimination.line",
        organisation=line.elimination.organisation,
        reference=slip.reference,
        line=line.pk,
        documents=line.documents,
        octets=line.octets,
        metres=str(line.metres),
        sha256=line.digests,
    )


def _eliminate_box(line: Line, slip: Elimination, basis: str) -> None:
    box = Box.objects.select_for_update(of=("self",)).get(pk=line.box_id)
    if box.held_because:
        raise ValidationError(f"Gel : {box.held_because}")
    if box.loans.out().exists():
        raise ValidationError("Elle est prêtée.")
    box_workflow.fire("eliminate_box", box, actor=slip.destroyed_by, data={"basis": basis}, check=False)


def _eliminate_folder(line: Line, slip: Elimination, basis: str) -> None:
    """The right was checked at the second step: the platform goes on in the name of who took it, where they may."""
    folder = Folder.objects.select_related("space").get(pk=line.folder_id)
    if why := _kept_by(line, eligibility.over().filter(pk=folder.pk).first(), None):
        raise ValidationError(why)
    line.digests = contents.digests_of(folder, others=companions.of_folder(folder))
    actor = slip.destroyed_by
    try:
        with transaction.atomic():
            line.documents = eliminate_folder(folder, actor=actor, basis=basis)
    except PermissionDenied:
        line.documents = eliminate_folder(folder, actor=None, basis=basis)


def _purge(line: Line, slip: Elimination) -> None:
    """Remove the bytes that nothing else uses; the pictures of their pages go with them."""
    gone = keeping.remove_now(line.digests)
    for sha256 in gone:
        pages.forget(sha256)
    with transaction.atomic():
        found = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
        if found.purged_at is None:
            found.purged_at = timezone.now()
            found.save(update_fields=["purged_at"])
            ledger.write(
                "elimination.purged",
                organisation=slip.organisation,
                reference=slip.reference,
                line=line.pk,
                removed=len(gone),
                shared=len(line.digests) - len(gone),
            )


@transaction.atomic
def _certify(slip: Elimination) -> None:
    """The certificate, once nothing is left to destroy."""
    found = Elimination.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    accepted = found.lines.filter(outcome=Outcome.ACCEPTED)
    if found.state != State.DESTROYING or accepted.filter(purged_at=None).exists():
        return
    now = timezone.now()
    found.destroyed_at = now
    content = paper.certificate(found)
    text = f"Attestation scellée\n{found.organisation}"[:80]
    sealed = pades.sign_with_seal(content, text=text, reason=f"Attestation de destruction {found.reference}")
    keeping.keep(
        sealed,
        target=found,
        name=f"attestation-{found.reference}.pdf",
        mime=PDF,
        actor=found.destroyed_by,
        kind="certificate",
        label="Attestation de destruction",
    )
    elimination_workflow.fire(
        "destroyed",
        found,
        actor=found.destroyed_by,
        update={"destroyed_at": now},
        data={"lines": accepted.count()},
        check=False,
    )
    ledger.write(
        "elimination.certified", organisation=found.organisation, reference=found.reference, lines=accepted.count()
    )
