"""Open data, search, figures, the register as a table."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Avg, F

from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.modules import Dataset, Indicator, SearchSource, SitemapSource, column
from beffroi.kernel.notices.filling import absolute
from beffroi.kernel.search import Document
from beffroi.kernel.sheets import Sheet
from beffroi.modules.deliberations.models import Act, Regime
from beffroi.modules.deliberations.models.settings import SMALL
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.organisations.models import Commune


def rows() -> Iterator[dict]:
    """The deliberations published online and in force, as SCDL 2.1.5 wants them; bodies without SIRET are left out."""
    acts = Act.objects.online().filter(nature=Act.Nature.DELIBERATION, state=State.PUBLISHED)
    acts = acts.exclude(organisation__siret="").select_related("organisation").order_by("decided_on", "pk")
    for act in acts.iterator(chunk_size=500):
        voted = act.votes_cast is not None
        yield {
            "COLL_NOM": act.organisation.name,
            "COLL_SIRET": act.organisation.siret,
            "DELIB_ID": act.number,
            "DELIB_DATE": act.decided_on.isoformat(),
            "DELIB_MATIERE_CODE": act.matter,
            "DELIB_MATIERE_NOM": act.matter_name,
            "DELIB_OBJET": act.object,
            "BUDGET_ANNEE": None,
            "BUDGET_NOM": None,
            "PREF_ID": None,
            "PREF_DATE": act.received_on.isoformat() if act.received_on else None,
            "VOTE_EFFECTIF": act.voters if voted else None,
            "VOTE_REEL": act.votes_cast,
            "VOTE_POUR": act.votes_for if voted else None,
            "VOTE_CONTRE": act.votes_against if voted else None,
            "VOTE_ABSTENTION": act.abstentions if voted else None,
            "DELIB_URL": absolute(f"{act.get_absolute_url()}document/"),
        }


DATASET = Dataset(
    code="deliberations",
    title="Délibérations",
    description=(
        "Les délibérations publiées en ligne par les collectivités du territoire, au format commun des collectivités "
        "(SCDL, schéma des délibérations 2.1.5)."
    ),
    fields=(
        column("COLL_NOM", "string", "Nom de la collectivité", True, "Doullens"),
        column("COLL_SIRET", "string", "SIRET de la collectivité", True, "21800253300014", pattern="^[0-9]{14}$"),
        column("DELIB_ID", "string", "Numéro de la délibération dans son registre", True, "2026-041"),
        column("DELIB_DATE", "date", "Jour de la décision", True, "2026-11-05"),
        column("DELIB_MATIERE_CODE", "string", "Code de la matière (ACTES)", True, "7.5", pattern=r"^\d\.\d{1,2}$"),
        column("DELIB_MATIERE_NOM", "string", "Matière (ACTES)", True, "Finances locales/Subventions"),
        column("DELIB_OBJET", "string", "Objet", True, "Subvention aux associations"),
        column("BUDGET_ANNEE", "string", "Année budgétaire (non renseignée)"),
        column("BUDGET_NOM", "string", "Budget (non renseigné)"),
        column("PREF_ID", "string", "Préfecture (non renseignée)"),
        column("PREF_DATE", "date", "Jour de la réception en préfecture"),
        column("VOTE_EFFECTIF", "integer", "Élus de l’assemblée", minimum=0),
        column("VOTE_REEL", "integer", "Votants", minimum=0),
        column("VOTE_POUR", "integer", "Voix pour", minimum=0),
        column("VOTE_CONTRE", "integer", "Voix contre", minimum=0),
        column("VOTE_ABSTENTION", "integer", "Abstentions", minimum=0),
        column("DELIB_URL", "string", "Adresse du document"),
    ),
    rows=rows,
    keywords=("délibération", "conseil municipal", "conseil communautaire", "SCDL"),
)


def _document(act: Act) -> Document | None:
    if not act.is_online:
        return None
    return Document(
        title=f"{act.object[:240]} ({act})",
        text=f"{act.organisation.name}\n{act.matter_name}\n{act.number}",
        url=act.get_absolute_url(),
        public=True,
        weight=0.6,
        date=act.decided_on,
    )


SEARCH = SearchSource(
    model="deliberations.Act",
    label="Actes publiés",
    queryset=lambda: Act.objects.online().select_related("organisation"),
    document=_document,
    icon="scroll-text",
    order=60,
)

SITEMAP = SitemapSource(
    code="actes",
    entries=lambda: [
        ("/actes/", None),
        *(
            (f"/actes/{slug}/{number}/", published)
            for slug, number, published in Act.objects.online()
            .order_by("-published_at")
            .values_list("organisation__slug", "number", "published_at")[:5000]
        ),
    ],
)


def register_sheet(acts) -> Sheet:
    """The register as it is filtered."""
    headers = (
        "Collectivité",
        "Nature",
        "Numéro",
        "Objet",
        "Matière",
        "Date",
        "Signataire",
        "État",
        "Reçu en préfecture",
        "Accusé de réception",
        "Publié le",
        "Mode",
        "Notifié le",
        "Exécutoire le",
        "Pour",
        "Contre",
        "Abstentions",
        "Empreinte SHA-256",
    )
    lines = (
        (
            act.organisation.name,
            act.get_nature_display(),
            act.number,
            act.object,
            f"{act.matter} {act.matter_name}",
            act.decided_on,
            act.author,
            act.get_state_display(),
            act.received_on,
            act.receipt,
            act.published_at,
            act.get_mode_display(),
            act.notified_on,
            act.executory_on,
            act.votes_for,
            act.votes_against,
            act.abstentions,
            act.sha256,
        )
        for act in acts.iterator(chunk_size=500)
    )
    return Sheet("Registre des actes", headers, lines, (24, 20, 12, 60, 30, 12, 30, 16))


def copies_sheet(act: Act, copies) -> Sheet:
    """To whom the act was sent, how, and what proves it."""
    headers = (
        "Destinataire",
        "Moyen",
        "Adresse",
        "Envoyée le",
        "Courriel parti le",
        "Ouverte le",
        "Remise le",
        "Empreinte SHA-256",
    )
    lines = (
        (
            copy.recipient.name,
            copy.get_way_display(),
            copy.email or (str(copy.document) if copy.document else ""),
            copy.sent_at,
            copy.mail_at,
            copy.read_at,
            copy.handed_on,
            copy.sha256,
        )
        for copy in copies
    )
    return Sheet(f"Ampliations {act.number}"[:31], headers, lines, (30, 26, 36, 18, 18, 18, 14, 66))


def regime_lines(bodies) -> list[dict]:
    """Each body with its way of publishing, in two queries."""
    bodies = list(bodies)
    known = {regime.organisation_id: regime for regime in Regime.objects.filter(organisation__in=bodies)}
    small = set(Commune.objects.filter(pk__in=bodies, population__lt=SMALL).values_list("pk", flat=True))
    return [
        {"body": body, "regime": known.get(body.pk, Regime(organisation=body)), "may_choose": body.pk in small}
        for body in bodies
    ]


def _published(since, until):
    return Act.objects.online().filter(published_at__gte=midnight(since), published_at__lt=midnight_after(until))


def _count(since, until) -> Decimal:
    return Decimal(_published(since, until).count())


def _days(since, until) -> Decimal | None:
    """Mean number of days from the decision to its publication online."""
    spent = _published(since, until).aggregate(days=Avg(F("published_at__date") - F("decided_on")))["days"]
    return None if spent is None else Decimal(spent.total_seconds() / 86400).quantize(Decimal("0.1"))


INDICATORS = [
    Indicator(
        code="deliberations.published",
        label="Actes publiés en ligne",
        unit="actes",
        value=_count,
        description="Actes des collectivités du territoire publiés en ligne dans la période.",
    ),
    Indicator(
        code="deliberations.days_to_publish",
        label="Délai moyen de publication d’un acte",
        unit="jours",
        value=_days,
        description="Jours entre la décision et sa publication en ligne, pour les actes publiés dans la période.",
        better="down",
    ),
]
