"""What the trésorerie answers about a slip: taken, or refused title by title."""

import hashlib
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.shared.billing.actions.slips import move_slip
from beffroi.shared.billing.models import Regie, Slip, SlipAnswer, SlipFault
from beffroi.shared.billing.pes import acquit, reading

MOST_REASON = 300


@transaction.atomic
def read_answer(regie: Regie, content: bytes, *, actor) -> list[SlipAnswer]:
    """Read a PES Acquit: each answer is kept with its faults, and the slip follows (taken, or rejected and freed).

    The same file again adds nothing and changes nothing. Records "billing.slip_answer". Raises ValidationError when it
    cannot be read, or when it is about no slip of the régie.
    """
    try:
        answers = acquit.read(content)
    except reading.Unreadable as fault:
        raise ValidationError(str(fault)) from None
    digest = hashlib.sha256(content).hexdigest()
    kept: list[SlipAnswer] = []
    fresh: dict[int, list[acquit.Answer]] = {}
    for position, answer in enumerate(answers):
        slip = _slip(regie, answer, answers)
        if slip is None:
            continue
        row, created = SlipAnswer.objects.get_or_create(
            slip=slip,
            digest=digest,
            position=position,
            defaults={
                "accepted": answer.accepted,
                "domain": answer.domain[:40],
                "attachment": answer.unique,
                "read_by": account_of(actor),
            },
        )
        kept.append(row)
        if created:
            _keep_faults(row, slip, answer)
            fresh.setdefault(slip.pk, []).append(answer)
    if not kept:
        raise ValidationError("Cet acquittement ne parle d’aucun bordereau de cette régie.")
    for slip in Slip.objects.filter(pk__in=fresh).order_by("pk"):
        _follow(slip, fresh[slip.pk], actor)
    return kept


def _slip(regie: Regie, answer: acquit.Answer, answers: Iterable[acquit.Answer]) -> Slip | None:
    """The slip that an answer is about: named, or that of an attachment, or the only one that the file names."""
    if answer.number is not None:
        found = regie.slips.filter(number=answer.number)
        return (found.filter(year=answer.year) if answer.year else found).order_by("-year").first()
    if answer.unique:
        mine = f"BF{regie.budget_siret}B"
        if not answer.unique.startswith(mine):
            return None
        named = answer.unique.removeprefix(mine).partition("D")[0]
        return regie.slips.filter(year=named[:4], number=named[4:]).first() if named.isdigit() else None
    numbers = {(one.year, one.number) for one in answers if one.number is not None}
    if len(numbers) != 1:
        return None
    ((year, number),) = numbers
    return regie.slips.filter(number=number, **({"year": year} if year else {})).order_by("-year").first()


def _keep_faults(row: SlipAnswer, slip: Slip, answer: acquit.Answer) -> None:
    titles = {title.rank: title for title in slip.titles.all()} if answer.faults else {}
    SlipFault.objects.bulk_create(
        SlipFault(
            answer=row,
            title=titles.get(fault.piece or 0),
            line=fault.line,
            code=fault.code[:60],
            label=fault.label[:500],
        )
        for fault in answer.faults
    )


def _follow(slip: Slip, answers: list[acquit.Answer], actor) -> None:
    """A refused attachment does not reject its slip; anything else refused does."""
    about = [one for one in answers if not one.unique]
    refused = [one for one in about if not one.accepted]
    data = {"accepted": not refused, "faults": sum(len(one.faults) for one in answers)}
    journal.record("billing.slip_answer", slip, actor=actor, data=data)
    if not about or slip.status in (Slip.Status.ACCEPTED, Slip.Status.REJECTED):
        return
    if slip.status == Slip.Status.READY and not refused:
        slip = move_slip(slip, Slip.Status.SENT, actor=actor)
    if refused:
        reasons = [fault.label or fault.code for one in refused for fault in one.faults]
        words = " ; ".join(dict.fromkeys(reasons)) or "refusé sans motif"
        move_slip(slip, Slip.Status.REJECTED, actor=actor, reason=words[:MOST_REASON])
    else:
        move_slip(slip, Slip.Status.ACCEPTED, actor=actor)
