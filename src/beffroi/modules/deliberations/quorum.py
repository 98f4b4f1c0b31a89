"""Who counts, and for what: the quorum and the voices of a meeting, point by point."""

from collections.abc import Iterable
from dataclasses import dataclass

from beffroi.modules.deliberations.models import Change, Item, Meeting, Recusal, Seat

Status = Seat.Status


@dataclass(frozen=True)
class Quorum:
    """`members` in office, `present` in the room, `represented` by a proxy; `needed` present for the meeting to decide.

    The majority of the members in office must be present (CGCT L2121-17), proxies not counted; on a second call, sent
    at least three days later for want of quorum, no number is needed. `voices` = {member: who gives their voice}.
    """

    members: int
    present: int
    represented: int
    needed: int
    voices: dict[int, int]

    @property
    def reached(self) -> bool:
        return self.present >= self.needed

    @property
    def voters(self) -> int:
        """How many voices may be given: those present, and those that they carry."""
        return self.present + self.represented


def standing(seats: Iterable[Seat], changes: Iterable[Change] = (), upto: int = 0) -> dict[int, tuple[str, int | None]]:
    """Where each member stands when point number `upto` is examined: {member: (status, who holds their proxy)}.
    `changes` in the order of the points."""
    members = {seat.pk: seat.councillor_id for seat in seats}
    found = {seat.councillor_id: (str(seat.status), seat.proxy_id) for seat in seats}
    for change in changes:
        if change.item.position <= upto:
            found[members[change.seat_id]] = (change.status, change.proxy_id)
    return found


def count(
    found: dict[int, tuple[str, int | None]], *, second_call: bool = False, recusals: Iterable[Recusal] = ()
) -> Quorum:
    """The quorum of members standing so, without those who stand aside.

    Who is interested in a point is neither present nor represented for it, and carries no proxy (CGCT L2131-11); who
    represents the body in the organisation concerned is not counted among the members in office either (L1111-6).
    """
    aside = {one.councillor_id: one.ground for one in recusals}
    office = len(found) - sum(1 for member in found if aside.get(member) == Recusal.Ground.MANDATE)
    voices = {
        member: member for member, (status, _proxy) in found.items() if status == Status.PRESENT and member not in aside
    }
    present = len(voices)
    carried = {
        member: proxy
        for member, (status, proxy) in found.items()
        if status == Status.PROXY and member not in aside and proxy in voices
    }
    needed = 0 if second_call else office // 2 + 1
    return Quorum(office, present, len(carried), needed, {**voices, **carried})


def of_meeting(meeting: Meeting, seats=None) -> Quorum:
    """The quorum at the opening, from what was noted."""
    seats = list(meeting.seats.all()) if seats is None else seats
    return count(standing(seats), second_call=meeting.second_call)


def of_item(item: Item, seats=None) -> Quorum:
    """The quorum when this point is put to the discussion: it is reckoned again at each (CGCT L2121-17)."""
    seats = list(item.meeting.seats.all()) if seats is None else seats
    changes = Change.objects.filter(seat__meeting=item.meeting_id).select_related("item")
    found = standing(seats, changes, item.position)
    return count(found, second_call=item.meeting.second_call, recusals=item.recusals.all())
