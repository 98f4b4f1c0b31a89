"""What the assets add to the platform: the inventory, its labels, its kinds, its map, its open data."""

from beffroi.kernel.modules import Layer, MenuItem, Module, Page, Permission, SearchSource, Tile
from beffroi.kernel.search import Document
from beffroi.shared.assets import datasets, figures, layers, retention
from beffroi.shared.assets.access import CONFIGURE, MANAGE, VIEW
from beffroi.shared.assets.models import Asset, AssetImport, AssetKind

GROUP = "Travaux"


def _some_asset():
    pk = Asset.objects.in_use().order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _some_whole():
    pk = Asset.objects.in_use().filter(children__isnull=False).order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _some_label():
    tag = Asset.objects.public().order_by("pk").values_list("tag", flat=True).first()
    return (tag,) if tag else None


def _some_kind():
    pk = AssetKind.objects.order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _some_import():
    pk = AssetImport.objects.exclude(status="received").order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _some_received():
    pk = AssetImport.objects.filter(status="received").order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _document(asset: Asset) -> Document | None:
    if asset.status == Asset.Status.REMOVED:
        return None
    words = (
        asset.code,
        asset.external_ref,
        asset.kind.label,
        asset.address,
        asset.serial,
        asset.tag,
        asset.maker_label,
    )
    return Document(
        title=f"{asset.name} ({asset.code})",
        text="\n".join(word for word in words if word),
        url=asset.get_absolute_url(),
        permission=VIEW,
        organisation_id=asset.organisation_id,
        weight=0.5,
    )


module = Module(
    label="Équipements",
    icon="box",
    needs=("organisations", "files", "cases"),
    permissions=[
        Permission(code=VIEW, label="Voir les équipements de l’organisation"),
        Permission(code=MANAGE, label="Tenir l’inventaire : ajouter, corriger, déplacer, retirer, importer"),
        Permission(code=CONFIGURE, label="Décider les types d’équipement et leurs champs, pour le territoire"),
    ],
    grants={
        "admin": (VIEW, MANAGE),
        "operator_admin": (VIEW, CONFIGURE),
        "agent": (VIEW, MANAGE),
        "secretary": (VIEW, MANAGE),
        "elected": (VIEW,),
    },
    menu=[
        MenuItem(label="Équipements", url_name="assets:list", group=GROUP, icon="box", permission=VIEW, order=350),
        MenuItem(
            label="Importer des équipements",
            url_name="assets:imports",
            group=GROUP,
            icon="upload",
            permission=MANAGE,
            order=351,
        ),
        MenuItem(
            label="Types d’équipement",
            url_name="assets:kinds",
            group="Réglages",
            icon="layers",
            permission=CONFIGURE,
            order=720,
        ),
    ],
    pages=[
        Page(url_name="assets:list", permission=VIEW),
        Page(url_name="assets:list", permission=VIEW, query="?vue=remplacer&q=rue&tri=-remplacement"),
        Page(url_name="assets:list", permission=VIEW, query="?colonnes=nom&colonnes=marque&colonnes=garantie"),
        Page(url_name="assets:views", permission=VIEW),
        Page(url_name="assets:view_save", permission=VIEW, query="?filtres=vue%3Dpanne"),
        Page(url_name="assets:tree", permission=VIEW),
        Page(url_name="assets:branch", permission=VIEW, args=_some_whole),
        Page(url_name="assets:asset", permission=VIEW, args=_some_asset),
        Page(url_name="assets:labels", permission=VIEW),
        Page(url_name="assets:new", permission=MANAGE),
        Page(url_name="assets:edit", permission=MANAGE, args=_some_asset),
        Page(url_name="assets:move", permission=MANAGE, args=_some_asset),
        Page(url_name="assets:status", permission=MANAGE, args=_some_asset),
        Page(url_name="assets:remove", permission=MANAGE, args=_some_asset),
        Page(url_name="assets:files", permission=MANAGE, args=_some_asset),
        Page(url_name="assets:imports", permission=MANAGE),
        Page(url_name="assets:import", permission=MANAGE, args=_some_import),
        Page(url_name="assets:import_columns", permission=MANAGE, args=_some_received),
        Page(url_name="assets:kinds", permission=CONFIGURE),
        Page(url_name="assets:kind_new", permission=CONFIGURE),
        Page(url_name="assets:kind", permission=CONFIGURE, args=_some_kind),
        Page(url_name="assets:public", args=_some_label),
    ],
    verbs={
        "assets.create": "Équipement ajouté",
        "assets.update": "Équipement corrigé",
        "assets.move": "Équipement déplacé",
        "assets.status": "Situation changée",
        "assets.files": "Photos ou documents ajoutés",
        "assets.kind": "Type d’équipement enregistré",
        "assets.import_received": "Fichier d’équipements reçu",
        "assets.import_checked": "Vérification d’une importation",
        "assets.import_started": "Importation lancée",
        "assets.import_resumed": "Importation reprise",
        "assets.import_cancelled": "Importation abandonnée",
        "assets.import": "Équipements importés",
        "assets.demonstration": "Équipements d’exemple",
    },
    tiles=[
        Tile(
            label="équipements en panne",
            value=figures.down,
            url_name="assets:list",
            query="?vue=panne",
            permission=VIEW,
            tone="late",
            order=320,
        ),
        Tile(
            label="équipements à remplacer dans l’année",
            value=figures.to_replace,
            url_name="assets:list",
            query="?vue=remplacer",
            permission=MANAGE,
            order=330,
        ),
    ],
    search=[
        SearchSource(
            model="assets.Asset",
            label="Équipements",
            queryset=lambda: Asset.objects.select_related("kind"),
            document=_document,
            icon="box",
            order=80,
        )
    ],
    layers=[
        Layer(code="equipements", label="Équipements", features=layers.public_features, icon="box", order=30),
        Layer(
            code="equipements-bureau",
            label="Équipements de mes organismes",
            features=layers.desk_features,
            icon="box",
            permission=VIEW,
            order=31,
        ),
    ],
    datasets=datasets.DATASETS,
    retention=[retention.RULE],
    demo="beffroi.shared.assets.demo.load",
    demo_order=45,
)
