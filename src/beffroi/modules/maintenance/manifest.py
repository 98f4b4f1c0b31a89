from beffroi.kernel.modules import (
    CommuneBlock,
    Indicator,
    MenuItem,
    Module,
    ObjectAction,
    ObjectBlock,
    Page,
    Permission,
    Role,
    SearchSource,
    TerrainBlock,
    Tile,
)
from beffroi.modules.maintenance import asset_blocks, blocks, exports, figures, report_blocks
from beffroi.modules.maintenance.access import MANAGE, VIEW, WORK
from beffroi.modules.maintenance.models import (
    Checklist,
    ContractorAccess,
    Meter,
    Order,
    Part,
    Purchase,
    Store,
)
from beffroi.modules.maintenance.notices import NOTICES
from beffroi.modules.maintenance.retention import RETENTION
from beffroi.modules.maintenance.views.field import day_block

GROUP = "Travaux"


def _some_order():
    reference = Order.objects.exclude(state__in=("done", "cancelled")).values_list("reference", flat=True).first()
    return (reference,) if reference else None


def _some_link():
    link = ContractorAccess.objects.usable().order_by("pk").first()
    return (link.token,) if link else None


def _some_contracted(*more):
    for link in ContractorAccess.objects.usable().order_by("pk"):
        order = link.orders().exclude(state="done").first()
        if order is not None:
            return (link.token, order.reference, *more)
    return None


def _first(model):
    pk = model.objects.order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _new_url(report) -> str:
    return f"/bureau/travaux/nouveau/?signalement={report.reference}"


module = Module(
    label="Maintenance",
    icon="wrench",
    needs=("organisations", "people", "cases", "files", "assets", "reports"),
    permissions=[
        Permission(code=VIEW, label="Voir les ordres de travail de l’organisation"),
        Permission(code=WORK, label="Faire les travaux : temps, contrôles, pièces, clôture"),
        Permission(code=MANAGE, label="Ouvrir, planifier et donner les travaux ; plans, tournées, stock"),
    ],
    roles=[
        Role(
            code="dispatcher",
            label="Responsable des travaux",
            description="Ouvre, planifie et confie les travaux ; tient les plans, les tournées et le stock.",
        )
    ],
    grants={
        "admin": (VIEW, WORK, MANAGE),
        "dispatcher": ("kernel.field", "cases.desk", "assets.view", "reports.view", VIEW, WORK, MANAGE),
        "agent": (VIEW, WORK),
        "secretary": (VIEW, WORK, MANAGE),
        "elected": (VIEW,),
    },
    menu=[
        MenuItem(
            label="Travaux", url_name="maintenance:orders", group=GROUP, icon="wrench", permission=VIEW, order=300
        ),
        MenuItem(
            label="Planning",
            url_name="maintenance:planning",
            group=GROUP,
            icon="calendar-days",
            permission=VIEW,
            order=310,
        ),
        MenuItem(
            label="Plans d’entretien",
            url_name="maintenance:plans",
            group=GROUP,
            icon="list-checks",
            permission=MANAGE,
            order=320,
        ),
        MenuItem(
            label="Compteurs", url_name="maintenance:meters", group=GROUP, icon="gauge", permission=VIEW, order=325
        ),
        MenuItem(label="Stock", url_name="maintenance:stock", group=GROUP, icon="package", permission=VIEW, order=330),
        MenuItem(
            label="Équipes",
            url_name="maintenance:team_settings",
            group=GROUP,
            icon="users",
            permission=MANAGE,
            order=340,
        ),
        MenuItem(
            label="Bilan", url_name="maintenance:balance", group=GROUP, icon="chart-bar", permission=VIEW, order=345
        ),
        MenuItem(
            label="Entreprises",
            url_name="maintenance:contractors",
            group=GROUP,
            icon="handshake",
            permission=MANAGE,
            order=350,
        ),
        MenuItem(
            label="Équipements",
            url_name="maintenance:field_assets",
            face="terrain",
            icon="qr-code",
            permission=WORK,
            order=30,
        ),
        MenuItem(
            label="Nouveau", url_name="maintenance:field_new", face="terrain", icon="plus", permission=WORK, order=20
        ),
    ],
    pages=[
        Page(url_name="maintenance:orders", permission=VIEW),
        Page(
            url_name="maintenance:orders", permission=VIEW, query="?vue=finis&colonnes=travail&colonnes=fini&tri=-fini"
        ),
        Page(url_name="maintenance:views", permission=VIEW),
        Page(url_name="maintenance:view_save", permission=VIEW, query="?filtres=vue%3Dretard"),
        Page(url_name="maintenance:order_new", permission=MANAGE),
        Page(url_name="maintenance:planning", permission=VIEW),
        Page(url_name="maintenance:plans", permission=MANAGE),
        Page(url_name="maintenance:plan_new", permission=MANAGE),
        Page(url_name="maintenance:checklists", permission=MANAGE),
        Page(url_name="maintenance:checklist_new", permission=MANAGE),
        Page(url_name="maintenance:checklist_edit", permission=MANAGE, args=lambda: _first(Checklist)),
        Page(url_name="maintenance:team_settings", permission=MANAGE),
        Page(url_name="maintenance:contractors", permission=MANAGE),
        Page(url_name="maintenance:balance", permission=VIEW),
        Page(url_name="maintenance:balance", permission=VIEW, query="par=equipement"),
        Page(url_name="maintenance:reinvoicing", permission=MANAGE),
        Page(url_name="maintenance:contractor", args=_some_link),
        Page(url_name="maintenance:contractor_order", args=_some_contracted),
        Page(url_name="maintenance:contractor_answer", args=lambda: _some_contracted("cout")),
        Page(url_name="maintenance:stock", permission=VIEW),
        Page(url_name="maintenance:part_new", permission=MANAGE),
        Page(url_name="maintenance:part_page", permission=VIEW, args=lambda: _first(Part)),
        Page(url_name="maintenance:count", permission=MANAGE, args=lambda: _first(Part)),
        Page(url_name="maintenance:transfer", permission=MANAGE, args=lambda: _first(Part)),
        Page(url_name="maintenance:store_new", permission=MANAGE),
        Page(url_name="maintenance:store_count", permission=MANAGE, args=lambda: _first(Store)),
        Page(url_name="maintenance:meters", permission=VIEW),
        Page(url_name="maintenance:meter", permission=VIEW, args=lambda: _first(Meter)),
        Page(url_name="maintenance:meter_new", permission=MANAGE),
        Page(url_name="maintenance:trigger_new", permission=MANAGE, args=lambda: _first(Meter)),
        Page(url_name="maintenance:reserve", permission=MANAGE, args=_some_order),
        Page(url_name="maintenance:purchase_new", permission=MANAGE),
        Page(url_name="maintenance:suppliers", permission=VIEW),
        Page(url_name="maintenance:stock", permission=VIEW, query="vue=manque"),
        Page(url_name="maintenance:purchase", permission=VIEW, args=lambda: _first(Purchase)),
        Page(url_name="maintenance:order", permission=VIEW, args=_some_order),
        Page(url_name="maintenance:order_edit", permission=MANAGE, args=_some_order),
        Page(url_name="maintenance:plan", permission=MANAGE, args=_some_order),
        Page(url_name="maintenance:link", permission=MANAGE, args=_some_order),
        Page(url_name="maintenance:close", permission=WORK, args=_some_order),
        Page(url_name="maintenance:checks", permission=WORK, args=_some_order),
        Page(url_name="maintenance:labour", permission=WORK, args=_some_order),
        Page(url_name="maintenance:expense", permission=WORK, args=_some_order),
        Page(url_name="maintenance:part", permission=WORK, args=_some_order),
        Page(url_name="maintenance:note", permission=WORK, args=_some_order),
        Page(url_name="maintenance:problem", permission=WORK, args=_some_order),
        Page(url_name="maintenance:field_order", permission=WORK, args=_some_order),
        Page(url_name="maintenance:field_new", permission=WORK),
        Page(url_name="maintenance:field_assets", permission=WORK),
        Page(url_name="maintenance:field_assets", permission=WORK, query="lat=50.1567&lon=2.3412"),
    ],
    verbs={
        "maintenance.create": "Ordre ouvert",
        "maintenance.update": "Ordre corrigé",
        "maintenance.link": "Relié à un signalement",
        "maintenance.unlink": "Détaché d’un signalement",
        "maintenance.plan": "Planifié",
        "maintenance.unplan": "Retiré du planning",
        "maintenance.start": "Commencé",
        "maintenance.hold": "Mis en attente",
        "maintenance.resume": "Repris",
        "maintenance.finish": "Terminé",
        "maintenance.cancel": "Annulé",
        "maintenance.reopen": "Rouvert",
        "maintenance.dispute": "Second compte rendu reçu",
        "maintenance.settle": "Versions rapprochées",
        "maintenance.checklist": "Liste de contrôle enregistrée",
        "maintenance.checks": "Contrôles ajoutés",
        "maintenance.answer": "Contrôle répondu",
        "maintenance.contract": "Confié à une entreprise",
        "maintenance.contractor": "Réponse de l’entreprise",
        "maintenance.access": "Lien d’entreprise donné",
        "maintenance.access_revoke": "Lien d’entreprise retiré",
        "maintenance.feed": "Adresse d’agenda ouverte",
        "maintenance.feed_close": "Adresse d’agenda fermée",
        "maintenance.note": "Remarque ou photo",
        "maintenance.timer": "Temps lancé",
        "maintenance.timer_stop": "Temps arrêté",
        "maintenance.labour": "Temps noté",
        "maintenance.labour_remove": "Temps retiré",
        "maintenance.expense": "Dépense notée",
        "maintenance.expense_remove": "Dépense retirée",
        "maintenance.rate": "Coût horaire changé",
        "maintenance.absence": "Absences changées",
        "maintenance.plan_save": "Plan d’entretien enregistré",
        "maintenance.meter": "Compteur enregistré",
        "maintenance.trigger": "Seuil de compteur enregistré",
        "maintenance.reading": "Relevé de compteur",
        "maintenance.part": "Pièce enregistrée",
        "maintenance.low": "Pièce à commander",
        "maintenance.store": "Lieu de stockage enregistré",
        "maintenance.stock": "Mouvement de stock",
        "maintenance.count": "Inventaire sans écart",
        "maintenance.reserve": "Pièces réservées",
        "maintenance.release": "Réservation levée",
        "maintenance.purchase": "Bon de commande écrit",
        "maintenance.purchase_send": "Bon de commande envoyé",
        "maintenance.purchase_cancel": "Bon de commande annulé",
    },
    tiles=[
        Tile(
            label="travaux à planifier",
            value=figures.to_plan,
            url_name="maintenance:orders",
            query="?vue=planifier",
            permission=MANAGE,
            order=300,
        ),
        Tile(
            label="travaux en retard",
            value=figures.late,
            url_name="maintenance:orders",
            query="?vue=retard",
            permission=VIEW,
            tone="late",
            order=310,
        ),
        Tile(
            label="pièces à commander",
            value=figures.to_order,
            url_name="maintenance:stock",
            query="?vue=manque",
            permission=MANAGE,
            order=320,
        ),
    ],
    terrain_blocks=[TerrainBlock(code="maintenance", template="maintenance/day.html", context=day_block, order=10)],
    search=[
        SearchSource(
            model="maintenance.Order",
            label="Ordres de travail",
            queryset=lambda: Order.objects.select_related("commune", "asset"),
            document=exports.document,
            icon="wrench",
            order=70,
        )
    ],
    commune_blocks=[
        CommuneBlock(code="travaux", template="maintenance/block_commune.html", context=blocks.commune, order=45),
    ],
    datasets=[exports.DATASET],
    layers=[exports.LAYER],
    notices=NOTICES,
    retention=RETENTION,
    indicators=[
        Indicator(
            code="maintenance.done",
            label="Travaux terminés",
            unit="travaux",
            value=figures.finished,
            description="Ordres de travail terminés dans la période.",
        ),
        Indicator(
            code="maintenance.preventive",
            label="Part de l’entretien préventif",
            unit="%",
            value=figures.preventive_share,
            description="Part des travaux terminés qui étaient de l’entretien ou du contrôle, et non des réparations.",
        ),
        Indicator(
            code="maintenance.repair_days",
            label="Délai médian de réparation",
            unit="jours",
            value=figures.repair_days,
            description="De l’ouverture d’une réparation à sa fin.",
            better="down",
        ),
        Indicator(
            code="maintenance.mtbf",
            label="Temps moyen entre deux pannes",
            unit="jours",
            value=figures.between_failures,
            description="Entre deux réparations successives d’un même équipement (MTBF).",
        ),
        Indicator(
            code="maintenance.mttr",
            label="Temps moyen de réparation",
            unit="jours",
            value=figures.to_repair,
            description="De l’ouverture d’une réparation à sa fin, en moyenne (MTTR).",
            better="down",
        ),
        Indicator(
            code="maintenance.reaction",
            label="Délai avant de commencer",
            unit="jours",
            value=figures.reaction,
            description="De l’ouverture d’un ordre de travail à son commencement, en moyenne.",
            better="down",
        ),
        Indicator(
            code="maintenance.overdue_plans",
            label="Entretiens en retard",
            unit="travaux",
            value=figures.overdue_plans,
            description="Travaux d’un plan d’entretien non faits à leur date, à la fin de la période.",
            better="down",
        ),
        Indicator(
            code="maintenance.hours",
            label="Heures de travail",
            unit="heures",
            value=figures.hours,
            description="Temps passé noté sur les ordres de travail.",
            public=False,
        ),
        Indicator(
            code="maintenance.cost",
            label="Coût des travaux",
            unit="€",
            value=figures.cost,
            description="Temps, pièces et dépenses extérieures des ordres de travail.",
            better="down",
            public=False,
        ),
        Indicator(
            code="maintenance.backlog",
            label="Travaux en attente",
            unit="travaux",
            value=figures.backlog,
            description="Travaux ouverts et non terminés à la fin de la période.",
            better="down",
        ),
    ],
    object_actions=[
        ObjectAction(
            model="reports.Report",
            label="Créer un ordre de travail",
            url=_new_url,
            icon="wrench",
            permission=MANAGE,
            shown=lambda user, report: report.is_open,
        ),
        ObjectAction(
            model="assets.Asset",
            label="Créer un ordre de travail",
            url=asset_blocks.new_url,
            icon="wrench",
            permission=MANAGE,
            shown=lambda user, asset: asset.status != "removed",
        ),
    ],
    object_blocks=[
        ObjectBlock(
            code="maintenance.asset",
            model="assets.Asset",
            template="maintenance/asset_block.html",
            context=asset_blocks.context,
            permission=VIEW,
            order=10,
        ),
        ObjectBlock(
            code="maintenance.report",
            model="reports.Report",
            template="maintenance/report_block.html",
            context=report_blocks.context,
            order=10,
        ),
    ],
    demo="beffroi.modules.maintenance.demo.load",
    demo_order=60,
)
