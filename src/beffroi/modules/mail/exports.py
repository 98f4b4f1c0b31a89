"""The register as a table, the search box, the figures."""

import datetime
from decimal import Decimal

from django.db.models import Avg, F

from beffroi.kernel.modules import Indicator, SearchSource
from beffroi.kernel.search import Document
from beffroi.kernel.sheets import Sheet
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Kind, Letter

LIMIT = 20_000


def register_sheet(letters) -> Sheet:
    """The register as it is filtered."""
    headers = (
        "Numéro",
        "Organisme",
        "Registre",
        "Sens",
        "Enregistré le",
        "Arrivé le",
        "Date du document",
        "Arrivé par",
        "Correspondant",
        "Objet",
        "Type",
        "Priorité",
        "Service",
        "Agent",
        "État",
        "À traiter avant le",
        "Décision implicite le",
        "Répondu le",
        "Envoyé le",
        "Clos le",
        "Suite donnée",
    )
    lines = (
        (
            one.chrono,
            one.organisation.name,
            one.register.name,
            one.get_kind_display(),
            one.registered_on,
            one.arrived_on,
            one.document_date,
            one.get_channel_display() if one.is_incoming else "",
            one.party,
            one.object,
            str(one.type or ""),
            one.get_priority_display(),
            str(one.team or ""),
            str(one.assignee or ""),
            one.get_state_display(),
            one.due_on,
            one.implicit_on,
            one.answered_on,
            one.sent_on,
            one.closed_at,
            one.closing,
        )
        for one in letters[:LIMIT]
    )
    return Sheet("Courrier", headers, lines, (18, 28, 20, 12, 14, 14, 14, 16, 30, 50))


def _document(letter: Letter) -> Document:
    return Document(
        title=f"{letter.chrono} – {letter.object}"[:240],
        text="\n".join(part for part in (letter.party, letter.reference, letter.details) if part),
        url=letter.get_absolute_url(),
        permission=rights.REGISTER if letter.register.team_id is None else rights.MANAGE,
        organisation_id=letter.organisation_id,
        owner_id=letter.assignee_id,
        weight=0.7,
        date=letter.registered_on,
    )


SEARCH = SearchSource(
    model="mail.Letter",
    label="Courrier",
    queryset=lambda: Letter.objects.with_parties(),
    document=_document,
    icon="mail",
    order=70,
)


def _received(since: datetime.date, until: datetime.date):
    return Letter.objects.filter(kind=Kind.INCOMING, registered_on__gte=since, registered_on__lte=until)


def _count(since, until) -> Decimal:
    return Decimal(_received(since, until).count())


def _answered(since, until):
    return Letter.objects.filter(kind=Kind.INCOMING, answered_on__gte=since, answered_on__lte=until)


def _days(since, until) -> Decimal | None:
    spent = _answered(since, until).aggregate(days=Avg(F("answered_on") - F("arrived_on")))["days"]
    return None if spent is None else Decimal(spent.total_seconds() / 86400).quantize(Decimal("0.1"))


def _in_time(since, until) -> Decimal | None:
    answered = _answered(since, until).exclude(due_on=None)
    total = answered.count()
    if not total:
        return None
    return (Decimal(answered.filter(answered_on__lte=F("due_on")).count()) * 100 / total).quantize(Decimal("0.1"))


INDICATORS = [
    Indicator(
        code="mail.received",
        label="Courriers reçus",
        unit="courriers",
        value=_count,
        description="Courriers enregistrés à l’arrivée par l’intercommunalité et les communes dans la période.",
    ),
    Indicator(
        code="mail.days_to_answer",
        label="Délai moyen de réponse au courrier",
        unit="jours",
        value=_days,
        description="Jours entre l’arrivée d’un courrier et l’envoi de sa réponse, pour les réponses de la période.",
        better="down",
    ),
    Indicator(
        code="mail.in_time",
        label="Courriers répondus dans le délai",
        unit="%",
        value=_in_time,
        description="Part des réponses de la période parties avant l’échéance fixée par le type et la priorité.",
    ),
]
