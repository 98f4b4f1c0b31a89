"""What the public reads of the life of a report: the steps and their dates, in the name of the body, no message."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from beffroi.kernel.models import Entry
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.models.public import PublicWords
from beffroi.modules.reports.workflow import TONES, S
from beffroi.shared.cases.timeline import Item
from beffroi.shared.organisations.models import Organisation

TRANSFER = "reports.transfer"

STEPS = {
    "create": ("Signalement reçu", "inbox", S.NEW),
    "acknowledge": ("Pris en charge", "check", S.ACKNOWLEDGED),
    "schedule": ("Intervention prévue", "calendar", S.SCHEDULED),
    "ask": ("Précision demandée à l’auteur", "message-square", S.WAITING),
    "answer": ("Précision reçue", "reply", S.ACKNOWLEDGED),
    "transfer": ("Transmis à un autre organisme", "forward", S.ACKNOWLEDGED),
    "resolve": ("Résolu", "circle-check", S.RESOLVED),
    "refuse": ("Non retenu", "ban", S.REFUSED),
    "reopen": ("Rouvert", "rotate-ccw", S.ACKNOWLEDGED),
    "still_there": ("Une personne est passée\u202f: toujours là", "footprints", S.WAITING),
    "looks_solved": ("Une personne est passée\u202f: semble réglé", "footprints", S.ACKNOWLEDGED),
    "place": ("Emplacement corrigé", "map-pin", S.NEW),
    "category": ("Catégorie corrigée", "tag", S.NEW),
}


@dataclass(frozen=True)
class Hand:
    """A body through whose hands a report goes: what it is, what it does of it, since when."""

    name: str
    level: str
    role: str
    since: datetime.datetime | None = None
    current: bool = False
    reason: str = ""


def bodies_of(entries: list[Entry]) -> dict[int, Organisation]:
    """The bodies that the transfers name."""
    named = {entry.data.get(key) for entry in entries if entry.verb == TRANSFER for key in ("from", "to")}
    return Organisation.objects.in_bulk([pk for pk in named if isinstance(pk, int)]) if named else {}


def hands_of(report: Report, entries: list[Entry], bodies: dict[int, Organisation]) -> list[Hand]:
    """Commune, EPCI, Département…: who had it, who has it, who keeps an eye on it; in the order of the facts."""
    hands, since = [], report.created_at
    for entry in entries:
        body = bodies.get(entry.data.get("from", 0)) if entry.verb == TRANSFER else None
        if body is not None:
            hands.append(Hand(body.name, body.get_kind_display(), "a transmis", since))
            since = entry.at
    body = report.competent
    role = "s’en est occupé" if report.closed_at else "s’en occupe" if report.acknowledged_at else "doit s’en occuper"
    hands.append(Hand(body.name, body.get_kind_display(), role, since, True, report.competence_reason))
    if report.external_id:
        watch = report.organisation
        hands.append(Hand(watch.name, watch.get_kind_display(), "garde l’œil dessus et vous tient au courant"))
    return hands


def detail_of(report: Report, entry: Entry, bodies: Mapping[int, Organisation]) -> str:
    """What is said of a step besides its name: why it was refused, to whom it went."""
    word = entry.verb.rpartition(".")[2]
    if word == "refuse" and report.refusal:
        return report.get_refusal_display()
    body = bodies.get(entry.data.get("to", 0)) if word == "transfer" else None
    return f"{body} ({body.get_kind_display().lower()})" if body else ""


def steps_of(report: Report, entries: list[Entry], bodies: dict[int, Organisation]) -> list[Item]:
    """The public steps, newest first."""
    items = []
    for entry in entries:
        app, _, word = entry.verb.rpartition(".")
        if app != "reports" or word not in STEPS:
            continue
        title, icon, state = STEPS[word]
        text = detail_of(report, entry, bodies)
        items.append(Item(at=entry.at, title=title, text=text, icon=icon, tone=TONES[state]))
    return items[::-1]


def sentence_of(report: PublicWords) -> str:
    """Where it stands, in one sentence."""
    body = report.competent
    if report.state == S.NEW:
        return f"Ce signalement est arrivé chez\u202f: {body}. Il n’est pas encore pris en charge."
    if report.state == S.ACKNOWLEDGED:
        return f"Organisme qui s’en occupe\u202f: {body}."
    if report.state == S.SCHEDULED:
        return f"Une intervention est prévue. Organisme qui s’en occupe\u202f: {body}."
    if report.state == S.WAITING:
        return f"{body} attend une précision de l’auteur."
    if report.state == S.RESOLVED:
        return f"Ce problème est résolu. Organisme qui s’en est occupé\u202f: {body}."
    return f"Ce signalement n’est pas retenu\u202f: {report.get_refusal_display().lower() or 'voir l’explication'}."
