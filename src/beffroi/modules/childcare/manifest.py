from beffroi.kernel.modules import (
    MenuItem,
    Module,
    ObjectAction,
    Permission,
    PersonalData,
    Role,
    Service,
    TerrainBlock,
    Tile,
)
from beffroi.modules.childcare import figures, personal_data
from beffroi.modules.childcare.access import ATTEND, ESCORT, HEALTH, MANAGE, REGISTER, VIEW
from beffroi.modules.childcare.exports import DATASETS
from beffroi.modules.childcare.indicators import INDICATORS
from beffroi.modules.childcare.notices import NOTICES
from beffroi.modules.childcare.pages import PAGES
from beffroi.modules.childcare.retention import RULES
from beffroi.modules.childcare.verbs import VERBS
from beffroi.modules.childcare.views import escorting
from beffroi.modules.childcare.views.sheet import field_block
from beffroi.shared.people import models as people

GROUP = "Enfance"
FIELD = "kernel.field"


def _menu(label, name, icon, permission, order):
    return MenuItem(
        label=label, url_name=f"childcare:{name}", group=GROUP, icon=icon, permission=permission, order=order
    )


module = Module(
    label="Enfance",
    icon="baby",
    needs=("organisations", "people", "accounts", "files", "billing"),
    roles=[
        Role(
            code="family_desk",
            label="Guichet famille",
            description="Tient les dossiers des enfants, règle les activités et les places, réserve pour les familles.",
            kinds=("epci", "commune", "syndicat"),
        ),
        Role(
            code="facilitator",
            label="Animateur",
            description="Reçoit les enfants : feuille du jour, pointage, fiches sanitaires.",
            kinds=("epci", "commune", "syndicat", "association"),
        ),
        Role(
            code="line_escort",
            label="Accompagnateur de ligne",
            description="Accompagne une ligne de transport : liste du jour, montées, à qui chaque enfant est remis.",
            kinds=("epci", "commune", "syndicat", "association"),
        ),
    ],
    permissions=[
        Permission(code=VIEW, label="Voir les dossiers des enfants et les feuilles du jour"),
        Permission(code=ATTEND, label="Pointer les enfants"),
        Permission(code=ESCORT, label="Tenir la liste d’une ligne de transport"),
        Permission(code=REGISTER, label="Inscrire et réserver pour une famille"),
        Permission(code=HEALTH, label="Lire les fiches sanitaires"),
        Permission(code=MANAGE, label="Régler les activités, les groupes, les places et les périodes"),
    ],
    grants={
        "family_desk": (
            VIEW,
            ATTEND,
            ESCORT,
            REGISTER,
            HEALTH,
            MANAGE,
            people.VIEW,
            people.EDIT,
            "cases.desk",
            FIELD,
        ),
        "facilitator": (VIEW, ATTEND, ESCORT, HEALTH, "cases.desk", FIELD),
        "line_escort": (ESCORT, "cases.desk", FIELD),
        "admin": (MANAGE,),
    },
    verbs=VERBS,
    menu=[
        MenuItem(label="Enfance", url_name="childcare:activities", face="portal", icon="baby", order=40),
        MenuItem(label="Mes enfants", url_name="childcare:my_children", face="account", icon="baby", order=200),
        MenuItem(
            label="Réservations", url_name="childcare:my_bookings", face="account", icon="calendar-days", order=210
        ),
        MenuItem(
            label="Questionnaires", url_name="childcare:my_surveys", face="account", icon="clipboard-list", order=220
        ),
        _menu("Feuille du jour", "today", "clipboard-check", VIEW, 400),
        _menu("Enfants", "children", "baby", VIEW, 410),
        _menu("À traiter", "todo", "inbox", REGISTER, 420),
        _menu("Quotients", "quotients", "wallet", REGISTER, 425),
        _menu("Repas", "meals", "clipboard-list", VIEW, 430),
        _menu("Lignes de transport", "lines", "bus", VIEW, 435),
        _menu("Menus", "menus", "book-open", MANAGE, 440),
        _menu("Chiffres", "figures", "chart-column", REGISTER, 445),
        _menu("Questionnaires", "surveys", "list-checks", REGISTER, 446),
        _menu("États CAF et MSA", "statement", "file-text", REGISTER, 447),
        _menu("Activités", "offer", "settings", MANAGE, 450),
    ],
    services=[
        Service(
            code="childcare",
            label="Inscrire mon enfant",
            url_name="childcare:activities",
            text="Mercredis, vacances, périscolaire, cantine",
            icon="baby",
            keywords="enfance centre de loisirs périscolaire garderie cantine vacances mercredi",
            order=30,
        )
    ],
    pages=PAGES,
    notices=NOTICES,
    datasets=DATASETS,
    indicators=INDICATORS,
    tiles=[
        Tile(
            label="enfants attendus aujourd’hui",
            value=figures.expected_today,
            url_name="childcare:today",
            permission=VIEW,
            order=400,
        ),
        Tile(
            label="dossiers d’enfants à traiter",
            value=figures.to_do,
            url_name="childcare:todo",
            permission=REGISTER,
            order=410,
        ),
    ],
    retention=RULES,
    kept={
        "childcare.Contact": "vit et meurt avec le dossier de l’enfant",
        "childcare.Site": "le téléphone d’un lieu, non d’une personne",
        "childcare.TransportLine": "le téléphone d’un véhicule, non d’une personne",
    },
    personal_data=[
        PersonalData(code="childcare", label="Mes enfants", export=personal_data.export, erase=personal_data.erase)
    ],
    object_actions=[
        ObjectAction(
            model="people.Person",
            label="Ajouter un enfant",
            url=lambda person: f"/bureau/enfance/enfants/nouveau/?personne={person.pk}",
            icon="baby",
            permission=REGISTER,
        )
    ],
    terrain_blocks=[
        TerrainBlock(code="childcare", template="childcare/field/block.html", context=field_block, order=20),
        TerrainBlock(
            code="childcare-lines", template="childcare/field/lines_block.html", context=escorting.field_block, order=22
        ),
    ],
    demo="beffroi.modules.childcare.demo.load",
    demo_order=70,
)
