"""The sheet of a day on a site: who is expected, who is there, who may come for them."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch

from beffroi.modules.childcare import ratios
from beffroi.modules.childcare.models import Attendance, Booking, Child, ChildHome, Contact, Guardian, Shift, Site
from beffroi.modules.childcare.models.health import away_until
from beffroi.shared.files.models import StoredFile

PHOTO = "photo"
MOST_ROWS = 20  # children on one page of the tablet: what a weak network, and a finger, go through
BY_NAME = ("child__last_name", "child__first_name", "during", "pk")
T = TypeVar("T")
STATES = {
    "expected": ("Attendu", "neutral"),
    "here": ("Présent", "done"),
    "left": ("Parti", "progress"),
    "absent": ("Absent", "late"),
}


@dataclass
class Row:
    """A child expected that day. `status`: expected, here, left, absent.

    `away_until` = contagious, the child should not be there before that day; the sheet never says why.
    """

    booking: Booking
    attendance: Attendance | None
    adults: list[dict] = field(default_factory=list)
    away_until: datetime.date | None = None

    @property
    def status(self) -> str:
        held = self.attendance
        if held is None or not (held.arrived_at or held.absence):
            return "expected"
        if held.absence:
            return "absent"
        return "left" if held.left_at else "here"

    @property
    def words(self) -> tuple[str, str]:
        """(what is shown, its tone)."""
        return STATES[self.status]

    @property
    def photos(self) -> list[dict]:
        """Those of them whose photo the family gave."""
        return [adult for adult in self.collectors if adult.get("photo")]

    @property
    def collectors(self) -> list[dict]:
        """Those who may leave with the child."""
        return [adult for adult in self.adults if adult["pick_up"]]


@dataclass
class Sheet:
    """A site, a day, its rows, and whether there are enough facilitators for the children who are there."""

    site: Site
    day: datetime.date
    rows: list[Row]
    shifts: list[Shift]

    @property
    def counts(self) -> Counter:
        return Counter(row.status for row in self.rows)

    @property
    def staff(self) -> int:
        """Facilitators who are there now."""
        return sum(shift.left_at is None for shift in self.shifts)

    @property
    def needed(self) -> int:
        """Facilitators that the law wants for the children who are there now, each kind of activity on its own."""
        here: Counter = Counter()
        long: dict[str, bool] = {}
        for row in self.rows:
            if row.status == "here":
                structure = row.booking.activity.structure
                here[structure, row.booking.child.age(self.day) < ratios.SIX] += 1
                long[structure] = long.get(structure, False) or row.booking.unit.minutes > ratios.LONG
        return sum(
            ratios.staff_needed(
                structure, under_six=here[structure, True], over_six=here[structure, False], long=is_long
            )
            for structure, is_long in long.items()
        )

    @property
    def is_short(self) -> bool:
        return self.staff < self.needed


@dataclass(frozen=True)
class Part(Generic[T]):
    """One page of a sheet: a group, or a slice of a large one by name. `key` names it in the address."""

    key: str
    label: str
    rows: Sequence[T]


def parts_of(lines: Iterable[tuple[int, str, str, T]], *, by_name: bool = True, most: int = MOST_ROWS) -> list[Part[T]]:
    """The pages of a sheet, of `most` children at most; each child is on one of them.

    `lines`: (group, its name, last name of the child, what stands for them), in the order of the names. The first page
    of a group has the group as its key; the others, the group and their rank. `by_name` False: as the groups come.
    """
    groups: dict[tuple[str, int], list[tuple[str, T]]] = {}
    for group, name, last_name, one in lines:
        groups.setdefault((name, group), []).append((last_name, one))
    found = []
    for name, group in sorted(groups) if by_name else groups:
        held = groups[name, group]
        pages = -(-len(held) // most)
        size = -(-len(held) // pages)
        for rank in range(pages):
            cut = held[rank * size : (rank + 1) * size]
            ends = f", {_start(cut[0][0])} – {_start(cut[-1][0])}" if pages > 1 else ""
            key = f"{group}.{rank + 1}" if rank else str(group)
            found.append(Part(key, f"{name}{ends}", [one for _last, one in cut]))
    return found


def _start(last_name: str) -> str:
    """The beginning of a name, as the edge of a binder has it."""
    return last_name[:3].capitalize()


def page_of(booking: Booking) -> str:
    """The key of the page on which a child is, that day; empty when one page holds the whole site."""
    rows = Booking.objects.filter(group__site=booking.group.site_id, day=booking.day, state="booked")
    names = rows.order_by(*BY_NAME).values_list("group", "group__name", "child__last_name", "pk")
    lines = list(names)
    if len(lines) <= MOST_ROWS:
        return ""
    return next((part.key for part in parts_of(lines) if booking.pk in part.rows), "")


def photos_of(contacts: Iterable[int]) -> dict[int, str]:
    """{contact: address of the small picture}: one query."""
    kind = ContentType.objects.get_for_model(Contact)
    rows = StoredFile.objects.filter(target_type=kind, target_id__in=list(contacts), kind=PHOTO).order_by("created_at")
    return {file.target_id: file.thumbnail_url("petite") for file in rows}


def adults_of(child, photos: Mapping[int, str] = MappingProxyType({})) -> list[dict]:
    """Everybody who answers for the child or was named by a home: for the agents only."""
    found = []
    for home in child.current_homes:
        for guardian in home.active_guardians:
            person = guardian.person
            found.append(
                {
                    "name": str(person),
                    "relation": guardian.get_relation_display(),
                    "phone": person.phone,
                    "pick_up": True,
                    "emergency": True,
                    "key": f"g-{guardian.pk}",
                    "home": home.pk,
                }
            )
        for contact in home.contacts.all():
            found.append(
                {
                    "name": contact.name,
                    "relation": contact.relation,
                    "phone": contact.phone,
                    "pick_up": contact.may_pick_up,
                    "emergency": contact.in_emergency,
                    "key": f"c-{contact.pk}",
                    "home": home.pk,
                    "photo": photos.get(contact.pk, ""),
                }
            )
    return found


def homes_prefetch(path: str = "homes", *, adults: bool = True) -> Prefetch:
    """The current homes of children (`adults` = with their guardians and contacts), in a fixed number of queries."""
    if not adults:
        return Prefetch(path, ChildHome.objects.current().select_related("household__commune"), "current_homes")
    guardians = Prefetch("guardians", Guardian.objects.active().select_related("person"), to_attr="active_guardians")
    homes = ChildHome.objects.current().select_related("household__commune").prefetch_related(guardians, "contacts")
    return Prefetch(path, homes, to_attr="current_homes")


def _contacts(bookings: Iterable[Booking]) -> set[int]:
    homes = (home for booking in bookings for home in booking.child.current_homes)
    return {contact.pk for home in homes for contact in home.contacts.all() if contact.may_pick_up}


def _away(child: Child, day: datetime.date) -> datetime.date | None:
    """The day before which the child does not come back; nothing else of the health sheet is told."""
    sheet = getattr(child, "health", None)
    return away_until(sheet.content, day) if sheet else None


def read(site: Site, day: datetime.date, *, adults: bool = True) -> Sheet:
    """The sheet, in a fixed number of queries; `adults` = with those to call and who may come."""
    bookings = (
        Booking.objects.filter(group__site=site, day=day, state="booked")
        .select_related("child", "unit", "activity", "group", "attendance")
        .order_by(*BY_NAME)
    )
    if adults:
        bookings = bookings.select_related("child__health").prefetch_related(homes_prefetch("child__homes"))
    held = list(bookings)
    photos = photos_of(_contacts(held)) if adults else {}
    rows = [Row(one, getattr(one, "attendance", None)) for one in held]
    for row in rows if adults else ():
        row.adults = adults_of(row.booking.child, photos)
        row.away_until = _away(row.booking.child, day)
    shifts = list(Shift.objects.filter(site=site, day=day).select_related("worker").order_by("arrived_at"))
    return Sheet(site, day, rows, shifts)
