"""Understand what the archives answer: Acknowledgement and ArchiveTransferReply of SEDA 2.1, 2.2 and 2.3.

The XML is read without entities, DTD nor network, ten megabytes at most.
"""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from lxml import etree

from beffroi.modules.archives.seda.model import NAMESPACE, VERSIONS

LARGEST = 10 * 1024 * 1024
ACK, REPLY = "Acknowledgement", "ArchiveTransferReply"
OTHERS = {
    "ArchiveTransfer": "un transfert : c’est votre propre message, non la réponse du service d’archives",
    "ArchiveTransferRequestReply": "la réponse à une demande de transfert préalable",
    "ArchiveDeliveryRequestReply": "une communication",
    "ArchiveRestitutionRequestReply": "une restitution",
    "ArchiveDestructionNotification": "un avis d’élimination",
    "ArchiveModificationNotification": "un avis de modification",
    "AuthorizationControlAuthorityRequestReply": "une autorisation du service de contrôle",
    "AuthorizationOriginatingAgencyRequestReply": "une autorisation du service producteur",
}


class Unreadable(Exception):
    """This is not a message that can be taken in; the sentence is for the user."""


@dataclass(frozen=True)
class Received:
    """`kind` is ack or reply; `about` the identifier of the message to which it answers; `outcome` OK, WARNING or KO;
    `kept_as` = {id of our unit: identifier that the archives gave}."""

    kind: str
    version: str
    identifier: str
    about: str
    at: datetime.datetime
    agency: str
    outcome: str = ""
    code: str = ""
    text: str = ""
    kept_as: dict[str, str] = field(default_factory=dict)


def read(content: bytes) -> Received:
    """What a message says. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable("Ce fichier dépasse 10 Mo : ce n’est pas une réponse SEDA.")
    root = _parse(content)
    name = etree.QName(root)
    version = (name.namespace or "").removeprefix(NAMESPACE)
    if not (name.namespace or "").startswith(NAMESPACE):
        raise Unreadable("Ce n’est pas un message SEDA : la racine est d’un autre vocabulaire.")
    if version not in VERSIONS:
        raise Unreadable(f"Ce message est en SEDA {version} : les versions lues sont {', '.join(VERSIONS)}.")
    if name.localname not in (ACK, REPLY):
        known = OTHERS.get(name.localname, f"« {name.localname} »")
        raise Unreadable(f"Ce message est {known}. Déposez un accusé de réception ou une réponse au transfert.")
    return _read_ack(root, version) if name.localname == ACK else _read_reply(root, version)


def _parse(content: bytes):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("Ce fichier n’est pas un XML lisible : il est peut-être coupé.") from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("Ce fichier contient une DTD : un message SEDA n’en a pas, il est refusé par prudence.")
    return root


def _text(root, path: str) -> str:
    found = root.findtext("/".join(f"{{*}}{name}" for name in path.split("/")))
    return " ".join((found or "").split())


def _needed(root, path: str) -> str:
    text = _text(root, path)
    if not text:
        raise Unreadable(f"Ce message n’a pas de « {path} » : il n’est pas conforme au SEDA.")
    return text


def _moment(root) -> datetime.datetime:
    text = _needed(root, "Date")
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise Unreadable(f"La date du message, « {text[:40]} », n’est pas lisible.")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _comments(root) -> str:
    parts = [" ".join((one.text or "").split()) for one in root.findall("{*}Comment")]
    parts += [
        " ".join((one.text or "").split()) for one in root.iterfind("{*}Operation/{*}Event/{*}OutcomeDetailMessage")
    ]
    return " – ".join(part for part in parts if part)[:1000]


def _read_ack(root, version: str) -> Received:
    return Received(
        kind="ack",
        version=version,
        identifier=_needed(root, "MessageIdentifier"),
        about=_needed(root, "MessageReceivedIdentifier"),
        at=_moment(root),
        agency=_needed(root, "Sender/Identifier"),
        text=_comments(root),
    )


def _read_reply(root, version: str) -> Received:
    code = _needed(root, "ReplyCode")
    units = root.iterfind("{*}DataObjectPackage/{*}DescriptiveMetadata//{*}ArchiveUnit")
    kept = {}
    for unit in units:
        given = _text(unit, "Content/ArchivalAgencyArchiveUnitIdentifier") or _text(unit, "Content/SystemId")
        if given and unit.get("id"):
            kept[unit.get("id")] = given[:200]
    return Received(
        kind="reply",
        version=version,
        identifier=_needed(root, "MessageIdentifier"),
        about=_needed(root, "MessageRequestIdentifier"),
        at=_moment(root),
        agency=_needed(root, "ArchivalAgency/Identifier"),
        outcome=outcome_of(code),
        code=code[:40],
        text=_comments(root),
        kept_as=kept,
    )


def outcome_of(code: str) -> str:
    """OK, WARNING or KO. Raises Unreadable for a code that says none of them: nothing is guessed."""
    word = code.strip().upper()
    for known in ("OK", "WARNING", "KO"):
        if word == known or word.startswith((f"{known}_", f"{known} ", f"{known}:")):
            return known
    if word in ("FATAL", "ERROR"):
        return "KO"
    raise Unreadable(f"Le code de réponse « {code[:40]} » n’est ni OK, ni WARNING, ni KO : demandez-le au service.")
