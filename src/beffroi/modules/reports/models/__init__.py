from beffroi.modules.reports.models.api import ApiKey
from beffroi.modules.reports.models.competence import Competence
from beffroi.modules.reports.models.outlets import Outlet, Sending
from beffroi.modules.reports.models.report import Refusal, Report, ReportQuerySet
from beffroi.modules.reports.models.roads import RoadClass, RoadLine
from beffroi.modules.reports.models.settings import Category, Moderation
from beffroi.modules.reports.models.watch import Watch

__all__ = [
    "ApiKey",
    "Category",
    "Competence",
    "Moderation",
    "Outlet",
    "Refusal",
    "Report",
    "ReportQuerySet",
    "RoadClass",
    "RoadLine",
    "Sending",
    "Watch",
]
