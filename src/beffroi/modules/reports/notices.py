"""Who is told of a report: its author and followers, the agents, and the competent body that has no desk here."""

from collections.abc import Iterator

from beffroi.kernel import access
from beffroi.kernel.models import Entry, User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.reports.models import Report, Watch
from beffroi.modules.reports.relay import relay_url
from beffroi.shared.cases.notices import TEAM_LIMIT, case_recipients, standard_notices

CATEGORY = "reports"
FIRST = ("reports.create", "reports.transfer")


def external_recipient(entry: Entry) -> Iterator[Recipient]:
    """The competent body without desk, by its public e-mail address, with the link by which it answers."""
    report: Report = entry.target
    if entry.verb in FIRST and report.sendings.under_way().filter(outlet__organisation=report.external_id).exists():
        return  # its own server has it open, or will
    if report.external_id and report.external.email and report.is_open:
        yield Recipient(email=report.external.email, name=str(report.external), link=relay_url(report))


def watching(entry: Entry) -> Iterator[Recipient]:
    """The addresses that watch the place of a new public report: once each, but not that of its author."""
    report: Report = entry.target
    if report is None or not report.is_public:
        return
    seen = {report.contact_email.lower()}
    for watch in Watch.objects.for_report(report):
        if watch.email not in seen:
            seen.add(watch.email)
            yield Recipient(email=watch.email, link=report.public_url(), unsubscribe=watch.get_absolute_url())


def handlers_of(entry: Entry) -> Iterator[Recipient]:
    """The agents who handle the reports of a body, with the list of what is late."""
    held = access.roles_with(Report.handle_permission)
    roles = entry.target.memberships.active().filter(role__in=held, user__is_active=True)
    for user in User.objects.filter(pk__in=roles.values("user")).order_by("pk")[:TEAM_LIMIT]:
        yield Recipient(user=user, link="/bureau/demandes/?vue=retard")


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
    Notice(
        verb="reports.nudge",
        recipients=external_recipient,
        template="reports/notices/nudge",
        category=CATEGORY,
        label="Un signalement qui relève de mon organisme est en retard",
    ),
    Notice(
        verb="reports.overdue",
        recipients=handlers_of,
        template="reports/notices/overdue",
        category=CATEGORY,
        label="Des signalements de mon organisme sont en retard",
        agents=True,
    ),
    Notice(
        verb="reports.create",
        recipients=watching,
        template="reports/notices/nearby",
        category=CATEGORY,
        label="Un problème est signalé près de chez moi",
    ),
    *standard_notices("reports", CATEGORY),
]
