"""What the roadmap gives to the rest of the platform: home page, site map, search, open data, figures."""

from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.urls import reverse

from beffroi.kernel.modules import Dataset, DatasetField, HomeBlock, Indicator, SearchSource, SitemapSource, Tile
from beffroi.kernel.search import Document
from beffroi.modules.roadmap import money, statistics
from beffroi.modules.roadmap.models import Action, Plan, Revision
from beffroi.modules.roadmap.states import LATE


def home(request) -> dict | None:
    """Where the main published plan stands."""
    plan = Plan.objects.public().first()
    if plan is None:
        return None
    tally = statistics.tallies(Action.objects.public().filter(axis__plan=plan), by="axis__plan_id").get(plan.pk)
    return {"plan": plan, "tally": tally} if tally else None


def sitemap() -> Iterator[tuple]:
    """The public pages, with the day of their last change."""
    plans = list(Plan.objects.public().annotate(last=Max("axes__actions__updated_at")))
    if plans:
        yield reverse("roadmap:home"), plans[0].last
        yield reverse("roadmap:history"), max((plan.last for plan in plans if plan.last), default=None)
    for plan in plans:
        yield plan.get_absolute_url(), plan.last
    for slug, changed in Action.objects.public().order_by("pk").values_list("slug", "updated_at"):
        yield reverse("roadmap:public_action", args=[slug]), changed
    adopted = Revision.objects.filter(plan__is_public=True, adopted_on__isnull=False)
    for slug, number, day in adopted.order_by("pk").values_list("plan__slug", "number", "adopted_on"):
        yield reverse("roadmap:public_revision", args=[slug, number]), day


def document(action: Action) -> Document:
    """A public action is found by everyone; another at the desk, by those who may open it."""
    texts = (action.summary, action.description, action.objectives, action.audience, " ".join(action.tags))
    public = action.is_public
    return Document(
        title=f"{action.title} (action {action.reference})",
        text="\n".join(text for text in texts if text),
        url=action.get_absolute_url() if public else reverse("roadmap:action", args=[action.slug]),
        public=public,
        permission="" if public else "roadmap.view_restricted" if action.restricted else "roadmap.view",
        organisation_id=action.axis.plan.organisation_id,
        weight=0.9,
        date=action.updated_at.date(),
    )


def _everything():
    return Action.objects.select_related("axis__plan", "same_as").order_by("pk")


def rows() -> Iterator[dict]:
    """Every public action; amounts only where the plan publishes them."""
    actions = money.with_money(Action.objects.public().for_lists().with_shown_state())
    for action in actions.order_by("axis__plan__position", "axis__position", "axis_id", "number").iterator():
        plan, followed = action.plan, action.followed
        yield {
            "plan": plan.title,
            "axe_numero": action.axis.code,
            "axe": action.axis.title,
            "action_numero": action.reference,
            "action": action.title,
            "resume": followed.summary,
            "etat": action.shown_state.label,
            "repete": action.same_as.reference if action.same_as else "",
            "condition_deblocage": followed.unblock_condition,
            "debut_prevu": followed.start,
            "fin_prevue": followed.end,
            "realisee_le": followed.done_on,
            "priorite": followed.get_priority_display(),
            "elu_referent": action.referent.name if action.referent else "",
            "budget_prevu": action.planned if plan.budget_is_public else None,
            "budget_realise": action.actual if plan.budget_is_public else None,
            "chiffres_de_demonstration": plan.has_demo_figures,
            "place_dans_la_source": action.source_place,
            "identifiant": str(action.uid),
        }


def _text(name: str, description: str, *, required: bool = False, example: str = "") -> DatasetField:
    return DatasetField(name=name, type="string", description=description, required=required, example=example)


DATASET = Dataset(
    code="feuille-de-route",
    title="Feuille de route : actions et avancement",
    description="Chaque action des plans publiés, son axe, son état, ses dates et son budget. Une ligne qui répète une "
    "autre action (colonne « repete ») ne se compte pas.",
    keywords=("feuille de route", "projet de territoire", "actions", "budget", "évaluation"),
    fields=(
        _text("plan", "Titre du plan", required=True),
        _text("axe_numero", "Numéro de l’axe", required=True, example="2"),
        _text("axe", "Titre de l’axe", required=True),
        _text("action_numero", "Numéro de l’action", required=True, example="2.1"),
        _text("action", "Titre de l’action", required=True),
        _text("resume", "L’action en quelques mots"),
        _text("etat", "À venir, En cours, En retard, Bloqué, En pause, Réalisé ou Abandonné", required=True),
        _text("repete", "Numéro de l’action que cette ligne répète", example="2.1"),
        _text("condition_deblocage", "Ce qui doit se produire pour qu’une action bloquée reprenne"),
        DatasetField(name="debut_prevu", type="date", description="Début prévu"),
        DatasetField(name="fin_prevue", type="date", description="Fin prévue"),
        DatasetField(name="realisee_le", type="date", description="Jour où l’action a été réalisée"),
        _text("priorite", "Basse, Moyenne ou Haute"),
        _text("elu_referent", "Élu référent"),
        DatasetField(name="budget_prevu", type="number", description="Budget prévu sur le plan, en euros"),
        DatasetField(name="budget_realise", type="number", description="Dépenses connues, en euros"),
        DatasetField(
            name="chiffres_de_demonstration",
            type="boolean",
            description="Vrai si états, dates, montants sont inventés",
        ),
        _text("place_dans_la_source", "Place dans le document d’origine"),
        _text("identifiant", "Identifiant stable de l’action", required=True),
    ),
    rows=rows,
)

SEARCH = SearchSource(
    model="roadmap.Action",
    label="Feuille de route",
    queryset=_everything,
    document=document,
    icon="milestone",
    order=50,
)
HOME = HomeBlock(code="roadmap", template="roadmap/parts/home.html", context=home, aside=True, order=30)
SITEMAP = SitemapSource(code="roadmap", entries=sitemap)
INDICATORS = [
    Indicator(
        code="roadmap.share_done",
        label="Actions réalisées de la feuille de route",
        unit="%",
        value=statistics.share_done,
        description="Part des actions publiées qui sont réalisées, hors actions abandonnées.",
    ),
    Indicator(
        code="roadmap.late",
        label="Actions en retard de la feuille de route",
        unit="actions",
        value=statistics.late_actions,
        description="Nombre d’actions publiées dont la date prévue est passée à la fin de la période.",
        better="down",
    ),
    Indicator(
        code="roadmap.budget_consumed",
        label="Budget dépensé de la feuille de route",
        unit="%",
        value=statistics.budget_consumed,
        description="Part du budget prévu jusqu’à l’année en cours qui est dépensée, dans les plans au budget publié.",
    ),
]


def _late(user) -> QuerySet[Action]:
    visible = Action.objects.visible_to(user).distinct_ones().with_shown_state()
    return visible.filter(shown=LATE)


TILES = [
    Tile(
        label="actions de la feuille de route en retard",
        value=_late,
        url_name="roadmap:desk",
        permission="roadmap.view",
        tone="late",
        order=80,
    )
]
