"""A chart of accounts as the State publishes it for its budget software (planDeCompte.xml, one for each nomenclature
and year): chapters with their section, accounts and functions with their names."""

from lxml import etree

from beffroi.modules.transparency.importing.tables import LARGEST, Unreadable

SECTIONS = {"F": "fonctionnement", "I": "investissement"}


def parsed(data: bytes, what: str) -> etree._Element:
    """The root of an XML file that fetches nothing and declares nothing. Raises Unreadable; `what` names it."""
    if len(data) > LARGEST:
        raise Unreadable(f"Ce fichier dépasse {LARGEST >> 20}\u202fMo.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable(f"Ce fichier n’est pas {what} : ce XML ne se lit pas, il est peut-être coupé.") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("Ce fichier contient une DTD : il est refusé par prudence.")
    return root


def read(data: bytes) -> tuple[str, int, dict]:
    """(nomenclature, year, content of a `Chart`). Raises Unreadable."""
    root = parsed(data, "un plan de comptes")
    year = root.get("Exer", "")
    if (
        etree.QName(root).localname != "Nomenclature"
        or not root.get("Norme")
        or not (year.isascii() and year.isdigit())
    ):
        raise Unreadable("Ce fichier n’est pas un plan de comptes : donnez « planDeCompte.xml ».")
    chapters = {
        one.get("Code", ""): [one.get("Libelle", ""), SECTIONS.get(one.get("Section", ""), "")]
        for one in root.iterfind("Nature/Chapitres/Chapitre")
    }
    accounts = {one.get("Code", ""): one.get("Libelle", "") for one in root.iterfind("Nature/Comptes//Compte")}
    functions = {
        one.get("Code", ""): one.get("Libelle", "") for one in root.iterfind("Fonction/RefFonctionnelles//RefFonc")
    }
    if not chapters or not accounts:
        raise Unreadable("Ce plan de comptes ne contient ni chapitre ni compte.")
    name = f"{root.get('Norme')}-{root.get('Declinaison') or root.get('Norme')}"
    return name[:40], int(year), {"chapters": chapters, "accounts": accounts, "functions": functions}
