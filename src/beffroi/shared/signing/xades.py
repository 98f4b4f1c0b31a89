"""Sign XML, and any file beside it: XAdES (ETSI EN 319 132-1), with signxml.

- A PES V2 file (`PES_Aller`) is signed inside, at its end, as the DGFiP's policy of signature asks: XAdES 1.2.2, RSA
  and SHA-256, the policy named with its digest, the role « Ordonnateur ».
- Any other file is signed beside: an XML file names it and gives its digest, timestamped when asked (`xades_time`).
"""

import hashlib
import uuid
from base64 import b64decode, b64encode
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    InvalidInput,
    SignatureConfiguration,
    SignatureConstructionMethod,
    SignatureMethod,
    XMLSigner,
    XMLVerifier,
)
from signxml.exceptions import InvalidCertificate, InvalidDigest, InvalidSignature
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

from beffroi.shared.signing import pades, trust, verifying, xades_time
from beffroi.shared.signing.keys import SigningKey
from beffroi.shared.signing.levels import Level, Refused
from beffroi.shared.signing.verifying import Found

PES = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"
DS = "http://www.w3.org/2000/09/xmldsig#"
XAD_PES = "http://uri.etsi.org/01903/v1.2.2#"
XAD = "http://uri.etsi.org/01903/v1.3.2#"
FOR = "Au nom de "
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
FAULTS = (InvalidInput, InvalidSignature, InvalidDigest, InvalidCertificate, ValueError, etree.LxmlError)


def parse(content: bytes) -> etree._Element:
    """Raises Refused when it is not XML, or when it calls for outside entities."""
    try:
        root = etree.fromstring(content, SAFE)
    except etree.XMLSyntaxError as fault:
        raise Refused("Ce fichier n’est pas un XML lisible.") from fault
    if root.getroottree().docinfo.doctype:
        raise Refused("Ce fichier XML déclare un DTD : il n’est pas accepté.")
    return root


def is_pes(content: bytes) -> bool:
    """Is it a PES V2 « aller » file?"""
    try:
        return parse(content).tag == f"{{{PES}}}PES_Aller"
    except Refused:
        return False


def _method(key: SigningKey) -> SignatureMethod:
    public = key.certificate.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return SignatureMethod.RSA_SHA256
    if isinstance(public, ec.EllipticCurvePublicKey):
        return SignatureMethod.ECDSA_SHA256
    raise Refused("Ce certificat n’a pas une clé RSA ni une clé à courbe elliptique : il ne signe pas ici.")


def sign_pes(content: bytes, key: SigningKey, *, city: str = "") -> bytes:
    """Sign a PES V2 file inside. Raises Refused for another file, one already signed, or a key that is not RSA."""
    root = parse(content)
    if root.tag != f"{{{PES}}}PES_Aller":
        raise Refused("Ce fichier n’est pas un PES V2 aller.")
    if root.find(f"{{{DS}}}Signature") is not None:
        raise Refused("Ce fichier PES est déjà signé.")
    if _method(key) != SignatureMethod.RSA_SHA256:
        raise Refused("La trésorerie n’accepte que les clés RSA : ce certificat ne signe pas un PES.")
    if not root.get("Id"):
        root.set("Id", f"PES{uuid.uuid4().hex}")
    signer = PesSigner(city)
    signed = signer.sign(root, key=key.raw, cert=list(key.chain), reference_uri=f"#{root.get('Id')}")
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    return etree.tostring(signed, xml_declaration=True, encoding=encoding)


class PesSigner(XMLSigner):
    """An enveloped signature with the properties that the policy of the DGFiP asks for (XAdES 1.2.2, EPES)."""

    def __init__(self, city: str):
        super().__init__(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
        self.city = city
        self.signature_annotators.append(self._add_properties)

    def _add_properties(self, sig_root, signing_settings) -> None:
        name = f"S{uuid.uuid4().hex}"
        sig_root.set("Id", name)
        box = etree.SubElement(sig_root, f"{{{DS}}}Object")
        outer = etree.SubElement(box, f"{{{XAD_PES}}}QualifyingProperties", nsmap={"xad": XAD_PES}, Target=f"#{name}")
        signed = _sub(outer, "SignedProperties")
        signed.set("Id", f"{name}_SP")
        about = _sub(signed, "SignedSignatureProperties")
        _sub(about, "SigningTime", timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
        _certificate(_sub(_sub(about, "SigningCertificate"), "Cert"), signing_settings.cert_chain[0])
        _policy(_sub(about, "SignaturePolicyIdentifier"))
        place = _sub(about, "SignatureProductionPlace")
        if self.city:
            _sub(place, "City", self.city)
        _sub(place, "CountryName", "France")
        _sub(_sub(_sub(about, "SignerRole"), "ClaimedRoles"), "ClaimedRole", "Ordonnateur")
        information = sig_root.find(f"{{{DS}}}SignedInfo")
        reference = etree.SubElement(information, f"{{{DS}}}Reference", URI=f"#{name}_SP")
        reference.set("Type", "http://uri.etsi.org/01903/v1.2.2#SignedProperties")
        ways = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(ways, f"{{{DS}}}Transform", Algorithm=self.c14n_alg.value)
        _digest(reference, self._get_digest(self._c14n(signed, algorithm=self.c14n_alg), algorithm=self.digest_alg))


def _sub(parent, name: str, text: str | None = None):
    made = etree.SubElement(parent, f"{{{XAD_PES}}}{name}")
    made.text = text
    return made


def _digest(parent, value: bytes, algorithm: str = SHA256) -> None:
    etree.SubElement(parent, f"{{{DS}}}DigestMethod", Algorithm=algorithm)
    etree.SubElement(parent, f"{{{DS}}}DigestValue").text = b64encode(value).decode()


def _certificate(parent, certificate: x509.Certificate) -> None:
    content = certificate.public_bytes(Encoding.DER)
    _digest(_sub(parent, "CertDigest"), hashlib.sha256(content).digest())
    serial = _sub(parent, "IssuerSerial")
    etree.SubElement(serial, f"{{{DS}}}X509IssuerName").text = certificate.issuer.rfc4514_string()
    etree.SubElement(serial, f"{{{DS}}}X509SerialNumber").text = str(certificate.serial_number)


def _policy(parent) -> None:
    """The policy of signature of Hélios: its identifier, its digest, where it is read (`BEFFROI_PES_POLICY`)."""
    identifier, digest, address = settings.PES_POLICY
    policy = _sub(parent, "SignaturePolicyId")
    name = _sub(policy, "SigPolicyId")
    _sub(name, "Identifier", identifier)
    _sub(name, "Description", "Politique de signature Helios de la DGFiP")
    found = _sub(policy, "SigPolicyHash")
    etree.SubElement(found, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
    etree.SubElement(found, f"{{{DS}}}DigestValue").text = digest
    _sub(_sub(_sub(policy, "SigPolicyQualifiers"), "SigPolicyQualifier"), "SPURI", address)


class DetachedSigner(XAdESSigner):
    """Signs the bytes of a file that stays beside: the reference names it, and gives its digest as it is."""

    def _unpack(self, data, references):
        root = etree.Element(f"{{{DS}}}Signature", nsmap=self.namespaces)
        return root, root, [data], references

    def _c14n(self, nodes, algorithm, inclusive_ns_prefixes=None):
        return nodes if isinstance(nodes, bytes) else super()._c14n(nodes, algorithm, inclusive_ns_prefixes)

    def _build_sig(self, sig_root, **given):
        made = super()._build_sig(sig_root, **(given | {"exclude_c14n_transform_element": True}))
        for empty in sig_root.iterfind(f".//{{{DS}}}Transforms"):
            empty.getparent().remove(empty)
        return made


def sign_beside(
    content: bytes, key: SigningKey, *, name: str, mime: str, level: Level = Level.B, for_whom: str = ""
) -> bytes:
    """The signature of a file, as an XML file that goes beside it; timestamped from the level B-T on. `for_whom` = in
    whose name the platform seals, kept with what is signed. Raises what `pades.reach` understands."""
    clock = pades.clock_for(level)
    signer = DetachedSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=_method(key),
        digest_algorithm=DigestAlgorithm.SHA256,
        data_object_format=XAdESDataObjectFormat(Description=name, MimeType=mime),
        claimed_roles=[f"{FOR}{for_whom}"] if for_whom else None,
    )
    signed = signer.sign(
        content, key=key.raw, cert=list(key.chain), reference_uri=quote(name), always_add_key_value=False
    )
    if clock is not None:
        xades_time.add(signed, clock)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def verify(content: bytes, payload: bytes | None = None) -> list[Found]:
    """What is true of the signatures of an XML file; `payload` = the file beside which it goes.

    Raises Refused when it is not XML, or when the file signed beside is missing.
    """
    root = parse(content)
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    return [_found(root, signature, payload) for signature in signatures]


def _found(root, signature, payload: bytes | None) -> Found:
    encoded = signature.findtext(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if not encoded:
        raise Refused("Cette signature ne dit pas par qui elle est faite : elle ne porte pas de certificat.")
    certificates = [_loaded(one.text) for one in signature.iterfind(f".//{{{DS}}}X509Data/{{{DS}}}X509Certificate")]
    leaf = certificates[0]
    beside = _reference_outside(signature)
    if beside is not None and payload is None:
        raise Refused("Cette signature est faite à côté d’un autre fichier : donnez aussi ce fichier.")
    stamp = xades_time.find(signature)
    proved = stamp is not None and stamp.is_good
    intact = _is_intact(root, signature, leaf, payload if beside is not None else None)
    return Found(
        signer=trust.name_of(leaf.subject),
        issuer=trust.name_of(leaf.issuer),
        at=stamp.at if stamp and proved else _time_of(signature),
        intact=intact,
        whole=intact and (beside is not None or _covers_all(root, signature)),
        ours=leaf.public_bytes(Encoding.DER) in verifying.own(),
        is_timestamped=proved,
        level=Level.T if proved else Level.B,
        clock=_clock(stamp) if stamp and proved else "",
        value=verifying.worth_of(tuple(certificates)),
        named=next((one for one in _roles(signature) if one), ""),
        mark=_mark(signature),
    )


def _roles(signature) -> list[str]:
    """In whose name it was made, where it says so."""
    said = signature.iterfind(f".//{{{XAD}}}ClaimedRole")
    return [(one.text or "").removeprefix(FOR) for one in said if (one.text or "").startswith(FOR)]


def _mark(signature) -> str:
    encoded = signature.findtext(f"{{{DS}}}SignatureValue") or ""
    return hashlib.sha256(b64decode("".join(encoded.split()))).hexdigest()


def last_mark(content: bytes) -> str:
    """The mark of the last signature of an XML file (see `verifying.Found`)."""
    return _mark(list(parse(content).iter(f"{{{DS}}}Signature"))[-1])


def _clock(stamp: xades_time.Stamp) -> str:
    return verifying.clock_name(stamp.certificate, stamp.at) if stamp.certificate else ""


def _loaded(encoded: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(b64decode(encoded))
    except ValueError as fault:
        raise Refused("Le certificat de cette signature ne se lit pas.") from fault


def _references(signature) -> list:
    return signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")


def _reference_outside(signature):
    return next((one for one in _references(signature) if not (one.get("URI") or "#").startswith("#")), None)


def _covers_all(root, signature) -> bool:
    """Does it sign the whole of the file, and not only a part?"""
    wanted = {"", f"#{root.get('Id')}" if root.get("Id") else ""}
    return any(one.get("URI") in wanted for one in _references(signature))


def _time_of(signature):
    for space in (XAD, XAD_PES):
        if text := signature.findtext(f".//{{{space}}}SigningTime"):
            return parse_datetime(text)
    return None


def _is_intact(root, signature, leaf: x509.Certificate, payload: bytes | None) -> bool:
    """Every digest and the signature itself, by signxml; the file beside is compared by its bytes."""
    parent = signature.getparent()
    if parent is not None and len(parent.findall(f"{{{DS}}}Signature")) > 1:
        raise Refused("Plusieurs signatures au même endroit d’un fichier XML : cette page ne les lit pas.")
    place = "." if parent is None or parent is root else f"./{root.getroottree().getelementpath(parent)}"
    config = SignatureConfiguration(
        expect_references=len(_references(signature)), location=f"{place}/", verification_time=_time_of(signature)
    )
    beside = None if payload is None else lambda _address: payload
    try:
        XMLVerifier().verify(root, x509_cert=leaf, expect_config=config, uri_resolver=beside, id_attribute="Id")
    except FAULTS:
        return False
    return True
