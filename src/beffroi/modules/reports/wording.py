"""What should not be in a text that the public will read: told to its author, who decides.

A text kept as it is in spite of the warning is always read by an agent before the public sees it.
"""

import re
import unicodedata

PHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)\s?[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# The French format in force since 2009 (AA-123-AA) and the older one (1234 AB 80).
PLATE = re.compile(r"\b[A-HJ-NP-TV-Z]{2}[\s-]?\d{3}[\s-]?[A-HJ-NP-TV-Z]{2}\b|\b\d{2,4}\s?[A-HJ-NP-TV-Z]{2,3}\s?\d{2}\b")
# The number of the Sécurité sociale, and an account number (IBAN).
CIVIL = re.compile(r"\b[12]\s?\d{2}\s?(?:0[1-9]|1[0-2])\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?\b")
ACCOUNT = re.compile(r"\bFR\s?\d{2}(?:\s?[0-9A-Z]{4}){5}\s?[0-9A-Z]{3}\b")
PERSON = re.compile(r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame)\s+[A-ZÉÈÀÂÎÔÛ][\w’'-]+")


def warnings(text: str) -> list[str]:
    """Sentences for the author, empty when there is nothing to say."""
    found = []
    if PHONE.search(text):
        found.append("Votre texte contient un numéro de téléphone. Vous pourrez le donner plus loin, à part.")
    if EMAIL.search(text):
        found.append("Votre texte contient une adresse de courriel. Vous pourrez la donner plus loin, à part.")
    if PLATE.search(text):
        found.append("Votre texte semble contenir une plaque d’immatriculation.")
    if CIVIL.search(text) or ACCOUNT.search(text):
        found.append(
            "Votre texte contient un numéro personnel (Sécurité sociale ou compte bancaire)\u202f: retirez-le."
        )
    if PERSON.search(text):
        found.append("Votre texte semble nommer une personne.")
    if COARSE & set(words(text)):
        found.append("Votre texte contient un mot blessant.")
    return found


def words(text: str) -> list[str]:
    """The words in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[a-z]+", "".join(c for c in plain if not unicodedata.combining(c)))


COARSE = frozenset(
    words(
        "abruti abrutis bâtard bâtards bouffon connard connards connasse conne crétin crétins débile débiles enculé "
        "enculés enfoiré enfoirés merdeux pourriture pourritures pute putes salaud salauds salope salopes "
        "con cons connes bougnoule bougnoules enculer merde merdes nègre nègres niquer pédé pédés pétasse pétasses "
        "putain putains tocard tocards trouduc youpin youpins"
    )
)
