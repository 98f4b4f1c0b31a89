"""How strong a signature is, in the two senses of the word, each said as it is.

`Level`: what the file carries to be verified later (PAdES, ETSI EN 319 142-1): B-B, the signature; B-T, a timestamp;
B-LT, the proofs that no certificate was revoked; B-LTA, a timestamp of the whole, renewed before it ends.
`Strength`: whose key signed (eIDAS, articles 3, 25 and 26): the account alone; a certificate of a recognised authority,
or one that is qualified but whose key may be copied; a qualified certificate, its key in a qualified device.
"""

from django.core.exceptions import ValidationError
from django.db import models


class Refused(ValidationError):
    """The file or the key cannot be used, or what was asked cannot be had; the message is for the user."""

    def __str__(self):
        return str(self.message)


class Level(models.TextChoices):
    B = "B", "B-B : la signature seule"
    T = "T", "B-T : horodatée"
    LT = "LT", "B-LT : horodatée, avec les preuves de validité des certificats"
    LTA = "LTA", "B-LTA : conservée, le tout horodaté et renouvelé"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    @property
    def code(self) -> str:
        """As the norm writes it: « B-LTA »."""
        return f"B-{self.value}"


WORDS = {
    Level.B: "sans horodatage",
    Level.T: "horodatée",
    Level.LT: "horodatée, preuves de validité jointes",
    Level.LTA: "horodatée, preuves de validité jointes, conservation renouvelée",
}


class Strength(models.TextChoices):
    """What a step asks of the key, at least."""

    SIMPLE = "simple", "Simple : le compte suffit"
    ADVANCED = "advanced", "Avancée : un certificat d’une autorité reconnue"
    QUALIFIED = "qualified", "Qualifiée : un certificat qualifié, sa clé dans un dispositif qualifié"

    @property
    def rank(self) -> int:
        return list(Strength).index(self)


class Fallback(models.TextChoices):
    """What is done when the level cannot be had: the service of timestamping or of revocation does not answer."""

    REFUSE = "refuse", "Refuser de signer"
    DEGRADE = "degrade", "Signer au niveau possible, et le dire"


class Format(models.TextChoices):
    """How a document is signed."""

    AUTO = "auto", "Selon le document"
    PADES = "pades", "PAdES : dans le PDF"
    XADES = "xades", "XAdES détachée : dans un fichier XML à côté"
    CADES = "cades", "CAdES détachée : dans un fichier .p7s à côté"
    PES = "pes", "PES V2 : enveloppée dans le fichier du trésor public"
