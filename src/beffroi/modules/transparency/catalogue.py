"""The catalogue of our open datasets as a dataset: SCDL catalogue 0.1.3, one line for each dataset with its sheet."""

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.datasets import files, snapshots
from beffroi.kernel.finding import fold
from beffroi.kernel.modules import Dataset, column
from beffroi.kernel.notices.filling import absolute
from beffroi.modules.transparency.models import DatasetSheet
from beffroi.shared.organisations.models import Organisation

CODE = "catalogue"
LICENCES = {
    "Licence Ouverte 2.0": "Licence Ouverte-LO",
    "ODbL 1.0": "Open Database License-ODBL",
    "CC BY 4.0": "Creative Commons-CC",
}
FREQUENCIES = {
    "continuous": "Continuelle",
    "daily": "Quotidienne ou plusieurs fois par jour",
    "weekly": "Hebdomadaire ou plusieurs fois par semaine",
    "monthly": "Mensuelle ou plusieurs fois par mois",
    "quarterly": "Trimestrielle",
    "annual": "Annuelle",
    "irregular": "Irrégulière",
}


def _keywords(dataset: Dataset) -> str:
    words = [re.sub(r"[^a-z0-9]+", "-", fold(word)).strip("-") for word in (*dataset.keywords, dataset.title)]
    return ";".join(dict.fromkeys(word for word in words if word))


def _last(dataset: Dataset) -> snapshots.Snapshot | None:
    """The dataset as it was last read; None when it cannot be read now, which the nightly job tells."""
    kept = snapshots.kept(dataset)
    if kept is not None:
        return kept
    try:
        return snapshots.current(dataset)
    except Exception:  # noqa: BLE001  one dataset that breaks must not hide the others
        return None


def rows() -> Iterator[dict]:
    """Each dataset that has a sheet, this one left out; nothing while the EPCI has no SIRET, which the schema wants."""
    publisher = Organisation.objects.filter(is_operator=True).exclude(siret="").first()
    if publisher is None:
        return
    sheets = {sheet.code: sheet for sheet in DatasetSheet.objects.all()}
    for dataset in sorted(modules.collect("datasets"), key=lambda one: one.code):
        sheet = sheets.get(dataset.code)
        snapshot = _last(dataset) if sheet is not None and dataset.code != CODE else None
        if sheet is None or snapshot is None:
            continue
        changed = timezone.localdate(snapshot.changed_at)
        formats = [one.kind for one in files.formats_of(dataset)]
        yield {
            "COLL_NOM": publisher.name[:140],
            "COLL_SIRET": publisher.siret,
            "ID": dataset.code,
            "TITRE": dataset.title,
            "DESCRIPTION": dataset.description,
            "THEME": sheet.theme,
            "PRODUCTEUR_NOM": publisher.name[:140],
            "PRODUCTEUR_SIRET": publisher.siret,
            "COUV_SPAT_MAILLE": sheet.scale,
            "COUV_SPAT_NOM": publisher.name[:140],
            "COUV_TEMP_DEBUT": sheet.starts_on,
            "COUV_TEMP_FIN": sheet.ends_on or max(changed, sheet.starts_on),
            "DATE_PUBL": sheet.published_on,
            "FREQ_MAJ": FREQUENCIES[dataset.frequency],
            "DATE_MAJ": max(changed, sheet.published_on),
            "MOTS_CLES": _keywords(dataset),
            "LICENCE": LICENCES.get(dataset.licence, "Spécifique ou autre"),
            "NOMBRE_RESSOURCES": len(formats),
            "FORMAT_RESSOURCES": ";".join(formats),
            "URL": absolute(reverse("kernel:dataset", args=[dataset.code])),
        }


DATASET = Dataset(
    code=CODE,
    title="Catalogue des données ouvertes",
    description=(
        "La liste de nos jeux de données, au format commun des collectivités (SCDL, catalogue 0.1.3) : ce que contient "
        "chacun, depuis quand, à quel rythme il change, sous quelle licence et à quelle adresse."
    ),
    fields=(
        column("COLL_NOM", "string", "Collectivité qui publie le catalogue", True),
        column("COLL_SIRET", "string", "SIRET de cette collectivité", True, pattern=r"^\d{14}$"),
        column("ID", "string", "Identifiant du jeu de données", True, "deliberations"),
        column("TITRE", "string", "Titre", True, "Délibérations"),
        column("DESCRIPTION", "string", "Description", True),
        column("THEME", "string", "Thème", True, maxLength=140),
        column("PRODUCTEUR_NOM", "string", "Nom du producteur", True),
        column("PRODUCTEUR_SIRET", "string", "SIRET du producteur", True, pattern=r"^\d{14}$"),
        column("COUV_SPAT_MAILLE", "string", "Maille", True, "Intercommunale"),
        column("COUV_SPAT_NOM", "string", "Territoire couvert", True),
        column("COUV_TEMP_DEBUT", "date", "Début de la période couverte", True),
        column("COUV_TEMP_FIN", "date", "Fin de la période couverte", True),
        column("DATE_PUBL", "date", "Première publication", True),
        column("FREQ_MAJ", "string", "Rythme des mises à jour", True),
        column("DATE_MAJ", "date", "Dernière mise à jour", True),
        column("MOTS_CLES", "string", "Mots clés séparés par des points-virgules", True, "scdl;deliberation"),
        column("LICENCE", "string", "Licence", True, "Licence Ouverte-LO"),
        column("NOMBRE_RESSOURCES", "integer", "Nombre de fichiers", True, minimum=1),
        column("FORMAT_RESSOURCES", "string", "Formats des fichiers", True, "csv;xlsx;ods;json"),
        column("URL", "string", "Adresse de la page du jeu de données", True),
    ),
    rows=rows,
    keywords=("SCDL", "open data", "données ouvertes"),
)
