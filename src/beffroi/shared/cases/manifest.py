"""What the cases add to the platform: the basket, the list, « mes demandes », the figures of the first screen."""

from django.db.models import F, Q

from beffroi.kernel.modules import MenuItem, Module, Page, Permission, PersonalData, Tile
from beffroi.shared.cases import basket, personal, retention
from beffroi.shared.cases.models import Case, Follower

DESK = "cases.desk"
ANSWERS = "cases.answers"
ROLES = ("admin", "operator_admin", "agent", "secretary", "adviser", "elected", "editor", "dpo")
FIGURES = (
    ("en retard", "retard", "late"),
    ("messages à lire", "lire", "new"),
    ("à moi", "moi", "progress"),
    ("à mon équipe", "equipe", "neutral"),
    ("à prendre", "libres", "neutral"),
    ("réponse attendue", "attente", "waiting"),
)


def _reference() -> tuple | None:
    found = Case.objects.order_by("pk").values_list("reference", flat=True).first()
    return (found,) if found else None


def _token() -> tuple | None:
    found = Case.objects.filter(anonymised_at=None).order_by("pk").values_list("token", flat=True).first()
    return (found,) if found else None


def _follower_token() -> tuple | None:
    found = Follower.objects.order_by("pk").values_list("token", flat=True).first()
    return (found,) if found else None


def _figure(code: str):
    return lambda user: basket.counts(user)[code]


def _news(user) -> int:
    unseen = Q(seen_at__isnull=True) | Q(seen_at__lt=F("news_at"))
    return Case.objects.filter(Case.objects.own(user), unseen, news_at__isnull=False).count()


module = Module(
    label="Demandes",
    icon="inbox",
    needs=("organisations", "people", "accounts", "files"),
    menu=[
        MenuItem(label="Ma corbeille", url_name="cases:basket", icon="inbox", order=0, count=basket.to_do),
        MenuItem(label="Demandes", url_name="cases:list", icon="list-checks", order=10),
        MenuItem(
            label="Réponses types",
            url_name="cases:answers",
            icon="file-text",
            group="Réglages",
            permission=ANSWERS,
            order=700,
        ),
        MenuItem(
            label="Mes demandes", url_name="cases:mine", face="account", icon="clipboard-list", order=10, count=_news
        ),
        MenuItem(label="Suivre ma demande", url_name="cases:find_link", face="footer", icon="search", order=20),
    ],
    pages=[
        Page(url_name="cases:find_link"),
        Page(url_name="cases:tracking", args=_token),
        Page(url_name="cases:tracking", args=_follower_token),
        Page(url_name="cases:mine", permission="login"),
        Page(url_name="cases:basket", permission=DESK),
        Page(url_name="cases:list", permission=DESK),
        Page(url_name="cases:list", permission=DESK, query="?vue=toutes"),
        Page(url_name="cases:views", permission=DESK),
        Page(url_name="cases:view_save", permission=DESK),
        Page(url_name="cases:answers", permission=ANSWERS),
        Page(url_name="cases:answer_new", permission=ANSWERS),
    ],
    permissions=[
        Permission(code=DESK, label="Ouvrir le bureau et sa corbeille"),
        Permission(code=ANSWERS, label="Écrire les réponses types de l’organisation"),
    ],
    grants={role: (DESK, ANSWERS) if role in ("admin", "secretary") else (DESK,) for role in ROLES},
    verbs={
        "cases.save_view": "Vue enregistrée",
        "cases.remove_view": "Vue supprimée",
        "cases.save_answer": "Réponse type enregistrée",
        "cases.remove_answer": "Réponse type supprimée",
    },
    tiles=[
        Tile(
            label=label,
            value=_figure(code),
            url_name="cases:list",
            query=f"?vue={code}",
            permission=DESK,
            tone=tone,
            order=order,
        )
        for order, (label, code, tone) in enumerate(FIGURES)
    ],
    retention=[retention.FOLLOWERS],
    kept={"cases.Case": "Chaque nature de demande déclare sa propre règle, qui traite aussi cette partie commune."},
    personal_data=[
        PersonalData(code="cases", label="Mes demandes", export=personal.export, erase=personal.erase),
    ],
)
