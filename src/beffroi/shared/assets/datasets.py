"""Open data: the public facilities (SCDL) and the defibrillators (arrêté of 29 October 2019), as their schemas want.

A line whose compulsory values are not known (the SIRET of the commune among them) is left out: both schemas refuse an
empty cell there.
"""

import re
from collections.abc import Iterator

import phonenumbers

from beffroi.kernel.modules import Dataset, column
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Commune

NO_NUMBER = "99999"
RELATED = ("kind", "organisation", "commune", "supplier")


def _letters(text: str, allowed: str) -> str:
    """The text with only the letters that the schema accepts: no ligature, no curved apostrophe."""
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("\u202f", " ")
    return " ".join(re.sub(rf"[^{allowed}]", " ", text).split())


def town(name: str) -> str:
    """A commune's name, in letters, spaces and hyphens."""
    return _letters(name.replace("’", "-").replace("'", "-"), "A-Za-z\\s\\-\u00c0-\u00ff")


def street_of(asset: Asset) -> tuple[str, str]:
    """(number, street) of its address; 99999 where there is no number."""
    number, street = str(asset.values.get("numero", "")).strip(), str(asset.values.get("voie", "")).strip()
    if not street:
        found = re.match(r"\s*(\d+(?:\s?(?:bis|ter|quater|[a-d])\b)?)[\s,]+(.+)", asset.address.partition(",")[0])
        number, street = (found[1], found[2]) if found else (number, asset.address.partition(",")[0])
    return number or NO_NUMBER, _letters(street, "a-zA-Z0-9\\-'\\s\u00c0-\u00ff")


def facilities() -> Iterator[dict]:
    """The public facilities of the kinds that bear a national code."""
    assets = Asset.objects.public().filter(
        kind__dataset=AssetKind.Dataset.EQUIPMENT,
        open_number__isnull=False,
        location__isnull=False,
        commune__member=True,
    )
    owners: dict[int, Commune] = {}
    for asset in (
        assets.select_related(*RELATED).defer("commune__outline").order_by("commune__code_insee", "kind", "open_number")
    ):
        commune = owners.setdefault(asset.commune_id, asset.commune)
        number, street = street_of(asset)
        postal = commune.postal_code or next(iter(commune.postal_codes), "")
        if not commune.siret or len(street) < 3 or not postal:
            continue
        code = f"{asset.kind.open_code}-{asset.open_number:03d}"
        yield {
            "COLL_NOM": commune.name[:140],
            "COLL_SIRET": commune.siret,
            "EQUIP_UID": f"{commune.code_insee}-{code}",
            "EQUIP_THEME": asset.kind.open_theme,
            "EQUIP_CODE": code,
            "EQUIP_TYPE": asset.kind.label.replace(",", "")[:140],
            "EQUIP_NOM": asset.name,
            "ADR_NUMERO": number,
            "ADR_NOMVOIE": street,
            "ADR_CODEPOSTAL": postal,
            "ADR_COMMUNE": town(commune.name),
            "ADR_CLE_INTEROP": None,
            "ERP_ID": None,
            "ERP_TYPE": asset.values.get("erp_type"),
            "ERP_CATEGORIE": asset.values.get("erp_categorie"),
            "EQUIP_LAT": round(asset.location[1], 6),
            "EQUIP_LONG": round(asset.location[0], 6),
            "EQUIP_OUVERTURE": None,
            "EQUIP_TEL": _short_phone(commune.phone),
            "EQUIP_EMAIL": commune.email or None,
            "EQUIP_WEB": commune.website or None,
        }


def international(phone: str) -> str:
    """A French number as « +33322325000 », or nothing."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if re.fullmatch(r"\+33\d{9}", written) else ""


def _short_phone(phone: str) -> str | None:
    written = international(phone)
    return f"{written[:3]} {written[3:]}" if written else None


def defibrillators() -> Iterator[dict]:
    """Every defibrillator of which all that the national base asks for is known; one line for each serial number."""
    assets = Asset.objects.public().filter(kind__dataset=AssetKind.Dataset.AED, location__isnull=False)
    seen: set[str] = set()
    for asset in assets.select_related(*RELATED).defer("commune__outline").order_by("organisation", "code"):
        line = _defibrillator(asset)
        required = ("nom", "acc", "acc_lib", "disp_j", "disp_h", "tel1", "fab_rais", "modele", "num_serie", "dermnt")
        owner = ("expt_siren", "expt_rais", "expt_tel1", "expt_email")
        if asset.serial in seen or not all(line[name] for name in (*required, *owner)):
            continue
        seen.add(asset.serial)
        yield line


def _defibrillator(asset: Asset) -> dict:
    values, owner = asset.values, asset.organisation
    number, street = street_of(asset)
    commune = asset.commune
    down = asset.status != Asset.Status.IN_SERVICE
    return {
        "nom": asset.name,
        "lat_coor1": round(asset.location[1], 6),
        "long_coor1": round(asset.location[0], 6),
        "adr_num": None if number == NO_NUMBER else number,
        "adr_voie": street or None,
        "com_cp": (commune.postal_code or None) if commune else None,
        "com_insee": commune.code_insee if commune else None,
        "com_nom": commune.name if commune else None,
        "acc": values.get("acc"),
        "acc_lib": _yes(values.get("acc_lib")),
        "acc_complt": values.get("acc_complt"),
        "disp_j": values.get("disp_j"),
        "disp_h": values.get("disp_h"),
        "tel1": international(values.get("tel1") or owner.phone),
        "date_instal": asset.in_service_on,
        "etat": "Actif",
        "etat_fonct": "Hors service" if down else "En fonctionnement",
        "fab_rais": asset.brand,
        "mnt_rais": asset.supplier.name if asset.supplier_id else None,
        "modele": asset.model,
        "num_serie": asset.serial,
        "lc_ped": _yes(values.get("lc_ped")),
        "dtpr_lcad": values.get("dtpr_lcad"),
        "dtpr_bat": values.get("dtpr_bat"),
        "dermnt": values.get("dermnt"),
        "expt_siren": owner.siren or owner.siret[:9],
        "expt_siret": owner.siret or None,
        "expt_rais": owner.name,
        "expt_tel1": international(owner.phone),
        "expt_email": values.get("courriel") or owner.email,
    }


def _yes(value: bool | None) -> str | None:
    return None if value is None else "oui" if value else "non"


FACILITY_FIELDS = (
    column("COLL_NOM", "string", "Nom de la commune où est l’équipement", True),
    column("COLL_SIRET", "string", "SIRET de cette commune", True, pattern=r"^\d{14}$"),
    column("EQUIP_UID", "string", "Identifiant unique : code INSEE, code de l’équipement", True, maxLength=18),
    column("EQUIP_THEME", "string", "Thème de la nomenclature nationale", True),
    column("EQUIP_CODE", "string", "Code de la nomenclature et numéro d’ordre", True, maxLength=12),
    column("EQUIP_TYPE", "string", "Type d’équipement", True),
    column("EQUIP_NOM", "string", "Nom d’usage", True),
    column("ADR_NUMERO", "string", "Numéro dans la voie ; 99999 sans numéro", True),
    column("ADR_NOMVOIE", "string", "Voie ou lieu-dit", True, minLength=3),
    column("ADR_CODEPOSTAL", "string", "Code postal", True, maxLength=5),
    column("ADR_COMMUNE", "string", "Commune", True),
    column("ADR_CLE_INTEROP", "string", "Clé d’interopérabilité de l’adresse"),
    column("ERP_ID", "string", "Identifiant d’établissement recevant du public"),
    column("ERP_TYPE", "string", "Type d’établissement recevant du public"),
    column("ERP_CATEGORIE", "integer", "Catégorie d’établissement recevant du public", minimum=1, maximum=5),
    column("EQUIP_LAT", "number", "Latitude, WGS 84, en degrés", True, minimum=-90, maximum=90),
    column("EQUIP_LONG", "number", "Longitude, WGS 84, en degrés", True, minimum=-180, maximum=180),
    column("EQUIP_OUVERTURE", "string", "Horaires d’ouverture"),
    column("EQUIP_TEL", "string", "Téléphone du gestionnaire", maxLength=13),
    column("EQUIP_EMAIL", "string", "Courriel du gestionnaire"),
    column("EQUIP_WEB", "string", "Site du gestionnaire"),
)
YES_NO = {"enum": ["oui", "non"]}
AED_FIELDS = (
    column("nom", "string", "Nom du défibrillateur", True),
    column("lat_coor1", "number", "Latitude, WGS 84, en degrés", True, minimum=-90, maximum=90),
    column("long_coor1", "number", "Longitude, WGS 84, en degrés", True, minimum=-180, maximum=180),
    column("adr_num", "string", "Numéro dans la voie"),
    column("adr_voie", "string", "Voie ou lieu-dit"),
    column("com_cp", "string", "Code postal", pattern=r"^\d{5}$"),
    column("com_insee", "string", "Code INSEE de la commune", pattern=r"^\d[AB\d]\d{3}$"),
    column("com_nom", "string", "Commune"),
    column("acc", "string", "À l’intérieur ou à l’extérieur", True, enum=["Intérieur", "Extérieur"]),
    column("acc_lib", "string", "Accès libre", True, **YES_NO),
    column("acc_complt", "string", "Comment y accéder"),
    column("disp_j", "string", "Jours de disponibilité", True),
    column("disp_h", "string", "Heures de disponibilité", True),
    column("tel1", "string", "Téléphone sur place", True, pattern=r"^\+33\d{9}$"),
    column("date_instal", "date", "Jour de l’installation"),
    column("etat", "string", "État de la fiche"),
    column("etat_fonct", "string", "État de fonctionnement", True, enum=["En fonctionnement", "Hors service"]),
    column("fab_rais", "string", "Fabricant", True),
    column("mnt_rais", "string", "Mainteneur"),
    column("modele", "string", "Modèle", True),
    column("num_serie", "string", "Numéro de série", True, unique=True),
    column("lc_ped", "string", "Électrodes pédiatriques", **YES_NO),
    column("dtpr_lcad", "date", "Péremption des électrodes adultes"),
    column("dtpr_bat", "date", "Péremption de la batterie"),
    column("dermnt", "date", "Dernière maintenance", True),
    column("expt_siren", "string", "SIREN de l’exploitant", True),
    column("expt_siret", "string", "SIRET de l’exploitant"),
    column("expt_rais", "string", "Exploitant", True),
    column("expt_tel1", "string", "Téléphone de l’exploitant", True, pattern=r"^\+33\d{9}$"),
    column("expt_email", "string", "Courriel de l’exploitant", True),
)
DATASETS = [
    Dataset(
        code="equipements",
        title="Équipements collectifs publics",
        description=(
            "Les équipements publics du territoire, au format du socle commun des données locales (SCDL). "
            "Un équipement y paraît quand son type porte un code national et que son adresse est connue."
        ),
        fields=FACILITY_FIELDS,
        rows=facilities,
        keywords=("équipement", "bâtiment public", "SCDL"),
        longitude="EQUIP_LONG",
        latitude="EQUIP_LAT",
    ),
    Dataset(
        code="dae",
        title="Défibrillateurs (DAE)",
        description=(
            "Les défibrillateurs du territoire, au format de la base nationale. N’y sont que ceux dont tout ce que la "
            "base exige est connu."
        ),
        fields=AED_FIELDS,
        rows=defibrillators,
        keywords=("défibrillateur", "DAE", "santé", "secours"),
        longitude="long_coor1",
        latitude="lat_coor1",
    ),
]
