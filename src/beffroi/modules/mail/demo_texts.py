"""The invented people, companies and subjects of the demonstration's mail."""

from beffroi.modules.mail.models import Regime

# Name, regime, months, text that says so, days (normal, urgent, very urgent), usual team.
TYPES = (
    ("Demande de renseignements", Regime.NONE, 2, "", (15, 8, 4), "Accueil"),
    ("Réclamation", Regime.SVR, 2, "CRPA, article L231-4, 2°", (20, 8, 4), None),
    ("Recours gracieux", Regime.SVR, 2, "CRPA, article L231-4, 2°", (25, 15, 8), None),
    ("Demande de subvention", Regime.SVR, 2, "CRPA, article L231-4, 3°", (30, 15, 8), "Accueil"),
    ("Demande de la liste des procédures", Regime.SVA, 2, "CRPA, articles L231-1 et D231-2", (25, 12, 6), None),
    ("Courrier d’une administration", Regime.NONE, 2, "", (20, 8, 4), "Accueil"),
    ("Facture", Regime.NONE, 2, "", (20, 10, 5), "Accueil"),
    ("Invitation", Regime.NONE, 2, "", (10, 5, 2), "Accueil"),
    ("Candidature", Regime.NONE, 2, "", (20, 10, 5), "Accueil"),
)
TOWN_TYPES = (
    ("Demande de renseignements", Regime.NONE, 2, "", (15, 8, 4), None),
    ("Réclamation", Regime.SVR, 2, "CRPA, article L231-4, 2°", (20, 8, 4), None),
    ("Déclaration préalable", Regime.SVA, 1, "code de l’urbanisme, articles R423-23 et R424-1", (15, 10, 5), None),
    ("Courrier d’une administration", Regime.NONE, 2, "", (20, 8, 4), None),
)
# Object, type, team, who writes: a person, a company (p or c).
SUBJECTS = (
    ("Bac jaune cassé, demande de remplacement", "Demande de renseignements", "Environnement et déchets", "p"),
    ("Collecte oubliée deux semaines de suite", "Réclamation", "Environnement et déchets", "p"),
    ("Contestation de la redevance incitative", "Recours gracieux", "Environnement et déchets", "p"),
    ("Horaires d’hiver de la déchèterie", "Demande de renseignements", "Environnement et déchets", "p"),
    ("Nids-de-poule sur la voie communautaire", "Réclamation", "Voirie", "p"),
    ("Permission de voirie pour un raccordement", "Demande de la liste des procédures", "Voirie", "c"),
    ("Fossé bouché devant une pâture", "Réclamation", "Voirie", "p"),
    ("Éclairage éteint route d’Amiens", "Réclamation", "Éclairage public", "p"),
    ("Dossier technique du poste électrique", "Courrier d’une administration", "Éclairage public", "c"),
    ("Place en accueil de loisirs pour l’été", "Demande de renseignements", "Enfance et jeunesse", "p"),
    ("Contestation d’une facture de cantine", "Recours gracieux", "Enfance et jeunesse", "p"),
    ("Projet d’accueil individualisé", "Demande de renseignements", "Enfance et jeunesse", "p"),
    ("Subvention pour le festival d’été", "Demande de subvention", "Accueil", "c"),
    ("Subvention de fonctionnement du club", "Demande de subvention", "Accueil", "c"),
    ("Devis de maintenance des copieurs", "Facture", "Informatique", "c"),
    ("Facture de fournitures de bureau", "Facture", "Accueil", "c"),
    ("Facture de carburant du mois", "Facture", "Voirie", "c"),
    ("Invitation à l’assemblée générale", "Invitation", "Accueil", "c"),
    ("Invitation à l’inauguration de la salle", "Invitation", "Accueil", "c"),
    ("Notification d’une dotation", "Courrier d’une administration", "Accueil", "c"),
    ("Enquête sur l’équipement numérique", "Courrier d’une administration", "Informatique", "c"),
    ("Candidature à un emploi saisonnier", "Candidature", "Accueil", "p"),
    ("Candidature au poste d’animateur", "Candidature", "Enfance et jeunesse", "p"),
    ("Prêt de matériel pour une fête de village", "Demande de renseignements", "Accueil", "c"),
)
TOWN_SUBJECTS = (
    ("Clôture rue de l’Église", "Déclaration préalable", "p"),
    ("Remplacement de fenêtres", "Déclaration préalable", "p"),
    ("Bruit de voisinage", "Réclamation", "p"),
    ("Stationnement devant l’école", "Réclamation", "p"),
    ("Réservation de la salle des fêtes", "Demande de renseignements", "p"),
    ("Renouvellement d’une concession", "Demande de renseignements", "p"),
    ("Recensement de la population", "Courrier d’une administration", "c"),
    ("Convention avec le syndicat des eaux", "Courrier d’une administration", "c"),
)
FIRST_NAMES = (
    "Agnès",
    "Alban",
    "Blandine",
    "Bruno",
    "Capucine",
    "Cyril",
    "Delphine",
    "Édouard",
    "Fanny",
    "Gaspard",
    "Hortense",
    "Isidore",
    "Josiane",
    "Killian",
    "Ludivine",
    "Marius",
    "Noémie",
    "Octave",
    "Pauline",
    "Quentin",
    "Rosalie",
    "Sylvain",
    "Tiphaine",
    "Urbain",
    "Violette",
    "Wilfried",
    "Xavière",
    "Yvon",
    "Zélie",
)
LAST_NAMES = (
    "Bacquet",
    "Cauchois",
    "Dacheux",
    "Debray",
    "Flahaut",
    "Gourdin",
    "Hénocque",
    "Jumel",
    "Lamotte",
    "Macquet",
    "Nortier",
    "Obry",
    "Poiret",
    "Quignon",
    "Ringard",
    "Sannier",
    "Tattegrain",
    "Vasset",
    "Wallet",
    "Ydrault",
)
COMPANIES = (
    "Bâtiments du Nord Picard",
    "Bureautique de la Somme",
    "Carburants des Deux Vallées",
    "Comité des fêtes d’Authie",
    "Compagnie du Petit Théâtre",
    "Éclairage Services",
    "Football club de la Grouche",
    "Foyer rural de l’Authie",
    "Imprimerie des Remparts",
    "Jardins de la Citadelle",
    "Les Amis du patrimoine",
    "Mutuelle des Campagnes",
    "Papeterie du Beffroi",
    "Réseaux et Travaux",
    "Service départemental d’essai",
    "Transports du Plateau",
)
PLACES = (("80600", "Doullens"), ("80630", "Beauval"), ("80370", "Bernaville"), ("80620", "Domart-en-Ponthieu"))
# Words of the object, type, team.
RULES = (
    ("bac, collecte, déchèterie, tri", "", "Environnement et déchets"),
    ("voirie, nids-de-poule, fossé, route", "", "Voirie"),
    ("éclairage, lampadaire, candélabre", "Réclamation", "Éclairage public"),
    ("accueil de loisirs, cantine, périscolaire, animateur", "", "Enfance et jeunesse"),
    ("subvention", "Demande de subvention", "Accueil"),
    ("facture, devis", "Facture", "Accueil"),
    ("invitation, inauguration", "Invitation", "Accueil"),
)
TEMPLATES = (
    (
        "Réponse simple",
        "Madame, Monsieur,\n\nPar votre courrier du {date_courrier}, vous nous avez écrit au sujet de : {objet}.\n\n"
        "\n\nLe service {service} reste à votre disposition.\n\nVeuillez agréer nos salutations distinguées.",
    ),
    (
        "Demande transmise au service",
        "Madame, Monsieur,\n\nNous avons reçu le {date_arrivee} votre courrier, enregistré sous le numéro {numero}. "
        "Le service {service} l’étudie et vous répondra directement.\n\n{organisme}",
    ),
)
ANSWER = (
    "Madame, Monsieur,\n\nNous avons bien lu votre courrier et le service a fait le nécessaire.\n\n"
    "Veuillez agréer nos salutations distinguées."
)
