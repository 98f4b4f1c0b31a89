"""What a child eats, as the health sheet says it."""

ORDINARY = "ordinaire"
DIETS = [
    ("", "Tous les plats"),
    ("sans-porc", "Sans porc"),
    ("sans-viande", "Sans viande"),
    ("vegetarien", "Végétarien"),
    ("allergie", "Allergie : repas adapté (PAI)"),
    ("panier", "Panier-repas fourni par la famille (PAI)"),
]
NAMES = {ORDINARY: "Tous les plats"} | {code: label for code, label in DIETS if code}


def name_of(diet: str) -> str:
    """A diet in words."""
    return NAMES.get(diet, diet)
