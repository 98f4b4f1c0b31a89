from beffroi.kernel.modules import Module, Permission, Role
from beffroi.shared.organisations import demo

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
        Permission(code="organisations.hours", label="Modifier les horaires d’ouverture"),
    ],
    grants={
        "admin": ("organisations.manage", "organisations.hours"),
        "secretary": ("organisations.hours",),
    },
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
    demo=demo.load,
    demo_order=10,
)
