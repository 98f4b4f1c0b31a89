"""Which column of a file is what: the things that can be read, and a first guess by their names."""

import re
import unicodedata
from dataclasses import dataclass

from beffroi.shared.assets.models import AssetKind

TYPED = "v_"


@dataclass(frozen=True)
class Target:
    """Something that is read of a line; `names` = how files call it, folded."""

    code: str
    label: str
    names: tuple[str, ...] = ()
    hint: str = ""


TARGETS = (
    Target(
        "external_ref",
        "Référence extérieure",
        ("reference exterieure", "reference", "ref", "id", "identifiant", "uid", "gid", "fid", "external ref"),
        "L’identifiant stable de la ligne : importer de nouveau le même fichier met à jour, sans double.",
    ),
    Target(
        "code",
        "Numéro d’inventaire",
        ("numero d inventaire", "numero", "num", "code", "matricule", "inventaire"),
        "À défaut, la référence sert de numéro.",
    ),
    Target(
        "maker_label",
        "Étiquette du fabricant",
        ("etiquette du fabricant", "etiq fab", "code barres", "code barre", "codebarre", "barcode", "ean", "gtin"),
        "Le code qu’il porte déjà : il se scanne comme une étiquette de Beffroi.",
    ),
    Target("name", "Nom", ("nom", "name", "libelle", "designation", "intitule")),
    Target(
        "parent",
        "Fait partie de",
        ("fait partie de", "ensemble", "parent", "reseau", "troncon", "site", "batiment"),
        "Numéro ou référence d’un équipement qui existe, ou qui vient plus haut dans le fichier.",
    ),
    Target("commune", "Commune", ("insee", "code insee", "com insee", "commune", "ville", "nom commune")),
    Target("address", "Adresse ou repère", ("adresse ou repere", "adresse", "rue", "voie", "lieu", "localisation")),
    Target("longitude", "Longitude ou X", ("longitude", "lon", "long", "lng", "x", "coord x", "xcoord")),
    Target("latitude", "Latitude ou Y", ("latitude", "lat", "y", "coord y", "ycoord")),
    Target("geometry", "Tracé (GeoJSON ou WKT)", ("trace", "geometry", "geom", "wkt", "geojson", "the geom")),
    Target("status", "Situation", ("situation", "etat", "statut", "status")),
    Target("criticality", "Importance", ("importance", "criticite", "priorite")),
    Target("brand", "Marque", ("marque", "fabricant", "constructeur")),
    Target("model", "Modèle", ("modele",)),
    Target("serial", "Numéro de série", ("numero de serie", "serie", "num serie", "no serie", "serial")),
    Target("supplier", "Fournisseur", ("fournisseur", "fournisseu", "installateur")),
    Target("in_service_on", "Mis en service le", ("mis en service le", "service le", "mise en service", "date pose")),
    Target("warranty_until", "Garantie jusqu’au", ("garantie jusqu au", "garantie", "fin garantie")),
    Target("replace_on", "À remplacer vers le", ("a remplacer vers le", "remplacer", "fin de vie")),
    Target("purchase_cost", "Coût d’achat", ("cout d achat", "cout", "prix", "montant")),
    Target("notes", "Remarques", ("remarques", "remarque", "observations", "commentaire", "notes")),
)


def targets_of(kind: AssetKind) -> list[Target]:
    """Everything that can be read for a kind: the common fields, then its own."""
    typed = []
    for spec in kind.specs:
        label = f"{spec.label} ({spec.unit})" if spec.unit else spec.label
        typed.append(
            Target(f"{TYPED}{spec.name}", label, (folded(spec.label), folded(spec.name), folded(spec.name[:10])))
        )
    return [*TARGETS, *typed]


def folded(text: str) -> str:
    """« Numéro d’inventaire » as « numero d inventaire »."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.lower()).split())


def guess(kind: AssetKind, columns: list[str]) -> dict[str, str]:
    """{target: column} where the name of a column says what it is; the typed fields of the kind choose first."""
    targets = targets_of(kind)
    known = {folded(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for target in sorted(targets, key=lambda one: not one.code.startswith(TYPED)):
        names = [folded(target.label), *target.names]
        column = next((known[name] for name in names if name in known and known[name] not in taken), None)
        if column is not None:
            found[target.code] = column
            taken.add(column)
    return {target.code: found[target.code] for target in targets if target.code in found}
