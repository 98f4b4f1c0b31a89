from beffroi.modules.reports.models.competence import Competence
from beffroi.modules.reports.models.report import Refusal, Report, ReportQuerySet
from beffroi.modules.reports.models.settings import Category, Moderation

__all__ = ["Category", "Competence", "Moderation", "Refusal", "Report", "ReportQuerySet"]
