from beffroi.kernel.modules import MenuItem, Module, Page, Permission, Service, Tile
from beffroi.modules.transparency import access, catalogue, exports
from beffroi.modules.transparency.access import CONFIGURE, EDIT, PUBLISH, VIEW
from beffroi.modules.transparency.models import Budget, DatasetSheet, Grant
from beffroi.modules.transparency.workflow import State


def _budget(state: str, *more):
    def arguments() -> tuple | None:
        found = Budget.objects.filter(organisation__is_operator=True, state=state).order_by("pk")
        pk = found.values_list("pk", flat=True).first()
        return (pk, *more) if pk else None

    return arguments


def _grant(state: str, *more):
    def arguments() -> tuple | None:
        found = Grant.objects.filter(organisation__is_operator=True, state=state).order_by("pk")
        pk = found.values_list("pk", flat=True).first()
        return (pk, *more) if pk else None

    return arguments


def _sheet() -> tuple | None:
    code = DatasetSheet.objects.values_list("code", flat=True).first()
    return (code,) if code else None


def _waiting(user):
    """The grants that the law wants online and that the person may publish."""
    due = Grant.objects.to_publish().values("pk")
    return access.of_bodies(Grant.objects.filter(pk__in=due), user, PUBLISH)


module = Module(
    label="Budgets et subventions",
    icon="coins",
    needs=("organisations",),
    menu=[
        MenuItem(label="Budgets", url_name="transparency:public_budgets", face="footer", icon="coins", order=6),
        MenuItem(label="Subventions", url_name="transparency:public_grants", face="footer", icon="hand-heart", order=7),
        MenuItem(
            label="Budgets",
            url_name="transparency:budgets",
            group="Assemblées",
            icon="coins",
            permission=VIEW,
            order=420,
        ),
        MenuItem(
            label="Subventions",
            url_name="transparency:grants",
            group="Assemblées",
            icon="hand-heart",
            permission=VIEW,
            order=430,
        ),
    ],
    services=[
        Service(
            code="budgets",
            label="Lire les budgets et les subventions",
            url_name="transparency:public_budgets",
            text="Ce que votre commune et l’intercommunalité dépensent, et les associations qu’elles aident.",
            icon="coins",
            keywords="budget finances compte administratif dépenses recettes impôts subvention association argent",
            order=75,
        )
    ],
    pages=[
        Page(url_name="transparency:public_budgets"),
        Page(url_name="transparency:public_budget", args=_budget(State.PUBLISHED)),
        Page(url_name="transparency:public_grants"),
        Page(url_name="transparency:budgets", permission=VIEW),
        Page(url_name="transparency:budget", permission=VIEW, args=_budget(State.PUBLISHED)),
        Page(url_name="transparency:give_budget", permission=EDIT),
        Page(url_name="transparency:budget_step", permission=PUBLISH, args=_budget(State.PUBLISHED, "retirer")),
        Page(url_name="transparency:charts", permission=CONFIGURE),
        Page(url_name="transparency:grants", permission=VIEW),
        Page(url_name="transparency:grant", permission=VIEW, args=_grant(State.DRAFT)),
        Page(url_name="transparency:new_grant", permission=EDIT),
        Page(url_name="transparency:edit_grant", permission=EDIT, args=_grant(State.DRAFT)),
        Page(url_name="transparency:give_grants", permission=EDIT),
        Page(url_name="transparency:grant_step", permission=PUBLISH, args=_grant(State.PUBLISHED, "retirer")),
        Page(url_name="transparency:catalogue", permission=CONFIGURE),
        Page(url_name="transparency:sheet", permission=CONFIGURE, args=_sheet),
    ],
    permissions=[
        Permission(code=VIEW, label="Voir les budgets et les subventions de l’organisation"),
        Permission(code=EDIT, label="Donner les budgets et enregistrer les subventions"),
        Permission(code=PUBLISH, label="Publier et retirer les budgets et les subventions"),
        Permission(code=CONFIGURE, label="Tenir les plans de comptes et le catalogue des données"),
    ],
    grants={
        "admin": (VIEW, EDIT, PUBLISH, CONFIGURE),
        "secretary": (VIEW, EDIT, PUBLISH),
        "agent": (VIEW, EDIT),
        "elected": (VIEW,),
    },
    verbs={
        "transparency.chart": "Plan de comptes enregistré",
        "transparency.budget": "Budget reçu",
        "transparency.publish_budget": "Budget publié",
        "transparency.withdraw_budget": "Budget retiré",
        "transparency.grant": "Subvention enregistrée",
        "transparency.remove_grant": "Subvention effacée",
        "transparency.import_grants": "Subventions importées",
        "transparency.publish_grant": "Subvention publiée",
        "transparency.withdraw_grant": "Subvention retirée",
        "transparency.list_datasets": "Fiches du catalogue ouvertes",
        "transparency.sheet": "Fiche du catalogue complétée",
    },
    tiles=[
        Tile(
            label="subventions à publier",
            value=_waiting,
            url_name="transparency:grants",
            query="?etat=du",
            permission=PUBLISH,
            tone="waiting",
            order=62,
        )
    ],
    search=[exports.SEARCH],
    sitemap=[exports.SITEMAP],
    datasets=[exports.BUDGETS, exports.GRANTS, catalogue.DATASET],
    kept={
        "transparency.Budget": "Budget d’une collectivité, public, sans donnée personnelle.",
        "transparency.BudgetLine": "Ligne d’un budget, gardée avec lui.",
        "transparency.Grant": "Subvention à une personne morale, publique, gardée comme la décision qui l’attribue.",
        "transparency.Chart": "Nomenclature de l’État, sans donnée personnelle.",
        "transparency.DatasetSheet": "Description d’un jeu de données, sans donnée personnelle.",
    },
    demo="beffroi.modules.transparency.demo.load",
    demo_order=72,
)
