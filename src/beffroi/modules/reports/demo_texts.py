"""The invented words of the demonstration reports."""

STREETS = (
    "Rue du Bourg",
    "Rue de l’Église",
    "Grande Rue",
    "Rue du Moulin",
    "Place de la Mairie",
    "Rue d’Amiens",
    "Rue de Doullens",
    "Chemin du Bois",
    "Rue des Écoles",
    "Rue Neuve",
    "Impasse du Puits",
    "Rue de la Gare",
    "Rue du 8 Mai 1945",
    "Route d’Abbeville, D 925",
    "Route d’Arras, D 916",
    "Rue Verte",
)
NAMES = (
    "Odile Mareschal",
    "Gérard Thuillier",
    "Samira Benali",
    "Luc Hennebert",
    "Fatou Diop",
    "Colette Poiret",
    "Mathis Devauchelle",
    "Régine Sueur",
    "Antoine Lefort",
    "Jacqueline Douay",
)
TEXTS = {
    "nid-de-poule": (
        "Un trou profond au milieu de la voie, les voitures font un écart pour l’éviter.",
        "La chaussée s’affaisse sur un mètre, l’eau y reste quand il pleut.",
        "Trou devant la sortie du garage, un vélo est déjà tombé.",
    ),
    "trottoir": (
        "Bordure cassée, les poussettes passent sur la route.",
        "Le trottoir est soulevé par les racines sur plusieurs mètres.",
    ),
    "obstacle": (
        "Beaucoup de boue sur la route après le passage des betteraves, ça glisse.",
        "Une grosse branche est restée sur le côté, on la voit mal la nuit.",
    ),
    "panneau": (
        "Le panneau de sens interdit est couché dans l’herbe.",
        "Le stop n’est plus peint au sol, on ne sait plus où s’arrêter.",
    ),
    "lampadaire-eteint": (
        "Le lampadaire ne s’allume plus depuis une semaine, la rue est noire.",
        "Deux lampadaires clignotent toute la nuit devant l’école.",
        "Éteint depuis l’orage de samedi.",
    ),
    "lampadaire-jour": ("Toute la rue reste allumée en plein jour.",),
    "cable": ("Le coffret électrique au pied du mur est ouvert, on voit les fils.",),
    "depot-sauvage": (
        "Un matelas et une gazinière laissés à l’entrée du chemin.",
        "Des gravats et des pots de peinture près du bois.",
        "Une dizaine de pneus au bord du champ.",
    ),
    "collecte": (
        "La colonne à verre déborde, des bouteilles sont posées à côté.",
        "Le bac jaune n’a pas été pris mardi dans toute l’impasse.",
    ),
    "tag": ("Des inscriptions à la bombe sur le mur du lavoir.",),
    "fuite": ("De l’eau claire coule en continu le long du caniveau.",),
    "avaloir": (
        "L’avaloir est bouché par les feuilles, la rue est inondée à chaque pluie.",
        "La grille est pleine de terre, l’eau entre dans la cour.",
    ),
    "arbre": ("Un arbre penche au-dessus du trottoir depuis la tempête.",),
    "entretien": ("La haie cache le panneau et la vue au carrefour.",),
    "jeux": ("La balançoire a une chaîne presque coupée.",),
    "animal-errant": ("Un chien sans collier tourne autour de l’école depuis hier.",),
    "batiment": ("La porte des toilettes publiques ne ferme plus.",),
    "abribus": ("Une vitre de l’abribus est brisée, il y a du verre par terre.",),
    "poteau": ("Le poteau de téléphone penche, le câble touche la haie.",),
    "armoire": ("L’armoire de rue est grande ouverte.",),
}
QUESTIONS = (
    "Pouvez-vous nous dire devant quel numéro se trouve le problème ?",
    "Avez-vous une photo, ou un repère plus précis ?",
)
SCHEDULED = (
    "L’équipe passera dans la semaine, selon la météo.",
    "L’entreprise est prévenue, son passage est prévu sous dix jours.",
    "L’intervention est au planning du mois.",
)
REFUSED = (
    ("private", "Le chemin appartient à un particulier : adressez-vous à son propriétaire."),
    ("not_found", "Nous sommes passés deux fois sans rien trouver. Une photo nous aiderait."),
    ("planned", "La rue sera refaite entièrement au printemps."),
    ("no_work", "Nous surveillons l’endroit, qui ne présente pas de danger aujourd’hui."),
)
_ROADS = (
    "Trou rebouché à l’enrobé.",
    "Réparé ce matin, la circulation est rétablie.",
    "L’équipe a remis en état et nettoyé.",
)
DONE = {
    "voirie": _ROADS,
    "eclairage": ("Lampe remplacée par une LED.", "Câble réparé, tout est rallumé."),
    "proprete": ("Le dépôt a été enlevé, une plainte est déposée.", "Collecte faite ce matin."),
    "eau": ("Avaloir curé.", "La fuite est réparée."),
    "espaces-verts": ("Taillé et évacué.", "Le jeu est réparé et contrôlé."),
    "animaux": ("L’animal a été pris en charge.",),
    "batiments": ("Réparé par les services techniques.",),
    "reseaux": ("L’opérateur est intervenu.",),
}
