"""Signatures at each level, read by pyHanko and by `pdfsig` (poppler), which we did not write."""

import asyncio
import datetime
import io
import shutil
import subprocess

import pytest
import typst
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from beffroi.shared.signing import authority, keys, pades, stamps, trust, verifying
from beffroi.shared.signing.levels import Fallback, Level, Refused, Strength

DEGRADE = Fallback.DEGRADE


def _pdfsig(content: bytes, folder) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout


def _order(level=Level.B, **more):
    return pades.Order(text="Essai", reason="Essai", level=level, **more)


def _seal(content: bytes, level=Level.B, **more) -> pades.Signed:
    with keys.of_seal() as key:
        return pades.sign(content, key, _order(level, **more))


def _person(house, content: bytes, level, name="Jeanne Caron", **more) -> pades.Signed:
    given = {one: more.pop(one) for one in ("qualified", "expired") if one in more}
    packed, certificate, _key = house.person(name, **given)
    if more.pop("revoked", False):
        house.revoked.add(certificate.serial_number)
    with keys.of_file(packed, "secret") as key:
        return pades.sign(content, key, _order(level, **more))


def _says_lta(content: bytes, root) -> str:
    """What the validator of pyHanko (ETSI EN 319 102-1, §5.6.3) says of the first signature, with only this root and
    what the file holds: it asks nobody."""
    manager = SimpleTrustManager.build(trust_roots=[trust.to_asn1(root)])
    strict = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("hard-fail"))
    alone = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(CertValidationPolicySpec(manager, strict), alone))
    signature = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures[0]
    return asyncio.run(ades_lta_validation(signature, spec)).ades_subindic.name


def test_seal_is_found_intact_and_said_to_be_ours(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Cachet\nEssai", reason="Essai")
    (found,) = verifying.verify(signed)
    assert found.is_good
    assert found.ours
    assert found.issuer == "Beffroi, autorité non qualifiée"
    assert "non qualifié" in found.worth
    assert found.level == Level.B


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_reached_with_the_internal_clock_and_proved_by_the_file(pdf_bytes, settings, level):
    settings.TSA_INTERNAL = True
    signed = _seal(pdf_bytes, level)
    assert (signed.level, signed.why) == (level, "")
    (found,) = verifying.verify(signed.content)
    assert (found.level, found.is_good) == (level, True)


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_reached_with_the_services_of_a_real_authority(pdf_bytes, elsewhere, level):
    signed = _person(elsewhere, pdf_bytes, level)
    assert (signed.level, signed.why) == (level, "")
    (found,) = verifying.verify(signed.content)
    assert (found.level, found.is_good, found.strength) == (level, True, Strength.ADVANCED)
    assert ("tsa" in elsewhere.asked) is (level != Level.B)
    reader = PdfFileReader(io.BytesIO(signed.content))
    if level.rank >= Level.LT.rank:
        store = DocumentSecurityStore.read_dss(reader)
        assert store.ocsps or store.crls
    assert len(reader.embedded_timestamp_signatures) == (1 if level == Level.LTA else 0)


def test_long_term_signature_convinces_the_validator_of_pyhanko(pdf_bytes, elsewhere):
    signed = _person(elsewhere, pdf_bytes, Level.LTA).content
    assert _says_lta(signed, elsewhere.root) == "OK"
    changed = signed.replace(b"/Reason", b"/Raison", 1)
    assert changed != signed
    (found,) = verifying.verify(changed)
    assert not found.is_good


@pytest.mark.parametrize("level", list(Level))
def test_several_signatures_stay_valid_together_at_each_level(pdf_bytes, settings, elsewhere, level):
    signed = _person(elsewhere, pdf_bytes, level).content
    signed = _person(elsewhere, signed, level, name="Paul Debray").content
    signed = _seal(signed, level).content
    found = verifying.verify(signed)
    assert [one.signer for one in found] == ["Jeanne Caron", "Paul Debray", "Beffroi, cachet de cette installation"]
    assert [one.is_good for one in found] == [True, True, True]
    assert {one.level for one in found} == {level}


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig is not here (apt install poppler-utils)")
@pytest.mark.parametrize("level", list(Level))
def test_poppler_reads_two_signatures_as_valid_at_each_level(pdf_bytes, settings, tmp_path, level):
    settings.TSA_INTERNAL = True
    signed = _seal(_seal(pdf_bytes, level).content, level).content
    told = _pdfsig(signed, tmp_path)
    assert told.count("Signature is Valid") == 2  # poppler names the timestamps of the whole, and judges signatures
    assert told.count("ETSI.CAdES.detached") == 2
    assert told.count("Signature #") == (4 if level == Level.LTA else 2)
    changed = bytearray(signed)
    at = signed.index(b"/Type", 300)
    changed[at + 1] = ord("X")
    assert "Signature is Valid" not in _pdfsig(bytes(changed), tmp_path).split("Signature #2")[0]


# service that is dead, level asked, level had, what the person is told
DEAD = [
    ({"tsa"}, Level.T, Level.B, "horodatage ne répond pas"),
    ({"tsa"}, Level.LTA, Level.B, "horodatage ne répond pas"),
    ({"ocsp", "crl"}, Level.LT, Level.T, "preuves de validité"),
    ({"ocsp", "crl"}, Level.LTA, Level.T, "preuves de validité"),
]


@pytest.mark.parametrize(("down", "asked", "had", "words"), DEAD)
def test_dead_service_is_refused_or_goes_down_as_the_order_says_and_is_told(
    pdf_bytes, elsewhere, down, asked, had, words
):
    elsewhere.down = down
    with pytest.raises(Refused, match=words):
        _person(elsewhere, pdf_bytes, asked)
    signed = _person(elsewhere, pdf_bytes, asked, fallback=DEGRADE)
    assert signed.level == had
    assert words in signed.why
    (found,) = verifying.verify(signed.content)
    assert (found.level, found.is_good) == (had, True)


def test_one_of_the_two_services_of_revocation_is_enough(pdf_bytes, elsewhere):
    elsewhere.down = {"ocsp"}
    assert _person(elsewhere, pdf_bytes, Level.LT).level == Level.LT
    elsewhere.down = {"crl"}
    assert _person(elsewhere, pdf_bytes, Level.LT).level == Level.LT


def test_level_never_goes_under_the_floor_of_the_step(pdf_bytes, elsewhere):
    elsewhere.down = {"tsa"}
    with pytest.raises(Refused, match="B-T au moins"):
        _person(elsewhere, pdf_bytes, Level.LT, fallback=DEGRADE, floor=Level.T)


def test_without_timestamping_no_level_is_pretended(pdf_bytes, settings):
    settings.TSA_URL, settings.TSA_INTERNAL = "", False
    signed = _seal(pdf_bytes, Level.LTA, fallback=DEGRADE)
    assert signed.level == Level.B
    assert "aucun service d’horodatage" in signed.why


def test_service_that_nobody_listens_to_is_dead(pdf_bytes, settings):
    settings.TSA_URL = "http://127.0.0.1:9/"
    with pytest.raises(Refused, match="ne répond pas"):
        _seal(pdf_bytes, Level.T)


@pytest.mark.parametrize("fallback", list(Fallback))
def test_revoked_certificate_never_signs_at_a_level_that_asks(pdf_bytes, elsewhere, fallback):
    with pytest.raises(Refused, match="révoqué"):
        _person(elsewhere, pdf_bytes, Level.LT, revoked=True, fallback=fallback)


def test_certificate_is_worth_what_its_authority_says(house, elsewhere, settings):
    def worth(name, **more):
        packed, _certificate, _key = house.person(name, **more)
        with keys.of_file(packed, "secret") as key:
            return trust.worth_of(key.chain).strength

    assert worth("Simple") == Strength.ADVANCED
    assert worth("Se dit qualifiée", qualified=True) == Strength.ADVANCED, "only the European list says who is"
    with pytest.raises(Refused, match="expiré"):
        worth("Passée", expired=True)
    settings.TRUST = ""
    assert worth("Qualifiée mais inconnue", qualified=True) == Strength.SIMPLE


def test_proof_is_renewed_before_the_last_timestamp_ends(pdf_bytes, elsewhere):
    elsewhere.renew_clock(days=60)
    signed = _person(elsewhere, pdf_bytes, Level.LTA).content
    first = pades.ends_of_proof(signed)
    assert first - datetime.datetime.now(datetime.UTC) < datetime.timedelta(days=61)
    elsewhere.renew_clock()
    renewed = pades.renew(signed)
    assert renewed.startswith(signed)
    assert pades.ends_of_proof(renewed) > first
    (found,) = verifying.verify(renewed)
    assert (found.level, found.is_good) == (Level.LTA, True)
    assert len(PdfFileReader(io.BytesIO(renewed)).embedded_timestamp_signatures) == 2
    assert _says_lta(renewed, elsewhere.root) == "OK"
    elsewhere.down = {"tsa"}
    with pytest.raises(Refused, match="pas renouvelée"):
        pades.renew(renewed)


def test_changed_document_is_told(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    changed = bytearray(signed)
    changed[400] ^= 1
    try:
        found = verifying.verify(bytes(changed))
    except Refused:
        return
    assert not any(one.is_good for one in found)


def test_page_added_after_the_signature_is_told(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    stream = writer.add_object(__import__("pyhanko.pdf_utils.generic", fromlist=["x"]).StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 200, 200)))
    output = io.BytesIO()
    writer.write(output)
    (found,) = verifying.verify(output.getvalue())
    assert not found.is_good


def test_wrong_password_is_refused_in_plain_words():
    with pytest.raises(Refused, match="mot de passe"), keys.of_file(authority.seal().pkcs12, "autre"):
        pass


@pytest.mark.parametrize("content", [b"", b"du texte", b"%PDF-1.7\nrien"])
def test_file_that_is_not_a_pdf_is_refused(content):
    with pytest.raises(Refused):
        verifying.verify(content)


def test_copy_signed_elsewhere_is_told_from_another_document(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    assert verifying.is_signed_copy_of(pdf_bytes, signed)
    assert not verifying.is_signed_copy_of(pdf_bytes, pdf_bytes)
    assert not verifying.is_signed_copy_of(b"%PDF-1.4 autre", signed)


def test_seal_is_drawn_once_and_kept_from_other_eyes(home):
    first = authority.seal()
    authority._read.cache_clear()
    assert authority.seal().pkcs12 == first.pkcs12
    assert (home / authority.SEAL).stat().st_mode & 0o777 == 0o600
    assert first.is_own
    (home / authority.SEAL).unlink()
    authority._read.cache_clear()
    drawn = authority.seal()
    assert drawn.certificates[0] != first.certificates[0]
    assert drawn.certificates[1] == authority.root().certificates[0]


def test_seal_of_a_real_authority_takes_its_place(settings, tmp_path, house):
    path = tmp_path / "vrai.p12"
    path.write_bytes(house.person("Cachet de la collectivité")[0])
    settings.SEAL_PKCS12, settings.SEAL_PASSWORD = str(path), "secret"
    seal = authority.seal()
    assert not seal.is_own
    assert "Cachet de la collectivité" in seal.certificates[0].subject.rfc4514_string()


def _marked(text: str) -> bytes:
    """A PDF of three pages, whose second says `text`."""
    text = text.replace("#", "\\#")
    pages = f"#v(200pt)\n#h(80pt){text} suite"
    source = f"#set page(width: 600pt, height: 500pt)\nUn\n#pagebreak()\n{pages}\n#pagebreak()\nTrois"
    return typst.compile(source.encode(), format="pdf")


def test_stamp_goes_where_the_document_says():
    content = _marked("#signature# puis #cachet# puis #signature#")
    first = stamps.find(content, stamps.Wish("signature"), 0)
    second = stamps.find(content, stamps.Wish("signature", nth=1), 1)
    seal = stamps.find(content, stamps.Wish("seal"), 2)
    assert first.page == second.page == seal.page == 1
    assert first.box[0] < seal.box[0]
    third = stamps.find(content, stamps.Wish("signature", nth=2), 2)
    assert third == stamps.Place(-1, stamps.find(_marked("rien"), stamps.Wish(), 2).box)


@pytest.mark.parametrize(("page", "found"), [(1, 0), (2, 1), (9, 2), (-1, 2), (-2, 1), (-9, 0)])
def test_page_of_the_stamp_counts_from_either_end(page, found):
    assert stamps.find(_marked("rien"), stamps.Wish(page=page), 0).page % 3 == found
