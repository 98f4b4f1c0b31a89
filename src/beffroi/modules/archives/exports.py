"""Tables, search, figures and open data of the archives."""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import Count, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from beffroi.kernel.modules import Dataset, Indicator, SearchSource, column
from beffroi.kernel.search import Document
from beffroi.kernel.sheets import Sheet
from beffroi.modules.archives import listing, rights
from beffroi.modules.archives.models import Box, Elimination, Line, Transfer, TransferFolder

LIMIT = 20_000


def _totalled(rows, model, path: str):
    lines = model.objects.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(total=Count("pk"))
    return rows.annotate(total=Coalesce(Subquery(lines.values("total"), output_field=IntegerField()), 0))


def summed(rows):
    """Slips with how many lines each has."""
    return _totalled(rows, Line, "elimination")


def counted(rows):
    """Transfers with how many files each has."""
    return _totalled(rows, TransferFolder, "transfer")


def due_sheet(rows, paper: bool, fate: str) -> Sheet:
    """What may leave, as it is filtered."""
    headers = (
        "Intitulé",
        "Référence",
        "Collectivité",
        "Série",
        "Sort final",
        "Plus ancien",
        "Plus récent",
        "Métrage ou volume",
        "DUA échue le",
        "Retenu par",
    )
    found = list(rows[:LIMIT])
    listing.tell(found, paper=paper, destroying=fate == "eliminer")
    lines = (
        (
            one.told.title,
            one.told.reference,
            one.told.body,
            one.told.series,
            one.told.fate,
            one.told.first,
            one.told.last,
            one.told.amount,
            one.told.ended,
            one.told.obstacle.text if one.told.obstacle else "",
        )
        for one in found
    )
    return Sheet("Archives", headers, lines, (40, 18, 28, 30, 20, 14, 14, 22, 14, 40))


def slips_sheet(rows) -> Sheet:
    """The register of the slips, a line each."""
    headers = (
        "Numéro",
        "Objet",
        "Collectivité",
        "État",
        "Préparé le",
        "Visé le",
        "Référence du visa",
        "Visé par",
        "Détruit le",
        "Intitulé de la ligne",
        "Série",
        "Plus ancien",
        "Plus récent",
        "Documents",
        "Octets",
        "Mètres",
        "Visa de la ligne",
        "Ligne détruite le",
    )
    lines = Line.objects.filter(elimination__in=rows).select_related("elimination__organisation")
    data = (
        (
            line.elimination.reference,
            line.elimination.title,
            line.elimination.organisation.name,
            line.elimination.get_state_display(),
            line.elimination.created_at,
            line.elimination.visa_on,
            line.elimination.visa_reference,
            line.elimination.visa_name,
            line.elimination.destroyed_at,
            line.title,
            line.series,
            line.first_on,
            line.last_on,
            line.documents,
            line.octets,
            line.metres,
            line.get_outcome_display(),
            line.destroyed_at,
        )
        for line in lines.order_by("elimination", "pk")[:LIMIT]
    )
    return Sheet("Bordereaux", headers, data, (16, 40, 28, 20))


def boxes_sheet(rows: Iterable[Box]) -> Sheet:
    """The boxes as they are filtered."""
    headers = (
        "Cote",
        "Intitulé",
        "Collectivité",
        "Série",
        "Emplacement",
        "Plus ancien",
        "Plus récent",
        "Clos le",
        "Mètres",
        "Utile jusqu’au",
        "État",
        "Gel",
        "Prêtée à",
        "À rendre le",
        "Contenu",
    )
    lines = (
        (
            box.reference,
            box.title,
            box.organisation.name,
            str(box.series or ""),
            str(box.shelf or ""),
            box.first_on,
            box.last_on,
            box.closed_on,
            box.metres,
            box.retention_end,
            box.get_state_display(),
            box.held_because,
            box.lent_to,
            box.lent_until,
            box.contents,
        )
        for box in rows[:LIMIT]
    )
    return Sheet("Boîtes", headers, lines, (16, 40, 28, 30, 30))


def _of_slip(slip: Elimination) -> Document:
    return Document(
        title=f"{slip.reference} – {slip.title}"[:240],
        url=slip.get_absolute_url(),
        permission=rights.VIEW,
        text=f"{slip.visa_reference} {slip.visa_name} {slip.note}".strip(),
        organisation_id=slip.organisation_id,
        weight=0.7,
        date=timezone.localdate(slip.created_at),
    )


def _of_transfer(made: Transfer) -> Document:
    return Document(
        title=f"{made.reference} – {made.title}"[:240],
        url=made.get_absolute_url(),
        permission=rights.VIEW,
        text=f"{made.identifier} {made.grant}".strip(),
        organisation_id=made.organisation_id,
        weight=0.7,
        date=timezone.localdate(made.created_at),
    )


def _of_box(box: Box) -> Document:
    return Document(
        title=f"{box.reference} – {box.title}"[:240],
        url=box.get_absolute_url(),
        permission=rights.VIEW,
        text=box.contents,
        organisation_id=box.organisation_id,
        weight=0.8,
        date=box.last_on,
    )


def _source(model, label: str, document, icon: str, order: int) -> SearchSource:
    return SearchSource(
        model=model._meta.label, label=label, queryset=model.objects.all, document=document, icon=icon, order=order
    )


SEARCH = [
    _source(Box, "Boîtes d’archives", _of_box, "box", 72),
    _source(Elimination, "Bordereaux d’élimination", _of_slip, "clipboard-list", 73),
    _source(Transfer, "Versements d’archives", _of_transfer, "package", 74),
]


def _destroyed(since: datetime.date, until: datetime.date):
    return Line.objects.filter(destroyed_at__date__gte=since, destroyed_at__date__lte=until)


def _metres(since, until) -> Decimal:
    return _destroyed(since, until).aggregate(total=Sum("metres"))["total"] or Decimal(0)


def _lines(since, until) -> Decimal:
    return Decimal(_destroyed(since, until).count())


def _transferred(since, until) -> Decimal:
    found = TransferFolder.objects.filter(transfer__state__in=("accepted", "purged"))
    return Decimal(found.filter(transfer__sent_on__gte=since, transfer__sent_on__lte=until).count())


INDICATORS = [
    Indicator(
        code="archives.eliminated",
        label="Dossiers et boîtes éliminés avec visa",
        unit="lignes",
        value=_lines,
        description="Lignes de bordereaux détruites dans la période, après le visa du service d’archives.",
    ),
    Indicator(
        code="archives.metres",
        label="Archives papier éliminées",
        unit="mètres",
        value=_metres,
        description="Longueur de tablette libérée dans la période par des éliminations visées.",
    ),
    Indicator(
        code="archives.transferred",
        label="Dossiers versés et pris en charge",
        unit="dossiers",
        value=_transferred,
        description="Dossiers envoyés dans la période et acceptés par le service d’archives.",
    ),
]


def _rows() -> Iterator[dict]:
    """A destroyed slip a line: neither titles nor names, only how much and by which visa."""
    found = Elimination.objects.filter(state="destroyed").select_related("organisation").prefetch_related("lines")
    for slip in found.order_by("organisation_id", "year", "number"):
        lines = [line for line in slip.lines.all() if line.destroyed_at]
        yield {
            "bordereau": slip.reference,
            "collectivite": slip.organisation.name,
            "siren": slip.organisation.siren,
            "visa_reference": slip.visa_reference,
            "visa_date": slip.visa_on,
            "destruction_date": timezone.localdate(slip.destroyed_at) if slip.destroyed_at else None,
            "lignes": len(lines),
            "documents": sum(line.documents for line in lines),
            "octets": sum(line.octets for line in lines),
            "metres": sum((line.metres for line in lines), Decimal(0)),
        }


DATASETS = [
    Dataset(
        code="archives-eliminations",
        title="Éliminations d’archives publiques",
        description="Bordereaux d’élimination exécutés : collectivité, visa, volume et métrage. Sans intitulé ni nom.",
        fields=(
            column("bordereau", "string", "Numéro du bordereau dans sa collectivité", True, "ELIM-2026-0001"),
            column("collectivite", "string", "Collectivité qui élimine", True, "Doullens"),
            column("siren", "string", "Son SIREN", example="200037067"),
            column("visa_reference", "string", "Référence du visa du service d’archives", True, "2026-118"),
            column("visa_date", "date", "Date du visa", True, "2026-03-02"),
            column("destruction_date", "date", "Date de la destruction", True, "2026-03-20"),
            column("lignes", "integer", "Lignes détruites", True, "12", minimum=0),
            column("documents", "integer", "Documents numériques détruits", True, "340", minimum=0),
            column("octets", "integer", "Leur volume en octets", True, "12400000", minimum=0),
            column("metres", "number", "Papier détruit, en mètres de tablette", True, "1.2", minimum=0),
        ),
        rows=_rows,
        frequency="irregular",
        keywords=("archives", "élimination", "transparence"),
    )
]
