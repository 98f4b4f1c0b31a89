"""Whose name the seal of the platform stands for: in what is signed, and told truthfully to whoever holds the file."""

import io
import re
import shutil
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from beffroi.kernel.models import Delivery
from beffroi.shared.billing.pes import writing
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions, reading, verifying
from beffroi.shared.signing.actions.signature import Key, content_of
from beffroi.shared.signing.levels import Format
from beffroi.shared.signing.models import Kind, Nature, Step
from tests.contract import rules
from tests.shared.billing.test_pes import slip

pytestmark = pytest.mark.django_db


def verified(client, content: bytes, name="acte.pdf", payload=None) -> str:
    """What the public page says of a file."""
    given = {"file": SimpleUploadedFile(name, content)}
    if payload is not None:
        given["payload"] = SimpleUploadedFile("note.txt", payload)
    page = client.post(reverse("signing:verify"), given).content.decode()
    assert list(rules.page(page)) == []
    return " ".join(page.replace("\u202f", " ").replace("\xa0", " ").replace("&nbsp;", " ").split())


@pytest.fixture
def signed(send, people):
    """The folder of a convention that the president signed with their account, and its document."""
    folder = send((1, Kind.SIGNATURE, "president"))
    actions.decide_step(folder.steps.get(), actor=people["president"], approve=True)
    return folder, content_of(folder.main())


def test_name_is_in_what_the_signature_covers_and_the_page_says_how_they_signed(client, signed, people, tmp_path):
    folder, content = signed
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
    assert signature.sig_object["/Name"] == "President Essai"
    start, length, after, rest = signature.byte_range
    assert (start, after + rest) == (0, len(content))
    assert b"/Name" in content[:length].rpartition(b"/ByteRange")[2] or b"/Name" in content[after:]
    page = verified(client, content)
    assert "Scellé par Beffroi au nom de President Essai, qui a signé avec son compte le " in page
    assert "le parapheur en garde la trace" in page
    assert folder.title not in page, "nothing of the folder is told"
    if shutil.which("pdfsig"):
        path = tmp_path / "acte.pdf"
        path.write_bytes(content)
        told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)
        assert "Signature is Valid" in told.stdout


def test_name_is_that_of_the_file_whatever_became_of_the_account(client, signed, people):
    _folder, content = signed
    people["president"].last_name = "Autrement"
    people["president"].save()
    page = verified(client, content)
    assert "President Essai" in page
    assert "Autrement" not in page


def test_without_the_record_only_what_the_file_says_is_told(client, signed):
    _folder, content = signed
    Step.objects.update(mark="")
    page = verified(client, content)
    assert "Scellé au nom de President Essai, dit la signature." in page
    assert "n’en a pas de trace" in page
    assert "avec son compte" not in page


def test_name_that_was_changed_since_is_not_repeated(client, signed):
    """Another name written over the dictionary of the signature, by an update added at the end."""
    _folder, content = signed
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    found = writer.prev.embedded_regular_signatures[0].sig_object
    found[pdf_name("/Name")] = pdf_string("Jean Faussaire")
    writer.mark_update(found.container_ref)
    kept = io.BytesIO()
    writer.write(kept)
    (read,) = reading.read(kept.getvalue())
    assert not read.is_good
    assert read.said == ""
    page = verified(client, kept.getvalue())
    assert "Faussaire" not in page
    assert "Document modifié" in page


def test_person_outside_and_seal_of_the_body_are_named_too(client, send, people):
    folder = send((1, Kind.EXTERNAL, "director"), (2, Kind.SEAL, "president"))
    step = folder.steps.get(kind=Kind.EXTERNAL)
    who = {"name": "Jeanne Marchand", "quality": "Les Amis du beffroi", "email": "jeanne@example.invalid"}
    invitation = actions.invite_signer(step, actor=people["director"], **who)
    actions.send_code(invitation)
    code = re.search(r"\b(\d{6})\b", Delivery.objects.filter(address=who["email"]).latest("created_at").body).group(1)
    assert actions.check_code(invitation, code)
    actions.sign_outside(invitation, code=code)
    actions.decide_step(folder.steps.get(kind=Kind.SEAL), actor=people["president"], approve=True)
    page = verified(client, content_of(folder.main()))
    assert "au nom de Jeanne Marchand, Les Amis du beffroi, qui a signé par un code reçu à son adresse le " in page
    assert f"Cachet posé par Beffroi au nom de {folder.organisation} le " in page
    assert "jeanne@example" not in page


@pytest.fixture
def sign_as(people, operator, make_circuit, stored):
    """sign_as(format, name, content): the folder that the president signed with their account, in that format."""

    def make(format_, name, content):
        circuit = make_circuit((1, Kind.SIGNATURE, "president"), name=name)
        way = Nature(organisation=operator, type="Essai", name=name, circuit=circuit, format=format_)
        way = actions.save_nature(way, actor=people["manager"], details=(), rules=())
        folder = actions.create_folder(
            actor=people["author"], nature=way, title="Essai", document=stored(name, content), details={}
        )
        folder = actions.submit_folder(folder, actor=people["author"])
        actions.decide_step(folder.steps.get(), actor=people["president"], approve=True)
        return folder

    return make


NOTE = "Une note à signer.".encode()


def test_file_signed_beside_says_it_as_well(client, sign_as):
    folder = sign_as(Format.XADES, "note.txt", NOTE)
    beside = content_of(StoredFile.objects.about(folder).get(kind="signature"))
    assert "Au nom de President Essai" in beside.decode()
    page = verified(client, beside, name="note.xml", payload=NOTE)
    assert "Scellé par Beffroi au nom de President Essai, qui a signé avec son compte le " in page
    changed = beside.replace(b"President Essai", b"Jean Faussaire.")
    assert "Faussaire" not in verified(client, changed, name="note.xml", payload=NOTE)


def test_signature_that_has_no_room_for_a_name_tells_none(client, sign_as):
    """A `.p7s` and a PES name nobody: nor does the page, whatever the records know."""
    folder = sign_as(Format.CADES, "note.txt", NOTE)
    beside = content_of(StoredFile.objects.about(folder).get(kind="signature"))
    pes = sign_as(Format.PES, "bordereau.xml", writing.write(slip()))
    for page in (
        verified(client, beside, name="note.p7s", payload=NOTE),
        verified(client, content_of(pes.main()), name="bordereau.xml"),
    ):
        assert "Scellé par Beffroi au nom d’une personne, qui a signé avec son compte le " in page
        assert "President" not in page


def test_own_certificate_needs_no_other_name(house, people, send):
    folder = send((1, Kind.SIGNATURE, "president"))
    packed, _certificate, _key = house.person("President Essai")
    key = Key(pkcs12=packed, password="secret")
    actions.decide_step(folder.steps.get(), actor=people["president"], approve=True, key=key)
    content = content_of(folder.main())
    (found,) = verifying.verify(content)
    assert (found.signer, found.named) == ("President Essai", "")
    assert folder.steps.get().mark == ""
    assert reading.read(content)[0].said == ""


def test_records_of_many_files_are_read_at_once(signed, django_assert_num_queries):
    _folder, content = signed
    found = reading.signatures(content, None)
    with django_assert_num_queries(1):
        told = reading.with_records([found] * 30)
    assert [one.said for one in told[29]] == [one.said for one in reading.read(content)]
    assert "President Essai" in told[0][0].said
