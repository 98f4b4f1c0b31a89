"""Names to invent people with: common in France, drawn at random, nobody in particular."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS = _words(
    """
    Alice Anna Ambre Camille Chloé Clara Éléonore Élise Emma Eva Inès Iris Jade Jeanne Julia Juliette Léa Léonie
    Lina Lou Louise Lucie Manon Margaux Mia Mila Nina Nour Romane Rose Sarah Sofia Zoé
    """
)
BOYS = _words(
    """
    Adam Arthur Augustin Eliott Enzo Ethan Gabin Gabriel Hugo Isaac Jules Léo Léon Liam Louis Lucas Maël Malo
    Marius Martin Mathis Nathan Noah Noé Nolan Paul Raphaël Robin Sacha Samuel Théo Tom Victor
    """
)

MOTHERS = _words(
    """
    Amandine Aurélie Caroline Céline Delphine Élodie Émilie Fatima Hélène Julie Karine Laetitia Marion Mélanie
    Nadège Pauline Sabrina Sandrine Sophie Stéphanie Virginie
    """
)

FATHERS = _words(
    """
    Alexandre Anthony Benoît Christophe Cyril David Fabien Guillaume Jérôme Julien Karim Ludovic Mathieu Mickaël
    Nicolas Olivier Romain Sébastien Thomas Vincent Xavier
    """
)

FAMILIES = _words(
    """
    Allart Bacquet Bailleul Boulanger Bourgeois Brasseur Carpentier Cauchois Cordier Crampon Darras Decroix
    Delattre Delaporte Desmarest Devaux Dufour Dumont Duquesne Farcy Fauquet Fontaine Froment Gaudefroy Godart
    Gosselin Hamelin Herbet Houllier Joly Lamarre Lavallard Lebrun Lecat Leclerc Lefèvre Legrand Lenglet Leroy
    Leveque Loisel Magnier Mallet Marchand Masse Mercier Morel Obry Patte Petit Picard Poiret Prevost Quentin
    Ricard Roussel Sagnier Sauval Senechal Tellier Thuillier Vasseur Verdier Vilain Wallet Warin
    """
)
STREETS = (
    "rue de l’Église",
    "rue des Tilleuls",
    "rue du Moulin",
    "Grande Rue",
    "rue d’Amiens",
    "rue des Écoles",
    "rue Neuve",
    "chemin Vert",
    "rue du Château",
    "place de la Mairie",
    "rue de la Gare",
    "rue du Bois",
)
