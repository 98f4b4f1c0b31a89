"""Keys that never leave their module: SoftHSM stands for the HSM or the token, behind the same interface (PKCS #11)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from beffroi.shared.billing.pes import writing
from beffroi.shared.signing import actions, keys, pades, verifying, xades
from beffroi.shared.signing.actions.deciding import Key
from beffroi.shared.signing.levels import Level, Refused
from beffroi.shared.signing.models import Kind, ModuleKey
from tests.shared.billing.test_pes import slip

LIBRARIES = [
    os.environ.get("BEFFROI_TEST_SOFTHSM", ""),
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
]
LIBRARY = next((path for path in LIBRARIES if path and Path(path).exists()), "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not LIBRARY or not shutil.which("softhsm2-util"),
        reason="SoftHSM is not here: no wheel carries it (apt install softhsm2, or BEFFROI_TEST_SOFTHSM)",
    ),
]
PIN = "624819"


@pytest.fixture(scope="session")
def module(tmp_path_factory, house):
    """A token « beffroi » that holds the key « caron » and its certificate. The library is loaded once by a process."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(config)
    command = ["softhsm2-util", "--init-token", "--free", "--label", "beffroi", "--pin", PIN, "--so-pin", "12345678"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    _packed, certificate, key = house.person("Jeanne Caron")
    token = pkcs11.lib(LIBRARY).get_token(token_label="beffroi")
    with token.open(user_pin=PIN, rw=True) as session:
        plain = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        session.create_object(
            decode_rsa_private_key(plain)
            | {
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: True,
                pkcs11.Attribute.LABEL: "caron",
                pkcs11.Attribute.SIGN: True,
                pkcs11.Attribute.ID: b"1",
            }
        )
        for label, one, number in (("caron", certificate, b"1"), ("autorité", house.root, b"2")):
            session.create_object(
                decode_x509_certificate(one.public_bytes(Encoding.DER))
                | {
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.ID: number,
                }
            )
    return LIBRARY


@pytest.fixture
def installed(module, settings):
    settings.PKCS11_MODULE = module
    return module


def test_key_of_the_module_signs_a_pdf_and_a_pes(installed, elsewhere, pdf_bytes):
    with keys.of_module("beffroi", "caron", PIN) as key:
        signed = pades.sign(pdf_bytes, key, pades.Order(text="X", reason="X", level=Level.LT))
        pes = xades.sign_pes(writing.write(slip()), key)
    (found,) = verifying.verify(signed.content)
    assert (found.signer, found.level, found.is_good) == ("Jeanne Caron", Level.LT, True)
    assert xades.verify(pes)[0].is_good


@pytest.mark.parametrize(
    ("token", "label", "pin", "words"),
    [
        ("beffroi", "caron", "000000", "PIN"),
        ("beffroi", "autre", PIN, "pas dans le module"),
        ("absent", "caron", PIN, "ne répond pas"),
    ],
)
def test_what_goes_wrong_is_told_in_plain_words(installed, token, label, pin, words):
    with pytest.raises(Refused, match=words), keys.of_module(token, label, pin):
        pass


def test_without_a_module_nothing_is_pretended(settings):
    settings.PKCS11_MODULE = ""
    with pytest.raises(Refused, match="Aucun module"), keys.of_module("beffroi", "caron", PIN):
        pass


def test_step_is_signed_with_the_key_of_its_person_alone(installed, send, people):
    mine = ModuleKey(user=people["president"], token="beffroi", label="caron")  # noqa: S106
    actions.save_key(mine, actor=people["manager"])
    folder = send((1, Kind.SIGNATURE, "president"), (2, Kind.SIGNATURE, "director"))
    step = folder.steps.get(position=1)
    done = actions.decide_step(step, actor=people["president"], approve=True, key=Key(module=mine, password=PIN))
    assert "Jeanne Caron" in done.level
    with pytest.raises(Refused, match="pas la vôtre"):
        actions.decide_step(
            folder.steps.get(position=2), actor=people["director"], approve=True, key=Key(module=mine, password=PIN)
        )


def test_seal_may_lie_in_the_module(installed, settings, pdf_bytes):
    settings.SEAL_PKCS11, settings.SEAL_PASSWORD = "beffroi/caron", PIN
    assert not keys.seal_is_own()
    (found,) = verifying.verify(pades.sign_with_seal(pdf_bytes, text="X", reason="X"))
    assert found.signer == "Jeanne Caron"
