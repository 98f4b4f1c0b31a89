"""A chart of accounts as the State publishes it for its budget software (planDeCompte.xml, one for each nomenclature
and year): chapters with their section, accounts and functions with their names."""

from lxml import etree

from beffroi.modules.transparency.importing.tables import LARGEST, Unreadable

SECTIONS = {"F": "fonctionnement", "I": "investissement"}
# Where an account says its chapter: of what is spent (D) or received (R), real (0) or of order (1).
PLACES = {"D0": ("DR",), "R0": ("RR",), "D1": ("DOES", "DOIS"), "R1": ("ROES", "ROIS")}


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
        for one in root.iterfind("{*}Nature/{*}Chapitres//{*}Chapitre")
    }
    accounts = {one.get("Code", ""): one.get("Libelle", "") for one in root.iterfind("{*}Nature/{*}Comptes//{*}Compte")}
    functions = {
        one.get("Code", ""): one.get("Libelle", "")
        for one in root.iterfind("{*}Fonction/{*}RefFonctionnelles//{*}RefFonc")
    }
    if not chapters or not accounts:
        raise Unreadable("Ce plan de comptes ne contient ni chapitre ni compte.")
    places = {one.get("Code", ""): _places(one) for one in root.iterfind("{*}Nature/{*}Comptes//{*}Compte")}
    name = f"{root.get('Norme')}-{root.get('Declinaison') or root.get('Norme')}"
    content = {"chapters": chapters, "accounts": accounts, "functions": functions}
    return name[:40], int(year), content | {"places": {code: found for code, found in places.items() if found}}


def _places(account: etree._Element) -> dict[str, str]:
    """{"D0": chapter…} of an account, those that it says."""
    said = {way: [account.get(name, "") for name in names] for way, names in PLACES.items()}
    return {way: next(filter(None, codes)) for way, codes in said.items() if any(codes)}
