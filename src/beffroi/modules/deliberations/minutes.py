"""The minutes of a meeting, made from what was noted (CGCT L2121-15)."""

from pathlib import Path

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.modules.deliberations import quorum, wording
from beffroi.modules.deliberations.models import Change, Item, Meeting, Seat

TEMPLATE = Path(__file__).parent / "minutes.typ"
Status = Seat.Status
MOVES = {
    Status.PRESENT: "{} entre en séance.",
    Status.ABSENT: "{} quitte la séance.",
    Status.EXCUSED: "{} quitte la séance.",
}


def opening(meeting: Meeting, seats: list[Seat]) -> list[str]:
    """The date, who was convened, present, represented, absent; the quorum; who presides and who writes."""
    room = wording.Room(meeting, 0, seats, [])
    found = quorum.of_meeting(meeting, seats)
    lines = [
        f"Séance du {formats.day(meeting.held_at)} à {formats.hour(meeting.held_at)}, {meeting.place}.",
        f"Convocation du {formats.day(meeting.convened_at)}." if meeting.convened_at else "",
        f"Motif de l’urgence : {meeting.urgent_reason}" if meeting.urgent_reason else "",
        f"Présidence : {meeting.chair}." if meeting.chair else "",
        f"Secrétaire de séance : {meeting.secretary}." if meeting.secretary else "",
        f"Présents : {', '.join(room.those(Status.PRESENT)) or 'aucun'}.",
        f"Représentés : {', '.join(room.represented())}." if room.represented() else "",
        _named("Excusés", room.those(Status.EXCUSED)),
        _named("Absents", room.those(Status.ABSENT)),
        f"{formats.counted(found.members, 'membre')} en exercice, {formats.counted(found.present, 'présent')}, "
        f"{found.needed} nécessaires : le quorum {'est' if found.reached else 'n’est pas'} atteint à l’ouverture.",
    ]
    return [formats.typo(line) for line in lines if line]


def _named(head: str, names: list[str]) -> str:
    return f"{head} : {', '.join(names)}." if names else ""


def _moves(changes: list[Change], item: Item, names: dict[int, str]) -> list[str]:
    lines = []
    for change in changes:
        if change.item_id != item.pk:
            continue
        name = names[change.seat.councillor_id]
        if change.status == Status.PROXY and change.proxy_id:
            lines.append(f"{name} quitte la séance et donne pouvoir à {names[change.proxy_id]}.")
        else:
            lines.append(MOVES[Status(change.status)].format(name))
    return lines


def of_item(item: Item, changes: list[Change], names: dict[int, str]) -> list[str]:
    """What the minutes say of a point."""
    lines = [
        *_moves(changes, item, names),
        f"Rapporteur : {item.rapporteur}." if item.rapporteur else "",
        item.note,
        wording.recusal_sentence(item.recusals.all()),
        f"{item.chair} préside ce point." if item.chair and item.chair_id != item.meeting.chair_id else "",
        *item.discussion.split("\n"),
    ]
    if item.voting:
        lines.append(
            f"{formats.counted(item.in_office, 'membre')} en exercice, {formats.counted(item.present, 'présent')}, "
            f"{formats.counted(item.represented, 'pouvoir')}."
        )
        if item.asked_by:
            lines.append(f"Scrutin demandé par {formats.counted(item.asked_by, 'membre')}.")
        lines.append(wording.vote_sentence(item, list(item.ballots.all())))
    else:
        lines.append(f"Issue : {item.get_outcome_display().lower()}.")
    return [formats.typo(line.strip()) for line in lines if line.strip()]


def render(meeting: Meeting) -> bytes:
    """The PDF of the minutes, dated from the meeting: the same notes give the same file."""
    seats = list(meeting.seats.select_related("councillor"))
    names = {seat.councillor_id: str(seat.councillor) for seat in seats}
    changes = list(Change.objects.filter(seat__meeting=meeting).select_related("item", "seat"))
    items = meeting.items.select_related("chair", "meeting").prefetch_related(
        "recusals__councillor", "ballots__councillor", "ballots__cast_by"
    )
    items = list(items)
    data = {
        "title": f"Procès-verbal – {meeting.name or meeting.get_kind_display()} du {formats.day(meeting.held_at)}",
        "body": meeting.organisation.name,
        "opening": opening(meeting, seats),
        "agenda": [formats.typo(item.title) for item in items],
        "items": [
            {"title": formats.typo(f"{item.position}. {item.title}"), "lines": of_item(item, changes, names)}
            for item in items
        ],
        "signed": f"{meeting.secretary}, secrétaire de séance" if meeting.secretary else "",
    }
    return pdf.render(TEMPLATE, data, at=meeting.held_at)
