"""Who counts, and for what: the quorum and the votes of a meeting."""

from dataclasses import dataclass

from beffroi.modules.deliberations.models import Meeting, Seat

Status = Seat.Status


@dataclass(frozen=True)
class Quorum:
    """`members` in office, `present` in the room, `represented` by a proxy; `needed` present for the meeting to decide.

    The majority of the members in office must be present (CGCT L2121-17), proxies not counted; on a second call, sent
    at least three days later for want of quorum, no number is needed.
    """

    members: int
    present: int
    represented: int
    needed: int

    @property
    def reached(self) -> bool:
        return self.present >= self.needed

    @property
    def voters(self) -> int:
        """How many voices may be given: those present, and those that they carry."""
        return self.present + self.represented


def of_meeting(meeting: Meeting, seats=None) -> Quorum:
    """The quorum of a meeting, from what was noted."""
    seats = list(meeting.seats.all()) if seats is None else seats
    present = {seat.councillor_id for seat in seats if seat.status == Status.PRESENT}
    represented = sum(1 for seat in seats if seat.status == Status.PROXY and seat.proxy_id in present)
    needed = 0 if meeting.second_call else len(seats) // 2 + 1
    return Quorum(len(seats), len(present), represented, needed)
