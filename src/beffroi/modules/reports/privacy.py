"""How the personal data of reports dies, a year after their end; « mes données » is answered by the cases."""

from dataclasses import replace
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.reports.actions import stop_watch
from beffroi.modules.reports.models import Report, Watch
from beffroi.shared.cases.retention import anonymise_case, rule_for
from beffroi.shared.files.models import StoredFile

BASIS = (
    "Règlement (UE) 2016/679, art. 5, 1, e et 6, 1, e (mission d’intérêt public) : un an après la fin, le temps de "
    "répondre à une réclamation. Restent le fait, le lieu et les dates."
)


@transaction.atomic
def anonymise_report(report: Report) -> None:
    """Contacts, texts, answers and photos go; category, place and dates stay."""
    Report.objects.filter(pk=report.pk).update(answers={})
    anonymise_case(report)


def _originals(now):
    """The photos before their blur, of reports that ended a month ago or more."""
    ended = Report.objects.filter(closed_at__lt=now - ORIGINALS_KEPT).values("pk")
    kind = ContentType.objects.get_for_model(Report)
    return StoredFile.objects.filter(kind="original", target_type=kind, target_id__in=ended)


ORIGINALS_KEPT = timedelta(days=30)
ORIGINALS = RetentionRule(
    code="reports.originals",
    model="files.StoredFile",
    label="Photos de signalements avant leur floutage",
    basis=(
        "Règlement (UE) 2016/679, art. 5, 1, c et e : ce qui est flouté ne sert pas à traiter le signalement ; un mois "
        "après la fin suffit pour corriger une zone mal dessinée."
    ),
    keep=ORIGINALS_KEPT,
    due=_originals,
    apply=lambda file: file.delete(),
    action="delete",
)
WATCH_WAIT = timedelta(days=7)
WATCHES = RetentionRule(
    code="reports.watch_unconfirmed",
    model="reports.Watch",
    label="Veilles sur les signalements jamais confirmées",
    basis="RGPD, article 5 : une adresse qui n’a pas confirmé n’est pas gardée",
    keep=WATCH_WAIT,
    due=lambda now: Watch.objects.filter(confirmed_at=None, created_at__lt=now - WATCH_WAIT),
    apply=stop_watch,
    action="delete",
    each=False,
)
RULE = replace(rule_for(Report, timedelta(days=365), basis=BASIS), apply=anonymise_report)
