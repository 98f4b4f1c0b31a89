"""Where homes live for the rate and for the places: what was proved, told to families in plain words."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare.models import ChildHome, Move, Residence
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people.homes import Said
from beffroi.shared.people.models import Household

THEN = "Dès que le justificatif est accepté, le bon tarif vaut pour tous les jours qui ne sont pas encore facturés."
ELSEWHERE = "le tarif hors territoire s’applique, et les places s’ouvrent comme aux familles d’ailleurs"


class Residences:
    """The proved communes of some homes, read in one query."""

    def __init__(self, households: Iterable[int]):
        self._held: dict[int, list[Residence]] = defaultdict(list)
        rows = Residence.objects.filter(household__in=set(households)).select_related("commune")
        for one in rows.defer("commune__outline").order_by("household", "start"):
            self._held[one.household_id].append(one)

    def on(self, household_id: int, day: datetime.date) -> Residence | None:
        """The line that holds on a day; None = nothing was ever proved for it."""
        found = None
        for one in self._held.get(household_id, ()):
            if one.start <= day:
                found = one
        return found

    def commune(self, household_id: int, day: datetime.date) -> Commune | None:
        """Where this home lives on a day, for the rate; None = outside the territory, or not proved."""
        held = self.on(household_id, day)
        return held.commune if held else None

    def is_resident(self, home: ChildHome, day: datetime.date) -> bool:
        """Is it proved that this home lives, that day, in a commune of the EPCI?"""
        commune = self.commune(home.household_id, day)
        return bool(commune and commune.member)

    def status(self, household: Household, day: datetime.date | None = None) -> "Status":
        """What is known of a home today, and what follows from it."""
        day = day or timezone.localdate()
        rows = self._held.get(household.pk, [])
        held, last = self.on(household.pk, day), rows[-1] if rows else None
        if last is not None and last.commune_id == household.commune_id:
            return Status(True, last, _rate(held), last.start if last.start > day else None)
        if household.commune_id is None and last is None:
            return Status(True, None, _rate(None), None)
        return Status(False, held, _rate(held), None)


def _rate(held: Residence | None) -> str:
    if held is None or held.commune is None:
        return "hors territoire"
    return f"de {held.commune.name}"


@dataclass(frozen=True)
class Status:
    """`proved` = nothing is waited for; `held` = the line that counts; `begins` = when what was accepted will count."""

    proved: bool
    held: Residence | None
    rate: str
    begins: datetime.date | None

    @property
    def words(self) -> str:
        """Vérifié, or not."""
        return "Domicile vérifié" if self.proved and self.held else "Domicile à vérifier"

    @property
    def tone(self) -> str:
        return "done" if self.proved else "waiting"

    @property
    def needs_nothing(self) -> bool:
        """A home outside the territory has nothing to prove."""
        return self.proved and self.held is None

    @property
    def told(self) -> str:
        """What rate applies, said to the family."""
        if self.begins:
            return (
                f"Le tarif {self.rate} s’applique jusqu’au {self.begins:%d/%m/%Y}, puis celui de la nouvelle adresse."
            )
        if self.proved:
            return f"Le tarif {self.rate} s’applique."
        if self.held is None or self.held.commune is None:
            return f"En attendant, {ELSEWHERE}. {THEN}"
        return f"En attendant, le tarif {self.rate} continue de s’appliquer. {THEN}"


def status_of(household: Household) -> Status:
    """The same for one home: one query."""
    return Residences([household.pk]).status(household)


def said(households: Iterable[Household]) -> dict[int, Said]:
    """What « Mon foyer » tells of the homes where children live. See `people.homes`."""
    wanted = {one.pk: one for one in households}
    living = ChildHome.objects.current().filter(household__in=wanted, child__erased_at=None)
    moves = Move.objects.waiting().filter(household=OuterRef("household"))
    asked = dict(living.annotate(asked=Exists(moves)).values_list("household", "asked"))
    found = Residences(asked)
    return {pk: _said(wanted[pk], found.status(wanted[pk]), waits) for pk, waits in asked.items()}


def _said(household: Household, status: Status, asked: bool) -> Said:
    state, tone = ("", "") if status.needs_nothing else (status.words, status.tone)
    if asked:
        state, tone = "Changement d’adresse demandé", "waiting"
    return Said(
        url=reverse("childcare:my_move", args=[household.pk]),
        label="Adresse et justificatif",
        state=state,
        tone=tone,
        words=status.told,
    )
