"""Signatures, read by pyHanko and by `pdfsig` (poppler), which we did not write."""

import shutil
import subprocess

import pytest

from beffroi.shared.signing import authority, pades


def _pdfsig(content: bytes, folder) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout


def test_seal_is_found_intact_and_said_to_be_ours(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Cachet\nEssai", reason="Essai")
    (found,) = pades.verify(signed)
    assert found.is_good
    assert found.ours
    assert found.issuer == "Beffroi, autorité non qualifiée"
    assert "non qualifié" in pades.level_of(is_own=True)


def test_several_signatures_stay_valid_together(pdf_bytes):
    signed = pdf_bytes
    for rank in range(3):
        signed = pades.sign_with_seal(signed, text=f"Signature {rank}", reason="Essai")
    found = pades.verify(signed)
    assert [one.is_good for one in found] == [True, True, True]


def test_changed_document_is_told(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    changed = bytearray(signed)
    changed[400] ^= 1
    try:
        found = pades.verify(bytes(changed))
    except pades.SigningRefused:
        return
    assert not any(one.is_good for one in found)


def test_page_added_after_the_signature_is_told(pdf_bytes):
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    stream = writer.add_object(__import__("pyhanko.pdf_utils.generic", fromlist=["x"]).StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 200, 200)))
    output = io.BytesIO()
    writer.write(output)
    (found,) = pades.verify(output.getvalue())
    assert not found.is_good


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig is not here (apt install poppler-utils)")
def test_poppler_reads_the_signatures_as_valid(pdf_bytes, tmp_path):
    signed = pades.sign_with_seal(pdf_bytes, text="Un", reason="Essai")
    signed = pades.sign_with_seal(signed, text="Deux", reason="Essai")
    told = _pdfsig(signed, tmp_path)
    assert told.count("Signature is Valid") == 2
    assert told.count("ETSI.CAdES.detached") == 2
    changed = bytearray(signed)
    at = signed.index(b"/Type", 300)
    changed[at + 1] = ord("X")
    assert "Signature is Valid" not in _pdfsig(bytes(changed), tmp_path).split("Signature #2")[0]


def test_own_certificate_signs_and_its_level_is_not_overstated(pdf_bytes):
    pkcs12 = authority.make_pkcs12("Jeanne Caron", b"secret")
    signed, level = pades.sign_with_key(pdf_bytes, pkcs12, "secret", text="Essai", reason="Essai")
    (found,) = pades.verify(signed)
    assert (found.signer, found.ours, found.is_good) == ("Jeanne Caron", False, True)
    assert "Jeanne Caron" in level
    assert "non vérifié" in level


def test_wrong_password_is_refused_in_plain_words(pdf_bytes):
    with pytest.raises(pades.SigningRefused, match="mot de passe"):
        pades.sign_with_key(pdf_bytes, authority.make_pkcs12("X", b"secret"), "autre", text="Essai", reason="Essai")


@pytest.mark.parametrize("content", [b"", b"du texte", b"%PDF-1.7\nrien"])
def test_file_that_is_not_a_pdf_is_refused(content):
    with pytest.raises(pades.SigningRefused):
        pades.verify(content)


def test_copy_signed_elsewhere_is_told_from_another_document(pdf_bytes):
    signed = pades.sign_with_seal(pdf_bytes, text="Essai", reason="Essai")
    assert pades.is_signed_copy_of(pdf_bytes, signed)
    assert not pades.is_signed_copy_of(pdf_bytes, pdf_bytes)
    assert not pades.is_signed_copy_of(b"%PDF-1.4 autre", signed)


def test_seal_is_drawn_once_and_kept_from_other_eyes(home):
    first = authority.seal()
    authority._read.cache_clear()
    assert authority.seal().pkcs12 == first.pkcs12
    assert (home / authority.NAME).stat().st_mode & 0o777 == 0o600
    assert first.is_own


def test_seal_of_a_real_authority_takes_its_place(settings, tmp_path):
    path = tmp_path / "cachet.p12"
    path.write_bytes(authority.make_pkcs12("Cachet de la collectivité", b"motdepasse"))
    settings.SEAL_PKCS12, settings.SEAL_PASSWORD = str(path), "motdepasse"
    seal = authority.seal()
    assert not seal.is_own
    assert "Cachet de la collectivité" in seal.certificates[0].subject.rfc4514_string()
