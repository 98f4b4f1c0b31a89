"""How the personal data of reports dies, a year after their end; « mes données » is answered by the cases."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from beffroi.modules.reports.models import Report
from beffroi.shared.cases.retention import anonymise_case, rule_for

BASIS = (
    "Règlement (UE) 2016/679, art. 5, 1, e et 6, 1, e (mission d’intérêt public) : un an après la fin, le temps de "
    "répondre à une réclamation. Restent le fait, le lieu et les dates."
)


@transaction.atomic
def anonymise_report(report: Report) -> None:
    """Contacts, texts, answers and photos go; category, place and dates stay."""
    Report.objects.filter(pk=report.pk).update(answers={})
    anonymise_case(report)


RULE = replace(rule_for(Report, timedelta(days=365), basis=BASIS), apply=anonymise_report)
