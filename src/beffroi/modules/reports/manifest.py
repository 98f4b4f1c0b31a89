from django.urls import reverse

from beffroi.kernel.modules import (
    CommuneBlock,
    HealthCheck,
    HomeBlock,
    Layer,
    MenuItem,
    Module,
    ObjectAction,
    ObjectBlock,
    Page,
    Permission,
    Reaction,
    Service,
    Tile,
)
from beffroi.modules.reports import asset_blocks, blocks, exports, layers, privacy
from beffroi.modules.reports.actions import handling, outlets
from beffroi.modules.reports.models import Category, Competence, Report, Watch
from beffroi.modules.reports.notices import NOTICES
from beffroi.modules.reports.outlets import health
from beffroi.modules.reports.views.desk import to_read_count
from beffroi.shared.cases.timeline import verbs_of


def _public() -> tuple | None:
    reference = Report.objects.public().order_by("pk").values_list("reference", flat=True).first()
    return (reference,) if reference else None


def _open() -> tuple | None:
    found = Report.objects.public().open().order_by("pk").values_list("reference", flat=True).first()
    return (found,) if found else None


def _town() -> tuple | None:
    slug = Report.objects.public().order_by("pk").values_list("commune__slug", flat=True).first()
    return (slug,) if slug else None


def _watch() -> tuple | None:
    token = Watch.objects.order_by("pk").values_list("token", flat=True).first()
    return (token,) if token else None


def _first(model):
    def args() -> tuple | None:
        pk = model.objects.order_by("pk").values_list("pk", flat=True).first()
        return (pk,) if pk else None

    return args


def _handled(user, case) -> bool:
    return case.is_open and case.can_be_handled_by(user)


module = Module(
    label="Signalements",
    icon="megaphone",
    needs=("organisations", "people", "accounts", "cases", "files", "assets"),
    menu=[
        MenuItem(label="Signalements", url_name="reports:list", face="portal", icon="megaphone", order=20),
        MenuItem(
            label="Signalements",
            url_name="reports:desk",
            icon="megaphone",
            group="Services",
            permission="reports.view",
            order=100,
            count=to_read_count,
        ),
        MenuItem(
            label="Saisir un signalement",
            url_name="reports:desk_new",
            icon="plus",
            group="Services",
            permission="reports.file",
            order=101,
        ),
        MenuItem(
            label="Catégories et compétences",
            url_name="reports:settings",
            icon="sliders-horizontal",
            group="Réglages",
            permission="reports.configure",
            order=710,
        ),
        MenuItem(
            label="Publication des signalements",
            url_name="reports:moderation",
            icon="eye",
            group="Réglages",
            permission="reports.moderate",
            order=711,
        ),
    ],
    services=[
        Service(
            code="signaler",
            label="Signaler un problème",
            url_name="reports:new",
            text="Voirie, éclairage, propreté… Le bon service est prévenu.",
            icon="megaphone",
            keywords="nid-de-poule trou route lampadaire panne éclairage dépôt sauvage déchets fuite arbre voirie",
            order=10,
        )
    ],
    pages=[
        Page(url_name="reports:list"),
        Page(url_name="reports:list", query="?etat=resolus&q=rue"),
        Page(url_name="reports:new"),
        Page(url_name="reports:offline"),
        Page(url_name="reports:figures"),
        Page(url_name="reports:report", args=_public),
        Page(url_name="reports:follow", args=_open),
        Page(url_name="reports:flag", args=_public),
        Page(url_name="reports:sighting", args=_open),
        Page(url_name="reports:feed"),
        Page(url_name="reports:watch_new"),
        Page(url_name="reports:watch_asked"),
        Page(url_name="reports:watch", args=_watch),
        Page(url_name="reports:list", query="?pres=50.157,2.341&rayon=1000"),
        Page(url_name="reports:commune_feed", args=_town),
        Page(url_name="reports:desk", permission="reports.view"),
        Page(url_name="reports:desk_new", permission="reports.file"),
        Page(url_name="reports:desk_unread", permission="reports.handle"),
        Page(url_name="reports:settings", permission="reports.configure"),
        Page(url_name="reports:category_new", permission="reports.configure"),
        Page(url_name="reports:category", permission="reports.configure", args=_first(Category)),
        Page(url_name="reports:competences", permission="reports.configure"),
        Page(
            url_name="reports:competences",
            permission="reports.configure",
            query="?categorie=nid-de-poule&ou=doullens&adresse=D+925",
        ),
        Page(url_name="reports:roads", permission="reports.configure"),
        Page(url_name="reports:competence_new", permission="reports.configure"),
        Page(url_name="reports:competence", permission="reports.configure", args=_first(Competence)),
        Page(url_name="reports:keys", permission="reports.configure"),
        Page(url_name="reports:outlets", permission="reports.configure"),
        Page(url_name="reports:outlet_new", permission="reports.configure"),
        Page(url_name="reports:moderation", permission="reports.moderate"),
    ],
    permissions=[
        Permission(code="reports.view", label="Voir les signalements de l’organisation"),
        Permission(code="reports.handle", label="Traiter les signalements de l’organisation"),
        Permission(code="reports.file", label="Saisir un signalement pour quelqu’un"),
        Permission(code="reports.moderate", label="Décider quand le public voit les textes et les photos"),
        Permission(code="reports.configure", label="Régler les catégories et les compétences du territoire"),
    ],
    grants={
        "admin": ("reports.view", "reports.handle", "reports.file", "reports.moderate"),
        "operator_admin": ("reports.view", "reports.configure", "reports.moderate"),
        "agent": ("reports.view", "reports.handle", "reports.file"),
        "secretary": ("reports.view", "reports.handle", "reports.file"),
        "elected": ("reports.view",),
        "adviser": ("reports.file",),
    },
    verbs=verbs_of(
        Report,
        create="Signalement reçu",
        acknowledge="Pris en charge",
        schedule="Intervention prévue",
        ask="Précision demandée",
        answer="Précision reçue",
        resolve="Résolu",
        refuse="Non retenu",
        reopen="Rouvert",
        merge="Regroupé avec un autre signalement",
        transfer="Transmis à un autre organisme",
        assign="Confié",
        follow="Une personne de plus suit le signalement",
        still_there="Une personne est passée\u202f: toujours là",
        looks_solved="Une personne est passée\u202f: semble réglé",
        category="Catégorie corrigée",
        place="Emplacement corrigé",
        publish="Texte publié",
        unpublish="Texte relu, gardé hors de la page publique",
        hide="Retiré de la vue du public",
        show="Remis à la vue du public",
        photo="Publication d’une photo changée",
        blur="Zone d’une photo floutée",
        read="Relu",
        repair="Photos de l’intervention reçues",
        key_created="Clé d’application créée",
        key_revoked="Clé d’application révoquée",
        outlet="Serveur Open311 d’un organisme réglé",
        sent="Envoyé au serveur de l’organisme compétent",
        sent_again="Envoi au serveur de l’organisme relancé",
        moderation="Règle de publication changée",
        overdue="Rappel des signalements en retard",
        watch="Veille sur les signalements confirmée",
        watch_stop="Veille sur les signalements supprimée",
        category_saved="Catégorie enregistrée",
        category_removed="Catégorie supprimée",
        competence_saved="Compétence enregistrée",
        roads="Voies importées",
        nudge="Rappel à l’organisme compétent",
        competence_removed="Compétence supprimée",
    ),
    notices=NOTICES,
    reactions=[
        Reaction(
            verb="reports.transfer",
            run=handling.after_transfer,
            label="Un signalement transmis hors de la plateforme reste suivi par la commune ou l’opérateur",
        ),
        *[
            Reaction(verb=f"reports.{verb}", run=handling.after_acknowledge, label="Le délai devient celui de résoudre")
            for verb in ("acknowledge", "schedule")
        ],
        *[
            Reaction(
                verb=f"reports.{verb}",
                run=outlets.after_arrival,
                label="Un signalement part vers le serveur Open311 de l’organisme compétent, s’il en a un",
            )
            for verb in ("create", "transfer", "category", "place")
        ],
    ],
    tiles=[
        Tile(
            label="signalements à relire",
            value=to_read_count,
            url_name="reports:desk_unread",
            permission="reports.handle",
            tone="waiting",
            order=60,
        )
    ],
    object_actions=[
        ObjectAction(
            model="people.Person",
            label="Signaler un problème en son nom",
            url=lambda person: f"{reverse('reports:desk_new')}?personne={person.pk}",
            icon="megaphone",
            permission="reports.file",
        ),
        ObjectAction(
            model="reports.Report",
            label="Déclarer résolu",
            url=lambda report: f"/bureau/signalements/{report.reference}/resoudre/",
            icon="circle-check",
            shown=_handled,
        ),
        ObjectAction(
            model="reports.Report",
            label="Ne pas donner suite",
            url=lambda report: f"/bureau/signalements/{report.reference}/refuser/",
            icon="ban",
            shown=_handled,
        ),
        ObjectAction(
            model="reports.Report",
            label="Pas de notre ressort",
            url=lambda report: f"/bureau/signalements/{report.reference}/pas-de-notre-ressort/",
            icon="forward",
            shown=_handled,
        ),
    ],
    object_blocks=[
        ObjectBlock(
            code="reports.asset",
            model="assets.Asset",
            template="reports/block_asset.html",
            context=asset_blocks.context,
            permission="reports.view",
            order=20,
        )
    ],
    layers=[
        Layer(code="signalements", label="Signalements", features=layers.features, icon="megaphone", order=20),
        Layer(
            code="signalements-bureau",
            label="Signalements de mes organismes, en cours",
            features=layers.desk_features,
            icon="megaphone",
            permission="reports.view",
            order=21,
        ),
    ],
    health=[HealthCheck(code="reports.open311", label="Envois aux serveurs Open311", check=health.check)],
    datasets=[exports.DATASET],
    indicators=exports.INDICATORS,
    search=exports.SEARCH,
    sitemap=[exports.SITEMAP],
    home_blocks=[
        HomeBlock(code="signalements", template="reports/block_home.html", context=blocks.home, order=40),
    ],
    commune_blocks=[
        CommuneBlock(code="signalements", template="reports/block_commune.html", context=blocks.commune, order=40),
    ],
    retention=[privacy.RULE, privacy.ORIGINALS, privacy.WATCHES],
    demo="beffroi.modules.reports.demo.load",
    demo_order=50,
)
