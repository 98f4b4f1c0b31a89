"""What the public reads of the life of a report: the steps and their dates, in the name of the body, no message."""

from beffroi.kernel.models import Entry
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.workflow import TONES, S
from beffroi.shared.cases.timeline import Item

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
    "place": ("Emplacement corrigé", "map-pin", S.NEW),
    "category": ("Catégorie corrigée", "tag", S.NEW),
}


def steps_of(report: Report, entries: list[Entry]) -> list[Item]:
    """The public steps, newest first."""
    items = []
    for entry in entries:
        app, _, word = entry.verb.rpartition(".")
        if app != "reports" or word not in STEPS:
            continue
        title, icon, state = STEPS[word]
        text = report.get_refusal_display() if word == "refuse" and report.refusal else ""
        items.append(Item(at=entry.at, title=title, text=text, icon=icon, tone=TONES[state]))
    return items[::-1]


def sentence_of(report: Report) -> str:
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
