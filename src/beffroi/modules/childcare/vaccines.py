"""Which vaccines the law asks for, by date of birth.

Source: Code de la santé publique, art. L. 3111-2 and R. 3111-2: diphtheria, tetanus and poliomyelitis for everyone;
eleven vaccines for children born from 1 January 2018 on; since 1 January 2025 the meningococci ACWY and B, for those
born from that day on (the first replaces the meningococcus C).
"""

import datetime

NAMES = {
    "dtp": "Diphtérie, tétanos, poliomyélite",
    "coqueluche": "Coqueluche",
    "hib": "Haemophilus influenzae b",
    "hepatite-b": "Hépatite B",
    "pneumocoque": "Pneumocoque",
    "meningocoque-c": "Méningocoque C",
    "meningocoque-acwy": "Méningocoques ACWY",
    "meningocoque-b": "Méningocoque B",
    "ror": "Rougeole, oreillons, rubéole",
}
ELEVEN = datetime.date(2018, 1, 1)
MENINGOCOCCI = datetime.date(2025, 1, 1)
SINCE_2018 = ("dtp", "coqueluche", "hib", "hepatite-b", "pneumocoque", "meningocoque-c", "ror")


def required(birth_date: datetime.date) -> list[str]:
    """The codes of the vaccines asked for at the entry in a collective place."""
    if birth_date < ELEVEN:
        return ["dtp"]
    codes = list(SINCE_2018)
    if birth_date >= MENINGOCOCCI:
        codes[codes.index("meningocoque-c")] = "meningocoque-acwy"
        codes.append("meningocoque-b")
    return codes


def missing(birth_date: datetime.date, given: dict[str, list[str]]) -> list[str]:
    """Those of which the sheet holds no date."""
    return [code for code in required(birth_date) if not given.get(code)]
