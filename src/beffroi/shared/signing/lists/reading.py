"""Read a list of trust: its signature first, then the lists that it names, or its services."""

import datetime
from base64 import b64decode
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from django.utils.dateparse import parse_datetime
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier

from beffroi.shared.signing import trust, xades
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.lists.naming import TSL, name_digest

MORE = "http://uri.etsi.org/02231/v2/additionaltypes#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
KINDS = {
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC": "ca",
    "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST": "clock",
}
OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
NATIONAL = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
XML_LIST = "application/vnd.etsi.tsl+xml"
MOST_SERVICES = 5000


@dataclass(frozen=True)
class Head:
    """What a list says of itself; `next_update` None = the list is closed. `signer` = who signed it."""

    kind: str
    territory: str
    sequence: int
    issued_at: datetime.datetime
    next_update: datetime.datetime | None
    signer: str


@dataclass(frozen=True)
class Pointer:
    """The list of a State, as the list of the lists names it: where it is, and who may sign it."""

    territory: str
    address: str
    signers: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Service:
    """A service that gives qualified certificates or timestamps. `names` = the digests of the names of its
    certificates; `fragment` = its element of the list, whole."""

    kind: str
    name: str
    names: tuple[str, ...]
    fragment: str


def _tag(name: str, space: str = TSL) -> str:
    return f"{{{space}}}{name}"


def _path(*names: str) -> str:
    return "/".join(_tag(name) for name in names)


def verified(content: bytes, signers: tuple[x509.Certificate, ...]) -> tuple[Head, etree._Element]:
    """The list, once its signature is that of one of `signers` and covers it whole. Raises Refused."""
    root = xades.parse(content)
    found = root.findall(_tag("Signature", xades.DS))
    if root.tag != _tag("TrustServiceStatusList") or len(found) != 1:
        raise Refused("Ce n’est pas une liste de confiance signée.")
    signature = found[0]
    given = signature.findtext(f"{{{xades.DS}}}KeyInfo/{{{xades.DS}}}X509Data/{{{xades.DS}}}X509Certificate")
    signer = next((one for one in signers if given and _same(one, given)), None)
    if signer is None:
        raise Refused("Cette liste n’est pas signée par qui doit la signer.")
    references = signature.findall(f"{{{xades.DS}}}SignedInfo/{{{xades.DS}}}Reference")
    issued = parse_datetime(root.findtext(_path("SchemeInformation", "ListIssueDateTime")) or "")
    if issued is None:
        raise Refused("Cette liste ne dit pas quand elle est faite.")
    config = SignatureConfiguration(expect_references=len(references), location="./", verification_time=issued)
    try:
        results = XMLVerifier().verify(root, x509_cert=signer, expect_config=config, id_attribute="Id")
    except xades.FAULTS as fault:
        raise Refused("La signature de cette liste n’est pas valable : elle a été modifiée.") from fault
    # Only what the signature covers is read, as it is covered.
    covered = [one.signed_xml for one in results if one.signed_xml is not None and one.signed_xml.tag == root.tag]
    if len(covered) != 1:
        raise Refused("La signature de cette liste n’en couvre pas le tout.")
    return _head(covered[0], signer), covered[0]


def _same(certificate: x509.Certificate, encoded: str) -> bool:
    try:
        return x509.load_der_x509_certificate(b64decode(encoded)) == certificate
    except ValueError:
        return False


def _head(root: etree._Element, signer: x509.Certificate) -> Head:
    about = root.find(_tag("SchemeInformation"))
    issued = parse_datetime(about.findtext(_tag("ListIssueDateTime")) or "")
    until = about.findtext(_path("NextUpdate", "dateTime"))
    try:
        sequence = int(about.findtext(_tag("TSLSequenceNumber")) or "")
    except ValueError as fault:
        raise Refused("Cette liste n’a pas de numéro.") from fault
    if issued is None:
        raise Refused("Cette liste ne dit pas quand elle est faite.")
    return Head(
        kind=(about.findtext(_tag("TSLType")) or "").strip(),
        territory=(about.findtext(_tag("SchemeTerritory")) or "").strip(),
        sequence=sequence,
        issued_at=issued,
        next_update=parse_datetime(until) if until else None,
        signer=trust.name_of(signer.subject),
    )


def pointers(root: etree._Element) -> list[Pointer]:
    """The lists that a list of the lists names, in XML; itself included (« EU »), with who may sign it next."""
    found = []
    for one in root.iterfind(_path("SchemeInformation", "PointersToOtherTSL", "OtherTSLPointer")):
        kinds = [(each.text or "").strip() for each in one.iter(_tag("MimeType", MORE))]
        territory = next(((each.text or "").strip() for each in one.iter(_tag("SchemeTerritory"))), "")
        address = (one.findtext(_tag("TSLLocation")) or "").strip()
        if XML_LIST in kinds and territory and address:
            found.append(Pointer(territory, address, tuple(_certificates(one))))
    return found


def _certificates(within: etree._Element):
    """Those named in an element; one that cannot be read is left out."""
    for one in within.iter(_tag("X509Certificate")):
        try:
            yield x509.load_der_x509_certificate(b64decode(one.text or ""))
        except ValueError:
            continue


def services(root: etree._Element) -> list[Service]:
    """The services of a State's list that give qualified certificates or timestamps, past ones included."""
    found = []
    path = _path("TrustServiceProviderList", "TrustServiceProvider", "TSPServices", "TSPService")
    for one in root.iterfind(path):
        about = one.find(_tag("ServiceInformation"))
        if about is None:
            continue
        kind = KINDS.get((about.findtext(_tag("ServiceTypeIdentifier")) or "").strip(), "")
        names = sorted({_name_of(certificate) for certificate in _certificates(one)})
        if kind and names:
            for state in one.iter(_tag("ServiceInformationExtensions")):
                _gather(state)
            fragment = etree.tostring(one, encoding="unicode", with_tail=False)
            found.append(Service(kind, _called(about), tuple(names), fragment))
        if len(found) > MOST_SERVICES:
            raise Refused("Cette liste a trop de services : elle n’est pas lue.")
    return found


def _gather(extensions: etree._Element) -> None:
    """Put in one element what is said of the certificates of a service in several, for all of it counts."""
    first, *others = list(extensions.iter(f"{{{SIE}}}Qualifications")) or [None]
    for other in others:
        first.extend(list(other))
        extension = other.getparent()
        extension.getparent().remove(extension)


def _name_of(certificate: x509.Certificate) -> str:
    subject: asn1_x509.Name = trust.to_asn1(certificate).subject
    return name_digest(subject)


def _called(about: etree._Element) -> str:
    """The name of a service, in French where there is one, else in English, else as it comes."""
    names = about.findall(_path("ServiceName", "Name"))
    by_language = {one.get("{http://www.w3.org/XML/1998/namespace}lang"): (one.text or "").strip() for one in names}
    return (by_language.get("fr") or by_language.get("en") or next(iter(by_language.values()), ""))[:200]
