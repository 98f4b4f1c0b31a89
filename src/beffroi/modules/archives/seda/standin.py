"""An archives service that answers by the norm, for the demonstration and the trials: acknowledgement and reply."""

import datetime

from lxml import etree

from beffroi.modules.archives.models import Transfer
from beffroi.modules.archives.seda.model import NAMESPACE

CODES = "Service d’archives de démonstration"
SAID = "Réponse simulée, pour la démonstration"


def _start(name: str, version: str, identifier: str, at: datetime.datetime, text: str):
    space = f"{NAMESPACE}{version}"
    root = etree.Element(f"{{{space}}}{name}", nsmap={None: space})
    for tag, value in (
        ("Comment", text),
        ("Date", at.isoformat(timespec="seconds")),
        ("MessageIdentifier", identifier),
    ):
        _put(root, tag, value)
    return root


def _put(parent, name: str, text: str | None = None, **attributes):
    found = etree.SubElement(parent, f"{{{parent.nsmap[None]}}}{name}", attributes)
    found.text = text
    return found


def _party(root, name: str, identifier: str) -> None:
    _put(_put(root, name), "Identifier", identifier)


def acknowledgement(made: Transfer, *, at: datetime.datetime, identifier: str = "") -> bytes:
    """The Acknowledgement of a transfer."""
    number = identifier or f"ACK-{made.identifier}"
    root = _start("Acknowledgement", made.seda, number, at, f"{SAID} : paquet reçu, contrôle en cours.")
    _put(root, "MessageReceivedIdentifier", made.identifier)
    _party(root, "Sender", made.agency_identifier)
    _party(root, "Receiver", made.own_identifier)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def transfer_reply(
    made: Transfer,
    *,
    at: datetime.datetime,
    code: str = "OK",
    identifier: str = "",
    text: str = f"{SAID} : versement traité.",
) -> bytes:
    """The ArchiveTransferReply, with an identifier for each file when it is taken in charge."""
    root = _start("ArchiveTransferReply", made.seda, identifier or f"ATR-{made.identifier}", at, text)
    lists = _put(root, "CodeListVersions")
    _put(lists, "ReplyCodeListVersion", CODES)
    _put(lists, "MessageDigestAlgorithmCodeListVersion", "SHA-512")
    if code != "KO":
        package = _put(root, "DataObjectPackage")
        metadata = _put(package, "DescriptiveMetadata")
        for rank, line in enumerate(made.folders.all(), start=1):
            content = _put(_put(metadata, "ArchiveUnit", id=line.unit), "Content")
            _put(content, "ArchivalAgencyArchiveUnitIdentifier", f"{made.year}W{made.number}/{rank}")
        _put(package, "ManagementMetadata")
    _put(root, "ReplyCode", code)
    _put(root, "MessageRequestIdentifier", made.identifier)
    if code != "KO":
        _put(root, "GrantDate", at.isoformat(timespec="seconds"))
    _party(root, "ArchivalAgency", made.agency_identifier)
    _party(root, "TransferringAgency", made.own_identifier)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
