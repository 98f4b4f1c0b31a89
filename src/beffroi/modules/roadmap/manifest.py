from beffroi.kernel.modules import MenuItem, Module, Page, Permission
from beffroi.modules.roadmap import facts, notices, personal, publications
from beffroi.modules.roadmap.models import Action, ActionIndicator, Plan, Revision

VIEW, EDIT = "roadmap.view", "roadmap.edit"
PLAN_VERBS = {
    "create_plan": "Plan ouvert",
    "edit_plan": "Plan modifié",
    "create_axis": "Axe ajouté au plan",
    "edit_axis": "Axe modifié",
    "delete_axis": "Axe retiré du plan",
    "create_referent": "Élu référent ajouté",
    "edit_referent": "Élu référent modifié",
    "anonymise_referent": "Nom d’un ancien élu référent retiré",
    "delete": "Action effacée du plan",
    "freeze_revision": "Révision du plan figée",
    "adopt_revision": "Révision du plan adoptée",
    "revision_due": "Révision du plan attendue",
    "import": "Classeur importé dans le plan",
}


def _plan() -> tuple | None:
    slug = Plan.objects.public().values_list("slug", flat=True).first()
    return (slug,) if slug else None


def _action() -> tuple | None:
    slug = Action.objects.public().distinct_ones().values_list("slug", flat=True).first()
    return (slug,) if slug else None


def _indicator() -> tuple | None:
    found = ActionIndicator.objects.filter(action__restricted=False, action__axis__plan__is_public=True)
    return found.values_list("action__slug", "pk").order_by("pk").first()


def _revision() -> tuple | None:
    found = Revision.objects.filter(plan__is_public=True, adopted_on__isnull=False)
    return found.values_list("plan__slug", "number").order_by("pk").last()


module = Module(
    label="Feuille de route",
    needs=("organisations", "cases", "files"),
    icon="milestone",
    menu=[
        MenuItem(label="Feuille de route", url_name="roadmap:home", face="portal", icon="milestone", order=60),
        MenuItem(
            label="Feuille de route",
            url_name="roadmap:desk",
            group="Pilotage",
            icon="milestone",
            permission=VIEW,
            order=500,
        ),
    ],
    pages=[
        Page(url_name="roadmap:home"),
        Page(url_name="roadmap:history"),
        Page(url_name="roadmap:public_plan", args=_plan),
        Page(url_name="roadmap:public_action", args=_action),
        Page(url_name="roadmap:public_revision", args=_revision),
        Page(url_name="roadmap:desk", permission=VIEW),
        *(
            Page(url_name=f"roadmap:{name}", permission=VIEW, args=_plan)
            for name in ("board", "table", "gantt", "axes", "referents", "budget", "revisions", "compare", "exchange")
        ),
        Page(url_name="roadmap:revision", permission=VIEW, args=_revision),
        Page(url_name="roadmap:action", permission=VIEW, args=_action),
        Page(url_name="roadmap:indicator", permission=VIEW, args=_indicator),
        Page(url_name="roadmap:new_plan", permission=EDIT),
        *(
            Page(url_name=f"roadmap:{name}", permission=EDIT, args=_plan)
            for name in ("edit_plan", "new_axis", "new_referent", "new_action", "freeze")
        ),
        *(
            Page(url_name=f"roadmap:{name}", permission=EDIT, args=_action)
            for name in (
                "move",
                "edit",
                "people",
                "same",
                "steps",
                "action_budget",
                "spread",
                "fundings",
                "link",
                "documents",
                "new_indicator",
            )
        ),
    ],
    permissions=[
        Permission(code="roadmap.view", label="Consulter les plans d’actions au bureau"),
        Permission(code="roadmap.view_restricted", label="Lire les actions restreintes des plans"),
        Permission(code="roadmap.pilot", label="Mettre à jour les actions dont son organisme ou son équipe est pilote"),
        Permission(code="roadmap.edit", label="Modifier tout le plan : axes, actions, visibilité, révisions"),
    ],
    grants={
        "admin": ("roadmap.view", "roadmap.view_restricted", "roadmap.pilot", "roadmap.edit"),
        "elected": ("roadmap.view", "roadmap.view_restricted"),
        "agent": ("roadmap.view", "roadmap.pilot"),
        "adviser": ("roadmap.view", "roadmap.pilot"),
        "secretary": ("roadmap.view", "roadmap.pilot"),
    },
    verbs={f"roadmap.{verb}": label for verb, (label, _tone, _icon) in facts.LABELS.items()}
    | {f"roadmap.{verb}": label for verb, label in PLAN_VERBS.items()},
    home_blocks=[publications.HOME],
    sitemap=[publications.SITEMAP],
    search=[publications.SEARCH],
    datasets=[publications.DATASET],
    indicators=publications.INDICATORS,
    tiles=publications.TILES,
    notices=notices.NOTICES,
    retention=personal.RETENTION,
    personal_data=[personal.PERSONAL],
    demo="beffroi.modules.roadmap.demo.load",
    demo_order=30,
)
