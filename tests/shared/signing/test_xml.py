"""XML and detached signatures, read by `xmlsec1` and `openssl`, which we did not write; the PES against its XSD."""

import copy
import shutil
import subprocess
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone
from lxml import etree
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from beffroi.shared.billing.pes import writing
from beffroi.shared.files.refusals import Refused as FileRefused
from beffroi.shared.signing import authority, cades, keys, pades, reading, xades
from beffroi.shared.signing.levels import Fallback, Level, Refused, Strength
from tests.shared.billing.test_pes import slip
from tests.support.norms import norm

NOTE = "Délibération jointe, à signer à côté.\n".encode()


@pytest.fixture
def pes():
    return writing.write(slip())


@pytest.fixture
def signer(house):
    packed, certificate, _key = house.person("Jeanne Caron")
    with keys.of_file(packed, "secret") as key:
        yield key


def _run(*command, folder) -> subprocess.CompletedProcess:
    return subprocess.run([*command], capture_output=True, text=True, cwd=folder, check=False)  # noqa: S603


def _xmlsec(folder, house, *more, name="signed.xml") -> bool:
    if shutil.which("xmlsec1") is None:
        pytest.skip("xmlsec1 is not here (apt install xmlsec1)")
    (folder / "root.pem").write_bytes(house.root.public_bytes(Encoding.PEM))
    told = _run("xmlsec1", "--verify", "--trusted-pem", "root.pem", *more, name, folder=folder)
    return told.returncode == 0 and "OK" in told.stdout + told.stderr


def test_signed_pes_is_read_by_us_and_by_xmlsec(pes, signer, house, tmp_path):
    signed = xades.sign_pes(pes, signer, city="Doullens")
    (found,) = xades.verify(signed)
    assert (found.signer, found.is_good) == ("Jeanne Caron", True)
    assert found.at is not None
    path = tmp_path / "signed.xml"
    path.write_bytes(signed)
    ids = ("--id-attr:Id", f"{xades.PES}:PES_Aller", "--id-attr:Id", f"{xades.XAD_PES}:SignedProperties")
    assert _xmlsec(tmp_path, house, *ids)
    path.write_bytes(signed.replace(b"BEAUVAL", b"DOULLENS"))
    assert not _xmlsec(tmp_path, house, *ids)


def test_signed_pes_stays_valid_for_the_schema_of_the_dgfip(pes, signer, tmp_path):
    path = tmp_path / "signed.xml"
    path.write_bytes(xades.sign_pes(pes, signer))
    schema = norm("pes", "PES_V2", "Rev0", "PES_Aller.xsd")
    told = _run("xmllint", "--nonet", "--noout", "--schema", str(schema), str(path), folder=tmp_path)
    # libxml reads a serial number as a machine integer; a real one is longer (RFC 5280: twenty bytes).
    faults = [line for line in told.stderr.splitlines() if "error" in line and "X509SerialNumber" not in line]
    assert faults == []


def test_properties_of_a_signed_pes_are_those_of_the_policy(pes, signer):
    root = etree.fromstring(xades.sign_pes(pes, signer, city="Doullens"))
    properties = root.find(f".//{{{xades.XAD_PES}}}QualifyingProperties")
    schema = etree.XMLSchema(etree.parse(str(norm("pes", "xades", "XAdES1.2.2.xsd"))))
    copy = etree.fromstring(etree.tostring(properties))
    for serial in copy.iter(f"{{{xades.DS}}}X509SerialNumber"):
        serial.text = "42"
    schema.assertValid(copy)
    said = {one.tag.rpartition("}")[2]: one.text for one in properties.iter() if one.text}
    assert said["Identifier"] == "urn:oid:1.2.250.1.131.1.5.18.21.1.7"
    assert said["ClaimedRole"] == "Ordonnateur"
    assert said["City"] == "Doullens"
    methods = {one.get("Algorithm") for one in root.iter(f"{{{xades.DS}}}SignatureMethod")}
    assert methods == {"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"}


@pytest.mark.parametrize("place", ["amount", "property"])
def test_changed_pes_is_told(pes, signer, place):
    signed = xades.sign_pes(pes, signer)
    changed = (
        signed.replace(b"BEAUVAL", b"DOULLENS") if place == "amount" else signed.replace(b"Ordonnateur", b"Comptable")
    )
    assert changed != signed
    (found,) = xades.verify(changed)
    assert not found.is_good


def test_pes_is_signed_once_and_nothing_else_is_a_pes(pes, signer):
    with pytest.raises(Refused, match="déjà signé"):
        xades.sign_pes(xades.sign_pes(pes, signer), signer)
    with pytest.raises(Refused, match="PES V2"):
        xades.sign_pes(b"<note/>", signer)
    with pytest.raises(Refused, match="lisible"):
        xades.sign_pes(b"rien", signer)


def test_outside_entities_are_refused(stored, signer):
    trap = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    with pytest.raises(Refused, match="DTD"):
        xades.parse(trap)
    with pytest.raises(FileRefused):
        stored("piege.xml", trap)


def test_detached_signature_names_its_file_and_is_read_by_xmlsec(signer, house, tmp_path):
    signed = xades.sign_beside(NOTE, signer, name="note.txt", mime="text/plain")
    (found,) = xades.verify(signed, NOTE)
    assert found.is_good
    (changed,) = xades.verify(signed, NOTE + b"!")
    assert not changed.is_good
    with pytest.raises(Refused, match="à côté d’un autre fichier"):
        xades.verify(signed)
    (tmp_path / "note.txt").write_bytes(NOTE)
    (tmp_path / "signed.xml").write_bytes(signed)
    ids = ("--id-attr:Id", f"{xades.XAD}:SignedProperties", "--id-attr:Id", f"{xades.DS}:KeyInfo")
    assert _xmlsec(tmp_path, house, *ids)
    (tmp_path / "note.txt").write_bytes(NOTE + b"!")
    assert not _xmlsec(tmp_path, house, *ids)


def beside(key, level=Level.T):
    return xades.sign_beside(NOTE, key, name="note.txt", mime="text/plain", level=level)


@pytest.mark.parametrize("service", ["internal", "elsewhere"])
def test_timestamped_xml_signature_is_read_by_us_by_xmlsec_by_signxml_and_by_openssl(
    signer, house, settings, tmp_path, request, service
):
    if service == "internal":
        settings.TSA_INTERNAL = True
        root = authority.root().certificates[0]
    else:
        request.getfixturevalue("elsewhere")
        root = house.root
    signed = beside(signer)
    (found,) = xades.verify(signed, NOTE)
    assert (found.is_good, found.level, found.is_timestamped) == (True, Level.T, True)
    assert found.clock.lower().startswith("beffroi, horodatage" if service == "internal" else "horodatage d’essai")
    assert abs((found.at - timezone.now()).total_seconds()) < 300
    (tmp_path / "note.txt").write_bytes(NOTE)
    (tmp_path / "signed.xml").write_bytes(signed)
    ids = ("--id-attr:Id", f"{xades.XAD}:SignedProperties", "--id-attr:Id", f"{xades.DS}:KeyInfo")
    assert _xmlsec(tmp_path, house, *ids), "the signature under the timestamp stays what it was"
    leaf = signer.certificate
    read = XAdESVerifier().verify(
        signed,
        x509_cert=leaf,
        uri_resolver=lambda _address: NOTE,
        expect_config=XAdESSignatureConfiguration(expect_references=3),
    )
    assert len(read) == 3
    _openssl_reads(signed, root, tmp_path)


def _openssl_reads(signed: bytes, root, folder) -> None:
    """The token, out of the XML, against the value of the signature written canonically by lxml."""
    tree = etree.fromstring(signed)
    token = b64decode(tree.findtext(f".//{{{xades.XAD}}}EncapsulatedTimeStamp"))
    value = tree.find(f"{{{xades.DS}}}SignatureValue")
    (folder / "token.tst").write_bytes(token)
    (folder / "value.xml").write_bytes(etree.tostring(value, method="c14n", exclusive=True))
    (folder / "tsa.pem").write_bytes(root.public_bytes(Encoding.PEM))
    command = ("openssl", "ts", "-verify", "-in", "token.tst", "-token_in", "-data", "value.xml", "-CAfile", "tsa.pem")
    told = _run(*command, folder=folder)
    assert "Verification: OK" in told.stdout + told.stderr
    (folder / "value.xml").write_bytes(b"rien")
    assert _run(*command, folder=folder).returncode != 0


def test_timestamp_of_another_signature_proves_nothing(signer, elsewhere):
    one, other = etree.fromstring(beside(signer)), etree.fromstring(beside(signer))
    path = f".//{{{xades.XAD}}}EncapsulatedTimeStamp"
    one.find(path).text = other.findtext(path)
    (found,) = xades.verify(etree.tostring(one), NOTE)
    assert (found.level, found.is_timestamped, found.clock) == (Level.B, False, "")
    assert found.is_good, "the signature itself is what it was"
    for broken in ("", "AAAA", "pas du base64 !"):
        one.find(path).text = broken
        assert xades.verify(etree.tostring(one), NOTE)[0].level == Level.B


def test_two_timestamps_the_first_good_one_counts(signer, elsewhere):
    signed = etree.fromstring(beside(signer))
    box = signed.find(f".//{{{xades.XAD}}}SignatureTimeStamp")
    wrong = copy.deepcopy(box)
    wrong.find(f"{{{xades.XAD}}}EncapsulatedTimeStamp").text = "AAAA"
    box.addprevious(wrong)
    assert xades.verify(etree.tostring(signed), NOTE)[0].level == Level.T


def test_dead_clock_gives_no_timestamped_signature(signer, elsewhere):
    elsewhere.down.add("tsa")
    order = pades.Order(text="", reason="", level=Level.T)
    with pytest.raises(Refused, match="ne répond pas"):
        pades.reach(order, lambda level: beside(signer, level))
    order = pades.Order(text="", reason="", level=Level.T, fallback=Fallback.DEGRADE)
    signed = pades.reach(order, lambda level: beside(signer, level))
    assert signed.level == xades.verify(signed.content, NOTE)[0].level == Level.B
    assert "ne répond pas" in signed.why


@pytest.mark.parametrize("level", [Level.B, Level.T])
def test_cms_signature_is_read_by_us_and_by_openssl(signer, house, elsewhere, tmp_path, level):
    signed = cades.sign_beside(NOTE, signer, level)
    (found,) = cades.verify(signed, NOTE)
    assert (found.is_good, found.level, found.strength) == (True, level, Strength.ADVANCED)
    (changed,) = cades.verify(signed, NOTE + b"!")
    assert not changed.is_good
    (tmp_path / "note.txt").write_bytes(NOTE)
    (tmp_path / "note.p7s").write_bytes(signed)
    (tmp_path / "root.pem").write_bytes(house.root.public_bytes(Encoding.PEM))
    command = (
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "note.p7s",
        "-content",
        "note.txt",
        "-CAfile",
        "root.pem",
        "-purpose",
        "any",
        "-cades",
        "-out",
        "/dev/null",
    )
    assert _run(*command, folder=tmp_path).returncode == 0
    (tmp_path / "note.txt").write_bytes(NOTE + b"!")
    assert _run(*command, folder=tmp_path).returncode != 0


def test_page_of_verification_reads_every_kind(pes, signer, pdf_bytes):
    assert reading.read(xades.sign_pes(pes, signer))[0].is_good
    assert reading.read(xades.sign_beside(NOTE, signer, name="n.txt", mime="text/plain"), NOTE)[0].is_good
    assert reading.read(cades.sign_beside(NOTE, signer, Level.B), NOTE)[0].is_good
    assert reading.read(pdf_bytes) == []
    for content in (b"rien", b"\x30\x03\x02\x01\x01"):
        with pytest.raises(Refused):
            reading.read(content, NOTE)
