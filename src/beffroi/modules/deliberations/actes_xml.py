"""The files that an approved operator sends to the representative of the State, and the receipt that comes back.

Norm: @ctes, schema actesv1_1 (ministère de l’Intérieur). Beffroi prepares and reads; it never sends, and says so: only
an approved operator transmits (CGCT R2131-1 to R2131-4).
"""

import datetime
import io
import zipfile
from dataclasses import dataclass

from lxml import etree

from beffroi.modules.deliberations.models import Act
from beffroi.shared.files import storage

NAMESPACE = "http://www.interieur.gouv.fr/ACTES#v1.1-20040216"
NATURES = {"DE": 1, "AR": 2, "AI": 3, "CC": 4, "BF": 5, "AU": 6}
EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
LARGEST = 1 << 20


class BadAnnex(ValueError):
    """A file of the act cannot be sent; the message is for the user."""


class BadReceipt(ValueError):
    """The file is not the receipt of this act; the message is for the user."""


@dataclass(frozen=True)
class Receipt:
    identifier: str
    received_on: datetime.date


def _name(word: str) -> str:
    return f"{{{NAMESPACE}}}{word}"


def file_names(act: Act, count: int) -> list[str]:
    """The names that the norm gives to the document and its annexes."""
    return [f"{act.identifier}-1-1_{rank}.pdf" for rank in range(1, count + 1)]


def act_xml(act: Act, names: list[str], classification_on: datetime.date) -> bytes:
    """The description of the act. `names`: its document, then its annexes. `classification_on`: the date of the
    classification in matters that the préfecture has in force, as the operator tells it."""
    first, _dot, second = act.matter.partition(".")
    root = etree.Element(_name("Acte"), nsmap={"actes": NAMESPACE})
    root.set(_name("CodeNatureActe"), str(NATURES[act.nature]))
    root.set(_name("Date"), act.decided_on.isoformat())
    root.set(_name("NumeroInterne"), act.number)
    for rank, code in ((1, first), (2, second)):
        etree.SubElement(root, _name(f"CodeMatiere{rank}")).set(_name("CodeMatiere"), code)
    etree.SubElement(root, _name("Objet")).text = act.object
    etree.SubElement(root, _name("ClassificationDateVersion")).text = classification_on.isoformat()
    etree.SubElement(etree.SubElement(root, _name("Document")), _name("NomFichier")).text = names[0]
    annexes = etree.SubElement(root, _name("Annexes"))
    annexes.set(_name("Nombre"), str(len(names) - 1))
    for name in names[1:]:
        etree.SubElement(etree.SubElement(annexes, _name("Annexe")), _name("NomFichier")).text = name
    return etree.tostring(root, xml_declaration=True, encoding="ISO-8859-1", pretty_print=True)


def bundle(act: Act, classification_on: datetime.date) -> bytes:
    """A ZIP of the description and of the files under the names of the norm, to hand to the operator. Raises
    BadAnnex."""
    files = [file for file in act.documents() if file.kind in ("act", "annex")]
    names = [
        f"{stem.removesuffix('.pdf')}.{_extension(file)}"
        for stem, file in zip(file_names(act, len(files)), files, strict=True)
    ]
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{act.identifier}-1-1_0.xml", act_xml(act, names, classification_on))
        for name, file in zip(names, files, strict=True):
            archive.writestr(name, b"".join(storage.contents().read(storage.address(file.blob.sha256))))
    return output.getvalue()


def _extension(file) -> str:
    if file.blob.mime not in EXTENSIONS:
        raise BadAnnex(f"« {file.name} » ne se transmet pas : donnez un PDF, un PNG ou un JPEG.")
    return EXTENSIONS[file.blob.mime]


def read_receipt(content: bytes, act: Act) -> Receipt:
    """The identifier and the date of an `ARActe` file; raises BadReceipt when it is not the receipt of `act`."""
    if len(content) > LARGEST:
        raise BadReceipt("Ce fichier est trop lourd pour un accusé de réception.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise BadReceipt("Ce fichier n’est pas un XML lisible.") from None
    received = root.find(_name("ActeRecu"))
    if root.tag != _name("ARActe") or received is None:
        raise BadReceipt("Ce fichier n’est pas un accusé de réception d’acte (ARActe).")
    number, day = received.get(_name("NumeroInterne"), ""), received.get(_name("Date"), "")
    if (number, day) != (act.number, act.decided_on.isoformat()):
        raise BadReceipt(f"Cet accusé est celui de l’acte {number} du {day}, pas celui de l’acte {act.number}.")
    try:
        received_on = datetime.date.fromisoformat(root.get(_name("DateReception"), ""))
    except ValueError:
        raise BadReceipt("La date de réception manque dans ce fichier.") from None
    return Receipt(root.get(_name("IDActe"), ""), received_on)
