"""The invented words of the demonstration reports: a sentence for what, one for since when, one for what it causes."""

import random

STREETS = (
    *("Rue du Bourg", "Rue de l’Église", "Grande Rue", "Rue du Moulin", "Place de la Mairie", "Rue d’Amiens"),
    *("Chemin du Bois", "Rue des Écoles", "Rue Neuve", "Impasse du Puits", "Rue de la Gare", "Rue du 8 Mai 1945"),
    *("Rue Verte", "Rue du Calvaire", "Rue des Tilleuls", "Rue de la Fontaine", "Rue du Château", "Rue de la Poste"),
    *("Chemin des Prés", "Ruelle du Presbytère", "Rue du Stade", "Rue Haute", "Rue Basse", "Rue du Cimetière"),
    *("Rue des Tisserands", "Rue de l’Authie", "Chemin de la Vallée", "Place du Jeu-de-Balle", "Rue du Four"),
)
ROADS = ("Route d’Abbeville, D 925", "Route d’Arras, D 916", "Route de Doullens, D 938")
NAMES = (
    *("Odile Mareschal", "Gérard Thuillier", "Samira Benali", "Luc Hennebert", "Fatou Diop", "Colette Poiret"),
    *("Mathis Devauchelle", "Régine Sueur", "Antoine Lefort", "Jacqueline Douay", "Hervé Caudron", "Inès Roussel"),
    *("Bernard Flahaut", "Nadia Kaci", "Thérèse Obry", "Kévin Dufresne", "Paulette Boulanger", "Yann Delattre"),
)
SINCE = (
    "",
    "C’est comme cela depuis hier.",
    "Cela dure depuis une semaine.",
    "Cela date d’une quinzaine de jours.",
    "C’est arrivé après l’orage de samedi.",
    "Je l’ai vu ce matin en partant au travail.",
    "Les voisins l’ont remarqué aussi.",
    "C’était déjà le cas le mois dernier.",
)
# What is seen, then what it causes.
TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "nid-de-poule": (
        (
            "Un trou profond au milieu de la voie.",
            "La chaussée s’affaisse sur un mètre environ.",
            "Trois nids-de-poule à la suite, juste après le virage.",
            "Le bord de la route s’effrite et mord sur la chaussée.",
            "L’enrobé posé l’an dernier s’est décollé par plaques.",
        ),
        (
            "Les voitures font un écart pour l’éviter.",
            "L’eau y reste quand il pleut, on ne le voit plus.",
            "Un vélo est déjà tombé.",
            "Le bus scolaire passe dessus deux fois par jour.",
        ),
    ),
    "trottoir": (
        (
            "La bordure est cassée.",
            "Le trottoir est soulevé par les racines sur plusieurs mètres.",
            "Une dalle bascule quand on marche dessus.",
            "Des gravats encombrent tout le trottoir.",
        ),
        (
            "Les poussettes passent sur la route.",
            "Une personne en fauteuil ne peut pas passer.",
            "On bute dessus le soir.",
        ),
    ),
    "obstacle": (
        (
            "Beaucoup de boue sur la route après le passage des betteraves.",
            "Une grosse branche est restée sur le côté.",
            "Des gravillons sont restés dans le virage.",
            "Une flaque d’huile sur toute la largeur.",
        ),
        ("Ça glisse.", "On la voit mal la nuit.", "Deux voitures ont freiné au dernier moment."),
    ),
    "panneau": (
        (
            "Le panneau de sens interdit est couché dans l’herbe.",
            "Le stop n’est plus peint au sol.",
            "Le panneau d’entrée du village a disparu.",
            "Le passage piéton devant l’école est effacé.",
        ),
        ("On ne sait plus où s’arrêter.", "Les gens de passage se trompent.", "Les voitures ne ralentissent plus."),
    ),
    "lampadaire-eteint": (
        (
            "Le lampadaire ne s’allume plus.",
            "Deux lampadaires clignotent toute la nuit.",
            "Trois lampadaires de suite sont éteints.",
            "Le lampadaire de l’arrêt de bus est éteint.",
            "La lampe s’allume puis s’éteint au bout de dix minutes.",
        ),
        (
            "La rue est noire quand les enfants rentrent.",
            "On ne voit plus les marches.",
            "Les personnes âgées n’osent plus sortir le soir.",
        ),
    ),
    "lampadaire-jour": (
        ("Toute la rue reste allumée en plein jour.", "Le lampadaire de la place est allumé à midi."),
        ("C’est dommage pour la dépense.", "L’horloge doit être déréglée."),
    ),
    "cable": (
        (
            "Le coffret électrique au pied du mur est ouvert.",
            "La trappe du lampadaire est tombée.",
            "Un câble pend le long de la façade.",
        ),
        ("On voit les fils.", "C’est à hauteur d’enfant.", "Il touche la gouttière quand il y a du vent."),
    ),
    "depot-sauvage": (
        (
            "Un matelas et une gazinière laissés à l’entrée du chemin.",
            "Des gravats et des pots de peinture près du bois.",
            "Une dizaine de pneus au bord du champ.",
            "Des sacs d’ordures jetés derrière les colonnes.",
            "Des plaques qui ressemblent à de l’amiante.",
        ),
        (
            "Le tas grossit chaque semaine.",
            "Des animaux ouvrent les sacs.",
            "Le ruisseau passe juste à côté.",
            "Des enfants jouent dans ce chemin.",
        ),
    ),
    "collecte": (
        (
            "La colonne à verre déborde.",
            "Le bac jaune n’a pas été pris mardi dans toute l’impasse.",
            "Le couvercle de la colonne à textile est cassé.",
            "Les bacs n’ont pas été ramassés depuis le jour férié.",
        ),
        ("Des bouteilles sont posées à côté.", "Cela sent fort.", "Le vent disperse les papiers."),
    ),
    "tag": (
        ("Des inscriptions à la bombe sur le mur du lavoir.", "L’abri du terrain de jeux est couvert de peinture."),
        ("Le mur venait d’être refait.", "Les mots ne sont pas pour les enfants."),
    ),
    "fuite": (
        (
            "De l’eau claire coule en continu le long du caniveau.",
            "La borne d’incendie fuit à sa base.",
            "L’eau sort du sol au milieu de la chaussée.",
        ),
        ("Le compteur des voisins ne bouge pas.", "Il va geler cette nuit.", "La chaussée commence à se creuser."),
    ),
    "avaloir": (
        (
            "L’avaloir est bouché par les feuilles.",
            "La grille est pleine de terre.",
            "La grille de l’avaloir a disparu.",
            "Le fossé déborde au carrefour.",
        ),
        ("La rue est inondée à chaque pluie.", "L’eau entre dans la cour.", "Une roue peut y tomber."),
    ),
    "arbre": (
        ("Un arbre penche au-dessus du trottoir.", "Une branche morte est restée accrochée au-dessus du banc."),
        ("Il craque quand il y a du vent.", "Le car passe dessous."),
    ),
    "entretien": (
        (
            "La haie cache le panneau.",
            "L’herbe est plus haute que les tombes au cimetière.",
            "Les ronces avancent sur le chemin de randonnée.",
            "Les massifs de la place sont secs.",
        ),
        ("On ne voit plus rien au carrefour.", "On ne passe plus à deux de front.", "C’est le chemin de l’école."),
    ),
    "jeux": (
        (
            "La balançoire a une chaîne presque coupée.",
            "Une planche du toboggan est cassée.",
            "Une vis dépasse.",
        ),
        ("Les enfants continuent à y jouer.", "Un petit s’est écorché la main."),
    ),
    "animal-errant": (
        ("Un chien sans collier tourne autour de l’école.", "Deux chevaux sont sortis de leur pâture."),
        ("Il n’est pas méchant mais il a peur.", "Les voitures roulent vite à cet endroit."),
    ),
    "batiment": (
        (
            "La porte des toilettes publiques ne ferme plus.",
            "Une gouttière de la salle des fêtes est tombée.",
            "Des tuiles ont glissé du toit de l’ancienne école.",
            "La serrure du columbarium est forcée.",
        ),
        ("L’eau coule sur l’entrée.", "Le passage se trouve juste dessous.", "Il y a des courants d’air partout."),
    ),
    "abribus": (
        ("Une vitre de l’abribus est brisée.", "Le banc de l’abribus est descellé."),
        ("Il y a du verre par terre.", "Les collégiens attendent debout sous la pluie."),
    ),
    "poteau": (
        ("Le poteau de téléphone penche.", "Un poteau a été heurté par un tracteur."),
        ("Le câble touche la haie.", "Il bouge quand un camion passe."),
    ),
    "armoire": (
        ("L’armoire de rue est grande ouverte.", "La porte de l’armoire est arrachée."),
        ("L’eau va entrer.", "Les fibres sont à l’air libre."),
    ),
}
QUESTIONS = (
    "Pouvez-vous nous dire devant quel numéro se trouve le problème ?",
    "Avez-vous une photo, ou un repère plus précis ?",
    "Est-ce du côté de l’église ou du côté du cimetière ?",
)
ANSWERS = (
    "C’est devant le numéro 14, du côté des maisons en brique.",
    "Juste après le calvaire, à droite en venant de l’école.",
    "En face de l’abribus, on ne peut pas le manquer.",
)
SCHEDULED = (
    "L’équipe passera dans la semaine, selon la météo.",
    "L’entreprise est prévenue, son passage est prévu sous dix jours.",
    "L’intervention est au planning du mois.",
    "Nous attendons une pièce, puis l’équipe passera.",
)
REFUSED = (
    ("private", "Le chemin appartient à un particulier : adressez-vous à son propriétaire."),
    ("not_found", "Nous sommes passés deux fois sans rien trouver. Une photo nous aiderait."),
    ("planned", "La rue sera refaite entièrement au printemps."),
    ("no_work", "Nous surveillons l’endroit, qui ne présente pas de danger aujourd’hui."),
    ("no_body", "Ce réseau est privé : nous avons laissé un mot à son gestionnaire."),
)
TRANSFERRED = "Après vérification sur place, ce n’est pas de notre ressort : nous vous le transmettons."
REOPENED = ("Le problème est revenu.", "Une partie seulement a été faite.")
TWINS = (
    "La même chose que signalé hier, un peu plus loin.",
    "Je crois que c’est déjà signalé, mais rien n’a bougé.",
    "Pareil devant chez moi.",
)
_ROADS = (
    "Trou rebouché à l’enrobé.",
    "Réparé ce matin, la circulation est rétablie.",
    "L’équipe a remis en état et nettoyé.",
    "Reprise provisoire à l’enrobé à froid ; la rue est inscrite au programme de l’an prochain.",
)
DONE = {
    "voirie": _ROADS,
    "eclairage": (
        "Lampe remplacée par une LED.",
        "Câble réparé, tout est rallumé.",
        "Horloge réglée.",
        "Trappe posée.",
    ),
    "proprete": ("Le dépôt a été enlevé, une plainte est déposée.", "Collecte faite ce matin.", "Nettoyé à l’eau."),
    "eau": ("Avaloir curé.", "La fuite est réparée.", "Grille remplacée."),
    "espaces-verts": ("Taillé et évacué.", "Le jeu est réparé et contrôlé.", "Passage rouvert à la débroussailleuse."),
    "animaux": ("L’animal a été pris en charge.", "Son maître est venu le chercher."),
    "batiments": ("Réparé par les services techniques.", "Mis en sécurité, le couvreur passe mardi."),
    "reseaux": ("L’opérateur est intervenu.", "Poteau redressé par l’opérateur."),
}


def told(code: str, draw: random.Random) -> str:
    """What an inhabitant writes about a problem of this category."""
    seen, causes = TEXTS[code]
    parts = (draw.choice(seen), draw.choice(SINCE), draw.choice(causes) if draw.random() < 0.75 else "")
    return " ".join(part for part in parts if part)
