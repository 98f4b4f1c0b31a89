"""Open data, search, what search engines read, the lists as tables."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.modules import Dataset, SearchSource, SitemapSource, column
from beffroi.kernel.search import Document
from beffroi.kernel.sheets import Sheet
from beffroi.modules.transparency.models import Budget, BudgetLine, Grant
from beffroi.modules.transparency.models.budget import AMOUNTS
from beffroi.modules.transparency.workflow import State


def budget_rows() -> Iterator[dict]:
    """Every line of the budgets online, as SCDL budget 0.8.3 wants them."""
    lines = BudgetLine.objects.filter(budget__state=State.PUBLISHED).select_related("budget")
    for line in lines.order_by("budget__year", "budget_id", "rank").iterator(chunk_size=1000):
        special = {None: None, True: "spécialisé", False: "non spécialisé"}[line.is_special]
        yield {
            "BGT_NATDEC": line.budget.get_step_display(),
            "BGT_ANNEE": line.budget.year,
            "BGT_SIRET": line.budget.siret,
            "BGT_NOM": line.budget.name,
            "BGT_CONTNAT": line.chapter,
            "BGT_CONTNAT_LABEL": line.chapter_label,
            "BGT_NATURE": line.account,
            "BGT_NATURE_LABEL": line.account_label,
            "BGT_FONCTION": line.function or None,
            "BGT_FONCTION_LABEL": line.function_label or None,
            "BGT_OPERATION": line.operation or None,
            "BGT_SECTION": line.section,
            "BGT_OPBUDG": "ordre" if line.is_order else "réel",
            "BGT_CODRD": line.way,
            **{name: getattr(line, field) for field, name in AMOUNTS.items()},
            "BGT_ARTSPE": special,
        }


def grant_rows() -> Iterator[dict]:
    """The grants online, as SCDL subventions 2.1.1 wants them; bodies without SIRET are left out."""
    grants = Grant.objects.online().exclude(organisation__siret="").select_related("organisation")
    for grant in grants.order_by("convention_on", "pk").iterator(chunk_size=500):
        yield {
            "nomAttribuant": grant.organisation.name,
            "idAttribuant": grant.organisation.siret,
            "dateConvention": grant.convention_on,
            "referenceDecision": grant.reference or None,
            "nomBeneficiaire": grant.beneficiary,
            "idBeneficiaire": grant.beneficiary_siret or None,
            "rnaBeneficiaire": grant.beneficiary_rna or None,
            "objet": grant.object,
            "montant": grant.amount,
            "nature": grant.nature,
            "conditionsVersement": grant.terms,
            "datesPeriodeVersement": grant.period,
            "idRAE": grant.rae or None,
            "notificationUE": "oui" if grant.notified else "non",
            "pourcentageSubvention": grant.share.normalize(),
            "dispositifAide": grant.scheme or None,
        }


BUDGETS = Dataset(
    code="budget",
    title="Budgets des collectivités",
    description=(
        "Les budgets votés et les comptes administratifs des collectivités du territoire, ligne par ligne, au format "
        "commun des collectivités (SCDL, schéma budget 0.8.3). Montants en euros."
    ),
    fields=(
        column("BGT_NATDEC", "string", "Étape du budget", True, "budget primitif", enum=list(Budget.Step.labels)),
        column("BGT_ANNEE", "integer", "Exercice", True, "2026"),
        column("BGT_SIRET", "string", "SIRET du budget", True, "24800000000017", pattern=r"^\d{14}$"),
        column("BGT_NOM", "string", "Nom de la collectivité ou du budget annexe", True),
        column("BGT_CONTNAT", "string", "Chapitre", True, "011", maxLength=9),
        column("BGT_CONTNAT_LABEL", "string", "Intitulé du chapitre", True, "Charges à caractère général"),
        column("BGT_NATURE", "string", "Compte", True, "60612", maxLength=9),
        column("BGT_NATURE_LABEL", "string", "Intitulé du compte", True, "Énergie, électricité"),
        column("BGT_FONCTION", "string", "Fonction", False, "845", maxLength=9),
        column("BGT_FONCTION_LABEL", "string", "Intitulé de la fonction", False, "Voirie communale"),
        column("BGT_OPERATION", "string", "Opération"),
        column("BGT_SECTION", "string", "Section", True, enum=["investissement", "fonctionnement"]),
        column("BGT_OPBUDG", "string", "Opération réelle ou d’ordre", True, enum=["réel", "ordre"]),
        column("BGT_CODRD", "string", "Recette ou dépense", True, enum=["recette", "dépense"]),
        column("BGT_MTREAL", "number", "Réalisé (compte administratif)"),
        column("BGT_MTBUDGPREC", "number", "Budget précédent"),
        column("BGT_MTRARPREC", "number", "Restes à réaliser de l’exercice précédent"),
        column("BGT_MTPROPNOUV", "number", "Propositions nouvelles"),
        column("BGT_MTPREV", "number", "Budget voté"),
        column("BGT_CREDOUV", "number", "Crédits ouverts"),
        column("BGT_MTRAR3112", "number", "Restes à réaliser de l’exercice"),
        column("BGT_ARTSPE", "string", "Article spécialisé", enum=["non spécialisé", "spécialisé"]),
    ),
    rows=budget_rows,
    frequency="annual",
    keywords=("budget", "compte administratif", "finances", "SCDL"),
)
GRANTS = Dataset(
    code="subventions",
    title="Subventions attribuées",
    description=(
        "Les données essentielles des conventions de subvention des collectivités du territoire (décret n° 2017-779), "
        "au format commun des collectivités (SCDL, schéma subventions 2.1.1)."
    ),
    fields=(
        column("nomAttribuant", "string", "Collectivité qui attribue", True),
        column("idAttribuant", "string", "SIRET de cette collectivité", True, pattern=r"^\d{14}$"),
        column("dateConvention", "date", "Date de la convention", True),
        column("referenceDecision", "string", "Référence de la décision"),
        column("nomBeneficiaire", "string", "Bénéficiaire", True),
        column("idBeneficiaire", "string", "SIRET du bénéficiaire"),
        column("rnaBeneficiaire", "string", "Numéro RNA du bénéficiaire", pattern=r"^W\d{9}$"),
        column("objet", "string", "Objet", True, maxLength=256),
        column("montant", "number", "Montant total en euros", True),
        column("nature", "string", "Nature", True, "aide en numéraire", enum=list(Grant.Nature.values)),
        column("conditionsVersement", "string", "Conditions de versement", True, "unique", maxLength=256),
        column("datesPeriodeVersement", "string", "Date ou période de versement", True, "2026-03-14/2026-12-31"),
        column("idRAE", "string", "Identifiant au répertoire des aides aux entreprises", maxLength=5),
        column("notificationUE", "string", "Aide notifiée à la Commission européenne", True, enum=["oui", "non"]),
        column("pourcentageSubvention", "number", "Part de ce bénéficiaire", True, "1", minimum=0.01, maximum=1),
        column("dispositifAide", "string", "Identifiant du dispositif d’aide"),
    ),
    rows=grant_rows,
    keywords=("subvention", "association", "finances", "SCDL"),
)


def _budget_document(budget: Budget) -> Document | None:
    if budget.state != State.PUBLISHED:
        return None
    return Document(
        title=f"{budget} – {budget.name}"[:300],
        text=f"{budget.organisation.name}\nbudget finances {budget.year}",
        url=budget.get_absolute_url(),
        public=True,
        weight=0.6,
        date=budget.decided_on or timezone.localdate(budget.published_at),
    )


SEARCH = SearchSource(
    model="transparency.Budget",
    label="Budgets",
    queryset=lambda: Budget.objects.online().select_related("organisation"),
    document=_budget_document,
    icon="coins",
    order=65,
)

SITEMAP = SitemapSource(
    code="budgets",
    entries=lambda: [
        (reverse("transparency:public_budgets"), None),
        (reverse("transparency:public_grants"), None),
        *(
            (reverse("transparency:public_budget", args=[pk]), published)
            for pk, published in Budget.objects.online().order_by("-pk").values_list("pk", "published_at")[:2000]
        ),
    ],
)


def grants_sheet(grants) -> Sheet:
    """The grants as they are filtered."""
    headers = (
        "Collectivité",
        "Convention du",
        "Bénéficiaire",
        "SIRET",
        "RNA",
        "Objet",
        "Montant total",
        "Part",
        "Montant du bénéficiaire",
        "Nature",
        "Versement",
        "Référence",
        "État",
        "Publiée le",
        "À publier avant le",
    )
    lines = (
        (
            grant.organisation.name,
            grant.convention_on,
            grant.beneficiary,
            grant.beneficiary_siret,
            grant.beneficiary_rna,
            grant.object,
            grant.amount,
            grant.share,
            grant.given,
            grant.get_nature_display(),
            grant.terms,
            grant.reference,
            grant.get_state_display(),
            grant.published_at,
            grant.publish_by if grant.is_compelled else None,
        )
        for grant in grants.iterator(chunk_size=500)
    )
    return Sheet("Subventions", headers, lines, (24, 14, 30, 16, 12, 50, 14, 8, 14, 18, 18, 16))
