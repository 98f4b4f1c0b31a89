"""Write a SEDA message: ArchiveTransfer, or the reply that carries a copy out (delivery, restitution).

The codes of the rules are ours: an appraisal rule is an ISO 8601 duration (« P10Y »), an access rule the article that
protects the file (« L213-2-3 »). `CodeListVersions` says so; an agreement with the archives may ask for others.
"""

from lxml import etree

from beffroi.kernel.xmltext import legal
from beffroi.modules.archives.seda import formats
from beffroi.modules.archives.seda.model import Content, Envelope, Rules, Unit

CODES = "Beffroi 1"
EMPTY = "Sans titre"


def token(text: str, default: str = "") -> str:
    """One line without spaces at its ends nor doubled, as xsd:token wants."""
    return " ".join(legal(text).split()) or default


def _put(parent, name: str, text: str | None = None, **attributes):
    found = etree.SubElement(parent, f"{{{parent.nsmap[None]}}}{name}", attributes)
    if text is not None:
        found.text = text
    return found


def transfer(envelope: Envelope, units: list[Unit]) -> bytes:
    """The ArchiveTransfer message of a package."""
    root = _begin("ArchiveTransfer", envelope)
    _package(root, envelope, units)
    _agencies(root, envelope, "TransferringAgency")
    return _end(root)


def reply(envelope: Envelope, units: list[Unit], *, request: str, restitution: bool) -> bytes:
    """The message that carries a copy: ArchiveRestitutionRequestReply to the service that made the file, else
    ArchiveDeliveryRequestReply."""
    root = _begin("ArchiveRestitutionRequestReply" if restitution else "ArchiveDeliveryRequestReply", envelope)
    _package(root, envelope, units)
    _put(root, "ReplyCode", "OK")
    _put(root, "MessageRequestIdentifier", token(request, "sans numéro"))
    for unit in units:
        _put(root, "UnitIdentifier", token(unit.reference, unit.key))
    _agencies(root, envelope, "OriginatingAgency" if restitution else "Requester")
    return _end(root)


def _begin(name: str, envelope: Envelope):
    root = etree.Element(f"{{{envelope.namespace}}}{name}", nsmap={None: envelope.namespace})
    if envelope.comment.strip():
        _put(root, "Comment", legal(envelope.comment))
    _put(root, "Date", envelope.at.isoformat(timespec="seconds"))
    _put(root, "MessageIdentifier", token(envelope.identifier))
    if token(envelope.agreement):
        _put(root, "ArchivalAgreement", token(envelope.agreement))
    _codes(_put(root, "CodeListVersions"), envelope.version)
    return root


def _end(root) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _codes(lists, version: str) -> None:
    _put(lists, "ReplyCodeListVersion", CODES)
    _put(lists, "MessageDigestAlgorithmCodeListVersion", "SHA-512")
    _put(lists, "MimeTypeCodeListVersion", "IANA")
    _put(lists, "FileFormatCodeListVersion", formats.LIST)
    _put(lists, "AppraisalRuleCodeListVersion", CODES)
    _put(lists, "AccessRuleCodeListVersion", "Code du patrimoine")
    if version != "2.1":
        _put(lists, "HoldRuleCodeListVersion", CODES)


def _agencies(root, envelope: Envelope, sender: str) -> None:
    for name, identifier in (("ArchivalAgency", envelope.agency), (sender, envelope.own)):
        _put(_put(root, name), "Identifier", token(identifier, "inconnu"))


def _package(root, envelope: Envelope, units: list[Unit]) -> None:
    package = _put(root, "DataObjectPackage")
    for unit in units:
        for content in unit.contents():
            _object(package, content)
    metadata = _put(package, "DescriptiveMetadata")
    for unit in units:
        _unit(metadata, unit, envelope)
    management = _put(package, "ManagementMetadata")
    if token(envelope.profile):
        _put(management, "ArchivalProfile", token(envelope.profile))
    _put(management, "AcquisitionInformation", "Versement")
    _put(management, "LegalStatus", "Public Archive")
    _put(management, "OriginatingAgencyIdentifier", token(envelope.own, "inconnu"))
    _put(management, "SubmissionAgencyIdentifier", token(envelope.own, "inconnu"))


def _object(package, content: Content) -> None:
    """The group of a document: its content, and its copies for other usages."""
    group = _put(package, "DataObjectGroup", id=f"G{content.key}")
    for one in (content, *content.copies):
        _binary(group, one)


def _binary(group, content: Content) -> None:
    binary = _put(group, "BinaryDataObject", id=content.key)
    _put(binary, "DataObjectVersion", f"{content.usage}_1")
    _put(binary, "Uri", content.uri)
    _put(binary, "MessageDigest", content.sha512, algorithm="SHA-512")
    _put(binary, "Size", str(content.size))
    identified = _put(binary, "FormatIdentification")
    if content.format:
        _put(identified, "FormatLitteral", content.format)
    _put(identified, "MimeType", content.mime)
    if content.puid:
        _put(identified, "FormatId", content.puid)
    _put(_put(binary, "FileInfo"), "Filename", legal(content.name) or EMPTY)


def _unit(parent, unit: Unit, envelope: Envelope) -> None:
    found = _put(parent, "ArchiveUnit", id=unit.key)
    if token(unit.profile):
        _put(found, "ArchiveUnitProfile", token(unit.profile))
    if unit.rules is not None:
        _rules(_put(found, "Management"), unit.rules, envelope.version)
    content = _put(found, "Content")
    _put(content, "DescriptionLevel", unit.level)
    _put(content, "Title", legal(unit.title).strip() or EMPTY)
    if token(unit.plan):
        _put(content, "FilePlanPosition", token(unit.plan))
    if token(unit.reference):
        _put(content, "OriginatingAgencyArchiveUnitIdentifier", token(unit.reference))
    if legal(unit.description).strip():
        _put(content, "Description", legal(unit.description).strip())
    for tag in unit.tags:
        if token(tag):
            _put(content, "Tag", token(tag))
    _put(_put(content, "OriginatingAgency"), "Identifier", token(envelope.own, "inconnu"))
    if unit.first is not None:
        _put(content, "StartDate", unit.first.isoformat())
    if unit.last is not None:
        _put(content, "EndDate", unit.last.isoformat())
    for inner in unit.units:
        _unit(found, inner, envelope)
    if unit.content is not None:
        _put(_put(found, "DataObjectReference"), "DataObjectGroupReferenceId", f"G{unit.content.key}")


def _rules(management, rules: Rules, version: str) -> None:
    appraisal = _put(management, "AppraisalRule")
    if rules.years is not None:
        _put(appraisal, "Rule", f"P{rules.years}Y")
        if rules.start is not None:
            _put(appraisal, "StartDate", rules.start.isoformat())
    _put(appraisal, "FinalAction", rules.final)
    if token(rules.access):
        access = _put(management, "AccessRule")
        _put(access, "Rule", token(rules.access))
        if rules.access_start is not None:
            _put(access, "StartDate", rules.access_start.isoformat())
    if token(rules.held_because) and version != "2.1":
        hold = _put(management, "HoldRule")
        _put(hold, "Rule", "GEL")
        _put(hold, "HoldReason", token(rules.held_because))
