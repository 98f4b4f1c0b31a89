"""What anyone may have verified: the kind of the file says how."""

from beffroi.shared.signing import cades, verifying, xades
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.verifying import Found


def read(content: bytes, payload: bytes | None = None) -> list[Found]:
    """The signatures of a PDF, of an XML file, or of a `.p7s` or `.xml` beside `payload`.

    Raises Refused, with the reason, for what cannot be read.
    """
    if content.startswith(b"%PDF"):
        return verifying.verify(content)
    if content[:1] == b"\x30":
        if payload is None:
            raise Refused("Cette signature est faite à côté d’un autre fichier : donnez aussi ce fichier.")
        return cades.verify(content, payload)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return xades.verify(content, payload)
    raise Refused("Ce fichier n’est pas un PDF lisible, ni un XML signé, ni une signature détachée.")
