"""Open data, search, figures for the roadmap, addresses for search engines."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils import timezone

from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.modules import Dataset, Indicator, SearchSource, SitemapSource, column
from beffroi.kernel.search import Document
from beffroi.modules.reports import statistics
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.routing import operator
from beffroi.modules.reports.statistics import Scope
from beffroi.shared.cases.searching import source_for

RELATED = ("category__parent", "commune", "organisation", "external")


def rows() -> Iterator[dict]:
    """One line for each public report: no text, no contact; a place given by commune only is not given as a point."""
    body = operator()
    publisher = {"coll_nom": body.name if body else "", "coll_siret": body.siret if body else ""}
    for report in Report.objects.public().select_related(*RELATED).order_by("created_at").iterator(chunk_size=500):
        longitude, latitude = (None, None) if report.is_approximate else report.location
        yield publisher | {
            "reference": report.reference,
            "categorie_code": report.category.code,
            "categorie": report.category.label,
            "famille": report.category.parent.label if report.category.parent_id else report.category.label,
            "etat": str(report.get_state_display()),
            "motif_refus": str(report.get_refusal_display()) if report.refusal else "",
            "commune_insee": report.commune.code_insee,
            "commune": report.commune.name,
            "organisme": str(report.competent),
            "organisme_nature": str(report.competent.get_kind_display()),
            "canal": str(report.get_channel_display()),
            "date_signalement": timezone.localdate(report.created_at).isoformat(),
            "date_prise_en_charge": _day(report.acknowledged_at),
            "date_fin": _day(report.closed_at),
            "precision": str(report.get_precision_display()),
            "latitude": None if latitude is None else round(latitude, 5),
            "longitude": None if longitude is None else round(longitude, 5),
        }


def _day(moment) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None


DATASET = Dataset(
    code="signalements",
    title="Signalements dans l’espace public",
    description=(
        "Les problèmes signalés par les habitants et les agents\u202f: nature, lieu, dates, organisme compétent, "
        "issue. Sans texte, sans photo et sans donnée personnelle\u202f; les signalements privés n’y sont pas."
    ),
    fields=(
        column("coll_nom", "string", "Nom de la collectivité qui publie"),
        column("coll_siret", "string", "SIRET de la collectivité qui publie", pattern="^([0-9]{14})?$"),
        column("reference", "string", "Référence publique du signalement", True, example="SIG-2026-000123"),
        column("categorie_code", "string", "Code de la catégorie", True, example="nid-de-poule"),
        column("categorie", "string", "Catégorie du problème", True, example="Nid-de-poule, chaussée abîmée"),
        column("famille", "string", "Famille de la catégorie", True, example="Voirie"),
        column("etat", "string", "État du signalement", True, example="Résolu"),
        column("motif_refus", "string", "Motif, pour un signalement non retenu"),
        column(
            "commune_insee",
            "string",
            "Code INSEE de la commune",
            example="80253",
            pattern="^[0-9AB]{5}$",
            required=True,
        ),
        column("commune", "string", "Nom de la commune", True, example="Doullens"),
        column("organisme", "string", "Organisme compétent", True, example="Doullens"),
        column("organisme_nature", "string", "Nature de l’organisme compétent", True, example="Commune"),
        column("canal", "string", "Comment le signalement est arrivé", True, example="Site"),
        column("date_signalement", "date", "Jour du signalement", True, example="2026-03-02"),
        column("date_prise_en_charge", "date", "Jour de la prise en charge"),
        column("date_fin", "date", "Jour de la fin"),
        column("precision", "string", "Ce que vaut la position", True, example="point placé sur la carte"),
        column("latitude", "number", "Latitude (WGS 84)", example="50.15694", minimum=-90, maximum=90),
        column("longitude", "number", "Longitude (WGS 84)", example="2.34083", minimum=-180, maximum=180),
    ),
    rows=rows,
    keywords=("signalement", "voirie", "espace public", "propreté", "éclairage"),
    longitude="longitude",
    latitude="latitude",
)


def _document(report: Report) -> Document | None:
    if not report.is_public:
        return None
    texts = (report.reference, report.commune.name, report.public_address, report.public_text)
    return Document(
        title=f"{report.public_title} ({report.reference})",
        text="\n".join(text for text in texts if text),
        url=report.public_url(),
        public=True,
        weight=0.5,
        date=report.created_at.date(),
    )


SEARCH = [
    SearchSource(
        model="reports.Report",
        label="Signalements",
        queryset=lambda: Report.objects.select_related(*RELATED),
        document=_document,
        icon="megaphone",
        order=70,
    ),
    replace(source_for(Report, icon="megaphone"), label="Dossiers de signalement"),
]


def _during(since, until) -> statistics.Line:
    """The figures of the days from `since` to `until`, both included."""
    return statistics.total(Scope(), midnight(since), midnight_after(until))


def _decimal(value: float | None, places: str = "0.1") -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal(places))


INDICATORS = [
    Indicator(
        code="reports.filed",
        label="Signalements reçus",
        unit="signalements",
        value=lambda since, until: Decimal(_during(since, until).filed),
        description="Signalements publics reçus dans la période, regroupements exclus.",
    ),
    Indicator(
        code="reports.days_to_fix",
        label="Délai médian de résolution",
        unit="jours",
        value=lambda since, until: _decimal(_during(since, until).fix),
        description="Médiane des jours entre le dépôt et la résolution, pour les signalements reçus dans la période.",
        better="down",
    ),
    Indicator(
        code="reports.in_time",
        label="Signalements résolus dans le délai prévu",
        unit="%",
        value=lambda since, until: _decimal(_during(since, until).in_time),
        description="Parmi les signalements reçus dans la période et résolus, part de ceux qui l’ont été à temps.",
    ),
]

SITEMAP = SitemapSource(
    code="signalements",
    entries=lambda: [
        ("/signalements/", None),
        ("/signalements/nouveau/", None),
        ("/signalements/chiffres/", None),
        *(
            (f"/signalements/{reference}/", closed or taken or created)
            for reference, created, taken, closed in Report.objects.public()
            .order_by("-created_at")
            .values_list("reference", "created_at", "acknowledged_at", "closed_at")[:5000]
        ),
    ],
)
