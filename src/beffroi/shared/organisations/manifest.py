from beffroi.kernel.modules import Dataset, Layer, MenuItem, Module, Page, Permission, Role, SearchSource
from beffroi.shared.organisations import access, exports
from beffroi.shared.organisations.models import Commune


def _commune() -> tuple | None:
    slug = Commune.objects.members().values_list("slug", flat=True).first()
    return (slug,) if slug else None


def _body() -> tuple | None:
    slug = access.directory().values_list("slug", flat=True).first()
    return (slug,) if slug else None


module = Module(
    label="Organisations",
    icon="building-2",
    roles=[
        Role(
            code="admin",
            label="Administrateur",
            description="Invite les agents de l’organisation, donne et retire les rôles, règle les services.",
        ),
        Role(
            code="operator_admin",
            label="Administrateur de la plateforme",
            description="Règle ce qui vaut pour tout le territoire : catégories, compétences, apparence, modules.",
            kinds=("epci",),
        ),
        Role(code="agent", label="Agent", description="Traite les demandes adressées à l’organisation."),
        Role(
            code="secretary",
            label="Secrétaire de mairie",
            description="Tient le guichet d’une mairie : saisit pour les habitants, suit les demandes de la commune.",
            kinds=("commune",),
        ),
        Role(
            code="adviser",
            label="Conseiller numérique",
            description="Accompagne les habitants et agit pour eux sous mandat.",
        ),
        Role(
            code="elected",
            label="Élu",
            description="Suit les dossiers et les indicateurs de l’organisation.",
        ),
        Role(
            code="editor",
            label="Rédacteur",
            description="Publie les pages, les actualités, l’agenda et les alertes du site.",
        ),
        Role(
            code="dpo",
            label="Délégué à la protection des données",
            description="Contrôle les durées de conservation et les demandes d’accès aux données.",
        ),
    ],
    permissions=[
        Permission(code="organisations.manage", label="Gérer l’organisation, ses équipes et ses rôles"),
        Permission(code=access.HOURS, label="Modifier les horaires d’ouverture"),
        Permission(code=access.CONTACT, label="Modifier l’adresse et le téléphone de l’organisation"),
        Permission(code=access.READ, label="Consulter l’annuaire des organismes"),
        Permission(code=access.BODIES, label="Tenir l’annuaire des organismes"),
    ],
    grants={
        "admin": ("organisations.manage", access.HOURS, access.CONTACT, access.READ, access.BODIES),
        "operator_admin": (access.READ, access.BODIES),
        "secretary": (access.HOURS, access.CONTACT, access.READ),
        "agent": (access.READ,),
        "adviser": (access.READ,),
        "elected": (access.READ,),
    },
    menu=[
        MenuItem(
            label="Horaires",
            url_name="organisations:hours",
            group="Organisation",
            icon="clock",
            permission=access.HOURS,
            order=600,
        ),
        MenuItem(
            label="Organismes",
            url_name="organisations:bodies",
            group="Organisation",
            icon="building-2",
            permission=access.READ,
            order=610,
        ),
    ],
    pages=[
        Page(url_name="organisations:hours", permission=access.HOURS),
        Page(url_name="organisations:hours_of", permission=access.HOURS, args=_commune),
        Page(url_name="organisations:hours_week", permission=access.HOURS, args=_commune),
        Page(url_name="organisations:bodies", permission=access.READ),
        Page(url_name="organisations:body", permission=access.READ, args=_body),
        Page(url_name="organisations:body_add", permission=access.BODIES),
        Page(url_name="organisations:body_edit", permission=access.CONTACT, args=_commune),
    ],
    search=[
        SearchSource(
            model="organisations.Organisation",
            label="Organismes",
            queryset=access.directory,
            document=exports.body_document,
            icon="building-2",
            order=60,
        ),
    ],
    layers=[
        Layer(code="contours", label="Communes", features=exports.outlines, icon="map", order=10),
        Layer(code="mairies", label="Mairies", features=exports.town_halls, icon="landmark", order=20),
    ],
    datasets=[
        Dataset(
            code="communes",
            title="Communes du territoire",
            description=f"Les communes membres, leurs codes, leur population et leur centre. {exports.SOURCE}.",
            fields=exports.COMMUNES,
            rows=exports.communes_rows,
            frequency="annual",
            keywords=("communes", "population", "code INSEE"),
            longitude="longitude",
            latitude="latitude",
        ),
        Dataset(
            code="mairies",
            title="Mairies et leurs horaires",
            description="L’adresse, le téléphone et les horaires d’ouverture de chaque mairie, tenus par elle.",
            fields=exports.TOWN_HALLS,
            rows=exports.town_halls_rows,
            frequency="continuous",
            keywords=("mairies", "horaires", "services publics"),
            longitude="longitude",
            latitude="latitude",
        ),
    ],
    verbs={
        "organisations.demonstration_started": "Démonstration commencée",
        "organisations.install": "Organisation installée",
        "organisations.update": "Coordonnées modifiées",
        "organisations.team": "Équipe créée",
        "organisations.outline": "Contour de la commune dessiné",
        "organisations.addresses": "Adresses importées",
        "organisations.hours": "Horaires d’ouverture modifiés",
        "organisations.exception": "Fermeture ou ouverture exceptionnelle ajoutée",
        "organisations.exception_removed": "Fermeture ou ouverture exceptionnelle retirée",
    },
    kept={
        "organisations.Organisation": "L’adresse et le téléphone publics d’un organisme, non d’une personne.",
        "organisations.Team": "L’adresse partagée d’un service, non d’une personne.",
    },
    demo="beffroi.shared.organisations.demo.load",
    demo_order=10,
)
