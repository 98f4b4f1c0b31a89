"""The town halls as the public sees them: open or not at this moment, how far, found by name or postal code."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from beffroi.kernel import finding
from beffroi.shared.organisations import hours
from beffroi.shared.organisations.models import Commune
from beffroi.shared.organisations.outlines import Point, kilometres


@dataclass(frozen=True, kw_only=True)
class TownHall:
    """One commune's town hall now. `distance` is in kilometres, None when no place was given."""

    commune: Commune
    status: hours.Status
    distance: float | None = None

    @property
    def state(self) -> str:
        """« Ouverte », « Fermée » or « Horaires non communiqués »."""
        if not self.status.known:
            return "Horaires non communiqués"
        return "Ouverte" if self.status.is_open else "Fermée"

    @property
    def tone(self) -> str:
        return "done" if self.status.is_open else "neutral"

    @property
    def detail(self) -> str:
        """« ferme à 18 h », « ouvre jeudi à 16 h 30 (11-Novembre) », or nothing."""
        reason = f" ({self.status.reason})" if self.status.reason and not self.status.is_open else ""
        return f"{self.status.detail}{reason}" if self.status.detail else reason.strip(" ()")


def place_of(commune: Commune) -> Point | None:
    """Where the town hall is, else the middle of the commune."""
    return commune.location or commune.centroid


def members(now: datetime.datetime | None = None) -> list[Commune]:
    """The communes of the territory with their hours, without their outlines: three queries."""
    return list(hours.with_hours(Commune.objects.members().defer("outline"), now))


def all_now(
    communes: Iterable[Commune], now: datetime.datetime | None = None, near: Point | None = None
) -> list[TownHall]:
    """The town halls of these communes at `now`; nearest first when a place is given."""
    found = []
    for commune in communes:
        place = place_of(commune)
        distance = kilometres(near, place) if near and place else None
        found.append(TownHall(commune=commune, status=hours.status(commune, now), distance=distance))
    if near:
        found.sort(key=lambda hall: hall.distance if hall.distance is not None else 1e9)
    return found


def matching(communes: Iterable[Commune], typed: str) -> list[Commune]:
    """Those whose name or postal code holds what was typed, accents and hyphens forgiven."""
    wanted = plain(typed)
    if not wanted:
        return list(communes)
    return [c for c in communes if wanted in plain(c.name) or any(code.startswith(wanted) for code in codes(c))]


def codes(commune: Commune) -> list[str]:
    """Its postal codes, that of the town hall first."""
    return list(dict.fromkeys(code for code in (commune.postal_code, *commune.postal_codes) if code))


def plain(text: str) -> str:
    """Small letters without accents, apostrophes or hyphens; « Saint » and « Sainte » as they are abbreviated."""
    words = re.sub(r"[^a-z0-9]+", " ", finding.fold(text)).split()
    return " ".join({"saint": "st", "sainte": "ste"}.get(word, word) for word in words)


def phone_link(phone: str) -> str:
    """« 03 22 77 00 01 » as a `tel:` address wants it: « +33322770001 »; short numbers are left alone."""
    digits = re.sub(r"[^\d+]", "", phone)
    return f"+33{digits[1:]}" if re.fullmatch(r"0\d{9}", digits) else digits
