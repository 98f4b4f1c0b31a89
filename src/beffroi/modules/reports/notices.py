"""Who is told of a report: its author and followers, the agents, and the competent body that has no desk here."""

from collections.abc import Iterator

from beffroi.kernel.models import Entry
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.relay import relay_url
from beffroi.shared.cases.notices import case_recipients, standard_notices

CATEGORY = "reports"


def external_recipient(entry: Entry) -> Iterator[Recipient]:
    """The competent body without desk, by its public e-mail address, with the link by which it answers."""
    report: Report = entry.target
    if report.external_id and report.external.email and report.is_open:
        yield Recipient(email=report.external.email, name=str(report.external), link=relay_url(report))


def _told(verb: str, template: str, label: str) -> Notice:
    return Notice(
        verb=f"reports.{verb}",
        recipients=case_recipients,
        template=f"reports/notices/{template}",
        category=CATEGORY,
        label=label,
    )


NOTICES = [
    _told("create", "created", "Mon signalement est bien reçu"),
    _told("acknowledge", "acknowledged", "Un signalement que je suis est pris en charge"),
    _told("schedule", "scheduled", "Une intervention est prévue"),
    _told("ask", "asked", "Une précision m’est demandée"),
    _told("message", "message", "Un message m’est adressé"),
    _told("transfer", "transferred", "Un signalement que je suis change d’organisme"),
    _told("resolve", "resolved", "Un signalement que je suis est résolu"),
    _told("refuse", "refused", "Un signalement que je suis n’est pas retenu"),
    _told("reopen", "reopened", "Un signalement que je suis est rouvert"),
    _told("merge", "merged", "Mon signalement est regroupé avec un autre"),
    *[
        Notice(
            verb=f"reports.{verb}",
            recipients=external_recipient,
            template="reports/notices/relayed",
            category=CATEGORY,
            label="Un signalement relève de mon organisme",
        )
        for verb in ("create", "transfer", "reopen")
    ],
    *standard_notices("reports", CATEGORY),
]
