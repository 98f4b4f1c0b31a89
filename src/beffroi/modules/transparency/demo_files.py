"""Files as the accounting software and the State make them, for the demonstration: a chart of accounts cut down to what
the invented budgets use, and DocumentBudgetaire files."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

NAMESPACE = "http://www.minefi.gouv.fr/cp/demat/docbudgetaire"
NOMENCLATURE = ("M57", "M57")
CHAPTERS = {
    "011": ("Charges à caractère général", "F"),
    "012": ("Charges de personnel et frais assimilés", "F"),
    "014": ("Atténuations de produits", "F"),
    "023": ("Virement à la section d’investissement", "F"),
    "042": ("Opérations d’ordre de transfert entre sections", "F"),
    "65": ("Autres charges de gestion courante", "F"),
    "66": ("Charges financières", "F"),
    "70": ("Produits des services, du domaine et ventes diverses", "F"),
    "73": ("Impôts et taxes", "F"),
    "731": ("Fiscalité locale", "F"),
    "74": ("Dotations et participations", "F"),
    "75": ("Autres produits de gestion courante", "F"),
    "021": ("Virement de la section de fonctionnement", "I"),
    "040": ("Opérations d’ordre de transfert entre sections", "I"),
    "10": ("Dotations, fonds divers et réserves", "I"),
    "13": ("Subventions d’investissement", "I"),
    "16": ("Emprunts et dettes assimilées", "I"),
    "20": ("Immobilisations incorporelles", "I"),
    "21": ("Immobilisations corporelles", "I"),
    "23": ("Immobilisations en cours", "I"),
}
ACCOUNTS = {
    "021": "Virement de la section de fonctionnement",
    "023": "Virement à la section d’investissement",
    "10222": "FCTVA",
    "1068": "Excédents de fonctionnement capitalisés",
    "1312": "Régions",
    "1313": "Départements",
    "1641": "Emprunts en euros",
    "2031": "Frais d’études",
    "2128": "Autres agencements et aménagements de terrains",
    "2151": "Réseaux de voirie",
    "2183": "Matériel informatique",
    "2313": "Constructions",
    "28128": "Autres agencements et aménagements",
    "60612": "Énergie – Électricité",
    "60623": "Alimentation",
    "611": "Contrats de prestations de services",
    "615231": "Voiries",
    "64111": "Rémunération principale",
    "6451": "Cotisations à l’URSSAF",
    "65311": "Indemnités de fonction",
    "65748": "Subventions aux associations",
    "66111": "Intérêts réglés à l’échéance",
    "6811": "Dotations aux amortissements",
    "739211": "Attributions de compensation",
    "7067": "Redevances des services périscolaires",
    "73111": "Impôts directs locaux",
    "73133": "Taxe d’enlèvement des ordures ménagères",
    "741124": "Dotation d’intercommunalité",
    "7478": "Participations d’autres organismes",
    "752": "Revenus des immeubles",
}
FUNCTIONS = {
    "01": "Opérations non ventilables",
    "020": "Administration générale de la collectivité",
    "281": "Hébergement et restauration scolaires",
    "331": "Centres de loisirs",
    "4221": "Crèches et garderies",
    "7212": "Collecte des déchets",
    "845": "Voirie communale",
}
# (chapter, account, function, D or R, order, euros voted by the EPCI, what was done of it)
LINES = (
    ("011", "60612", "845", "D", "0", 412_000, "0.97"),
    ("011", "60623", "281", "D", "0", 688_000, "0.94"),
    ("011", "611", "7212", "D", "0", 3_240_000, "0.99"),
    ("011", "615231", "845", "D", "0", 905_000, "0.88"),
    ("012", "64111", "020", "D", "0", 2_460_000, "0.98"),
    ("012", "64111", "331", "D", "0", 2_180_000, "0.97"),
    ("012", "6451", "020", "D", "0", 1_115_000, "0.98"),
    ("014", "739211", "01", "D", "0", 2_930_000, "1"),
    ("65", "65311", "020", "D", "0", 236_000, "0.96"),
    ("65", "65748", "4221", "D", "0", 318_000, "1"),
    ("66", "66111", "01", "D", "0", 121_000, "0.99"),
    ("023", "023", "01", "D", "1", 1_150_000, "0"),
    ("042", "6811", "01", "D", "1", 540_000, "1"),
    ("70", "7067", "281", "R", "0", 1_020_000, "0.98"),
    ("731", "73111", "01", "R", "0", 6_850_000, "1.01"),
    ("731", "73133", "7212", "R", "0", 3_410_000, "1"),
    ("74", "741124", "01", "R", "0", 2_875_000, "1"),
    ("74", "7478", "331", "R", "0", 2_040_000, "0.95"),
    ("75", "752", "020", "R", "0", 100_000, "1.02"),
    ("20", "2031", "845", "D", "0", 96_000, "0.6"),
    ("21", "2128", "331", "D", "0", 240_000, "0.7"),
    ("21", "2151", "845", "D", "0", 1_460_000, "0.82"),
    ("21", "2183", "020", "D", "0", 130_000, "0.9"),
    ("23", "2313", "4221", "D", "0", 1_980_000, "0.55"),
    ("16", "1641", "01", "D", "0", 510_000, "1"),
    ("021", "021", "01", "R", "1", 1_150_000, "0"),
    ("040", "28128", "01", "R", "1", 540_000, "1"),
    ("10", "10222", "01", "R", "0", 466_000, "0.9"),
    ("10", "1068", "01", "R", "0", 700_000, "1"),
    ("13", "1312", "4221", "R", "0", 620_000, "0.5"),
    ("13", "1313", "845", "R", "0", 340_000, "0.6"),
    ("16", "1641", "01", "R", "0", 600_000, "1"),
)


def chart(year: int) -> bytes:
    """A planDeCompte.xml with these chapters, accounts and functions."""
    norm, variant = NOMENCLATURE
    root = etree.Element("Nomenclature", Norme=norm, Declinaison=variant, Exer=str(year))
    nature, function = etree.SubElement(root, "Nature"), etree.SubElement(root, "Fonction")
    chapters, accounts = etree.SubElement(nature, "Chapitres"), etree.SubElement(nature, "Comptes")
    for code, (label, section) in CHAPTERS.items():
        etree.SubElement(chapters, "Chapitre", Code=code, Libelle=label, Section=section)
    for code, label in ACCOUNTS.items():
        etree.SubElement(accounts, "Compte", Code=code, Libelle=label)
    functions = etree.SubElement(function, "RefFonctionnelles")
    for code, label in FUNCTIONS.items():
        etree.SubElement(functions, "RefFonc", Code=code, Libelle=label)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def document(
    *, step: str, year: int, siret: str, name: str, day: datetime.date, lines: Iterable[dict], number: int = 0
) -> bytes:
    """A DocumentBudgetaire; each line is {tag: value}."""
    root = etree.Element(f"{{{NAMESPACE}}}DocumentBudgetaire", nsmap={None: NAMESPACE})

    def add(parent, tag: str, value: str = "") -> etree._Element:
        element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
        if value:
            element.set("V", value)
        return element

    top, budget = add(root, "EnTeteDocBudgetaire"), add(root, "Budget")
    for tag, value in (("LibelleColl", name), ("IdColl", siret)):
        add(top, tag, value)
    head, block = add(budget, "EnTeteBudget"), add(budget, "BlocBudget")
    for tag, value in (
        ("LibelleEtab", "Budget principal"),
        ("IdEtab", siret),
        ("Nomenclature", "-".join(NOMENCLATURE)),
    ):
        add(head, tag, value)
    for tag, value in (("NatDec", step), ("NumDec", str(number or "")), ("Exer", str(year)), ("DteDec", str(day))):
        if value:
            add(block, tag, value)
    for line in lines:
        element = add(budget, "LigneBudget")
        for tag, value in line.items():
            add(element, tag, value)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def lines(scale: Decimal, *, done: bool) -> list[dict]:
    """The invented lines, at the scale of a body; `done` = what was carried out too."""
    found = []
    for chapter, account, function, way, order, euros, share in LINES:
        voted = (euros * scale).quantize(Decimal(1))
        row = {
            "Nature": account,
            "Fonction": function,
            "ContNat": chapter,
            "ArtSpe": "false",
            "CodRD": way,
            "MtPropNouv": f"{voted:.2f}",
            "MtPrev": f"{voted:.2f}",
            "OpBudg": order,
        }
        if done:
            row |= {"CredOuv": f"{voted:.2f}", "MtReal": f"{(voted * Decimal(share)):.2f}"}
        found.append(row)
    return found
