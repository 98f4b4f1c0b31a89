"""What is published: the menus, and how much the places are used; no line names or could name a child."""

import json
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Max, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from beffroi.kernel.modules import Dataset, column
from beffroi.modules.childcare.models import Dish, Place
from beffroi.shared.organisations.models import Organisation

TYPES = (
    "crèche",
    "maternelle",
    "élémentaire",
    "collège",
    "lycée",
    "université",
    "centre de formation",
    "administration",
    "résidence sénior",
    "EHPAD",
    "repas à domicile",
    "centre de loisirs",
    "restaurant d'entreprise",
    "autre",
)


MENU_FIELDS = (
    column("menuCollNom", "string", "Collectivité", True, "CC du Territoire Nord Picardie"),
    column("menuCollSiret", "string", "SIRET de la collectivité", True, "20007008200013", pattern="^[0-9]{14}$"),
    column("menuEtablissementNom", "string", "Qui produit le repas", True, "CC du Territoire Nord Picardie"),
    column("menuEtablissementSiret", "string", "Son SIRET", pattern="^[0-9]{14}$"),
    column("menuRestaurantNom", "string", "Où il est servi", True, "Accueil de Doullens"),
    column("menuRestaurantInsee", "string", "Code INSEE de la commune", example="80253"),
    column("menuRestaurantId", "string", "Identifiant du restaurant (non renseigné)"),
    column("menuRestaurantIdType", "string", "Nature de l’identifiant", True, "sans"),
    column("menuRestaurantType", "string", "Nature de l’établissement", True, "centre de loisirs", enum=list(TYPES)),
    column("menuRestaurantConvive", "string", "Pour qui", True, "enfants"),
    column("menuDate", "date", "Jour", True, "2026-11-25"),
    column("menuRepasType", "string", "Repas", True, "déjeuner"),
    column("menuPlatType", "string", "Type de plat", True, "plat principal"),
    column("menuPlatNom", "string", "Plat", True, "Gratin de courge", maxLength=160),
    column("menuPlatCode", "string", "Code du plat (non renseigné)"),
    column("menuPlatSiqo", "string", "Signes de qualité", example='["agriculture biologique"]'),
    column("menuPlatLabel", "string", "Labels (non renseigné)"),
    column("menuPlatPrecision", "string", "Précision (non renseignée)"),
    column("menuPlatRegime", "string", "Régimes", example='["végétarien"]'),
    column("menuPlatAllergene", "string", "Allergènes", example='["lait", "céleri"]'),
    column("menuPlatTexture", "string", "Texture"),
    column("menuPlatNutriscore", "string", "Nutriscore (non renseigné)"),
    column("menuPlatPrix", "number", "Prix de revient (non renseigné)"),
    column("menuPublicationDate", "datetime", "Publié le", True, "2026-11-20T09:00:00Z"),
    column("menuModificationDate", "datetime", "Modifié le (non renseigné)"),
    column("menuModificationInfo", "string", "Motif de la modification (non renseigné)"),
)


def _list(words: list[str]) -> str | None:
    """Several values in a cell: an array in JSON, as Table Schema wants it."""
    return json.dumps(words, ensure_ascii=False) if words else None


def menu_rows() -> Iterator[dict]:
    """The dishes, as the schema « Menus de la restauration collective » 1.2.3 has them."""
    body = Organisation.objects.filter(is_operator=True).first()
    if body is None or not body.siret:
        return
    for dish in Dish.objects.select_related("site__commune").order_by("day", "site", "meal", "pk"):
        row: dict = dict.fromkeys(field.name for field in MENU_FIELDS)
        row |= {
            "menuCollNom": body.name,
            "menuCollSiret": body.siret,
            "menuEtablissementNom": body.name,
            "menuEtablissementSiret": body.siret,
            "menuRestaurantNom": dish.site.name,
            "menuRestaurantInsee": dish.site.commune.code_insee if dish.site.commune else None,
            "menuRestaurantIdType": "sans",
            "menuRestaurantType": "centre de loisirs",
            "menuRestaurantConvive": "enfants",
            "menuDate": dish.day,
            "menuRepasType": dish.meal,
            "menuPlatType": dish.course,
            "menuPlatNom": dish.name,
            "menuPlatSiqo": _list(["agriculture biologique"] if dish.organic else []),
            "menuPlatRegime": _list(["végétarien"] if dish.vegetarian else []),
            "menuPlatAllergene": _list(dish.allergens),
            "menuPlatTexture": _list(["sans texture modifiée"]),
            "menuPublicationDate": timezone.localtime(dish.updated_at).replace(microsecond=0),
        }
        yield row


USE = ("group__site__name", "group__site__commune__code_insee", "group__activity__name", "group__name")


def use_rows() -> Iterator[dict]:
    """Places open and taken, by month, site, activity and group; days to come are left out."""
    rows = (
        Place.objects.filter(day__lt=timezone.localdate())
        .exclude(slot__startswith="=")
        .annotate(month=TruncMonth("day"))
        .values(
            "month", "group__site__name", "group__site__commune__code_insee", "group__activity__name", "group__name"
        )
        .annotate(open=Sum("capacity"), held=Sum("taken"))
        .order_by("month", "group__site__name", "group__activity__name", "group__name")
    )
    for row in rows:
        yield {
            "mois": f"{row['month']:%Y-%m}",
            "site": row["group__site__name"],
            "commune": row["group__site__commune__code_insee"],
            "activite": row["group__activity__name"],
            "groupe": row["group__name"],
            "places": row["open"],
            "occupees": row["held"],
            "taux": round(Decimal(100 * row["held"]) / row["open"], 1) if row["open"] else None,
        }


def _menu_version() -> str:
    last = Dish.objects.aggregate(last=Max("updated_at"))["last"]
    return f"{last}-{Dish.objects.count()}"


DATASETS = [
    Dataset(
        code="menus",
        title="Menus de la restauration des enfants",
        description=(
            "Les plats servis dans les accueils de loisirs, selon le schéma national des menus de la restauration "
            "collective (1.2.3)."
        ),
        fields=MENU_FIELDS,
        rows=menu_rows,
        frequency="weekly",
        keywords=("restauration collective", "menus", "enfance"),
        version=_menu_version,
    ),
    Dataset(
        code="accueils-enfants",
        title="Fréquentation des accueils de loisirs",
        description="Places ouvertes et occupées, par mois, site, activité et groupe : des comptes, aucun enfant.",
        fields=(
            column("mois", "string", "Mois", True, "2026-10"),
            column("site", "string", "Site", True, "Accueil de Doullens"),
            column("commune", "string", "Code INSEE de la commune", example="80253"),
            column("activite", "string", "Activité", True, "Mercredis loisirs"),
            column("groupe", "string", "Groupe d’âge", True, "Les grands"),
            column("places", "integer", "Places ouvertes (parties de journée)", True, "540", minimum=0),
            column("occupees", "integer", "Places occupées", True, "431", minimum=0),
            column("taux", "number", "Taux de remplissage, en %", example="79.8", minimum=0),
        ),
        rows=use_rows,
        frequency="daily",
        keywords=("enfance", "accueil de loisirs", "périscolaire"),
    ),
]
