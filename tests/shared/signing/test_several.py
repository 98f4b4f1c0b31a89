"""Several documents in one folder: one gesture signs them all or none, each is told on its own."""

import io
import uuid
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import etree
from pypdf import PdfReader

from beffroi.kernel import pdf
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions, bordereau, keys, pades, reading, verifying
from beffroi.shared.signing.actions import batches, folders
from beffroi.shared.signing.actions.signature import Key, content_of
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.levels import Format, Refused
from beffroi.shared.signing.models import Kind, Nature, Step, StepDocument
from beffroi.shared.signing.workflow import State
from tests.contract import rules
from tests.support.trust import pkcs12_of

pytestmark = pytest.mark.django_db
V, S, C = Kind.VISA, Kind.SIGNATURE, Kind.SEAL
NAMES = ["convention.pdf", "annexe-financiere.pdf", "plan.pdf"]


@pytest.fixture(scope="session")
def other_bytes():
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return {name: pdf.render(TEMPLATE, {"title": f"Pièce {name}"}, at=at) for name in NAMES[1:]}


@pytest.fixture
def several(send, stored, other_bytes):
    """Send a folder of three documents."""

    def make(*lines, **more):
        others = [stored(name, content) for name, content in other_bytes.items()]
        return send(*(lines or ((1, V, "director"), (2, S, "president"))), others=others, **more)

    return make


def current(folder) -> Step:
    return folder.steps.get(outcome=Step.Outcome.CURRENT)


def contents(folder) -> dict[str, bytes]:
    return {file.name: content_of(file) for file in folder.to_sign()}


def test_one_gesture_signs_them_all_and_each_is_told(several, people, other_bytes):
    folder = several()
    visa = actions.decide_step(current(folder), actor=people["director"], approve=True)
    assert [(one.name, one.level) for one in visa.documents.all()] == [(name, "") for name in sorted_names()]
    before = contents(folder)
    step = actions.decide_step(current(folder), actor=people["president"], approve=True)
    after = contents(folder)
    assert list(after) == sorted_names()
    for name, content in after.items():
        assert content.startswith(before[name])
        assert content != before[name]
        (found,) = verifying.verify(content)
        assert found.is_good
    told = list(step.documents.all())
    assert [one.name for one in told] == sorted_names()
    assert {one.sha256 for one in told} == {file.blob.sha256 for file in folder.to_sign()}
    assert all("Signature simple" in one.level for one in told)
    assert len({one.mark for one in told}) == 3
    assert step.mark == told[0].mark
    folder.refresh_from_db()
    assert folder.state == State.DONE


def sorted_names() -> list[str]:
    """The first document, then the others by their names."""
    return [NAMES[0], *sorted(NAMES[1:])]


def test_folder_of_one_document_is_as_before(send, people):
    folder = send((1, S, "president"))
    step = actions.decide_step(current(folder), actor=people["president"], approve=True)
    assert not step.documents.exists()
    assert step.sha256 == folder.main().blob.sha256
    assert step.mark


def test_second_signature_and_seal_follow_on_each_document(several, people):
    folder = several((1, S, "director"), (2, S, "president"), (3, C, "director"))
    for name in ("director", "president", "director"):
        actions.decide_step(current(folder), actor=people[name], approve=True)
    assert all(len(verifying.verify(content)) == 3 for content in contents(folder).values())


def test_one_that_cannot_be_signed_leaves_the_others_unsigned(several, people, stored):
    folder = several((1, S, "president"))
    before = contents(folder)
    last = folder.to_sign()[-1]
    storage.contents().delete(storage.address(last.blob.sha256))
    with pytest.raises(ValidationError, match="stockage"):
        actions.decide_step(current(folder), actor=people["president"], approve=True)
    left = {file.name: file.blob.sha256 for file in folder.to_sign()}
    assert len(left) == 3
    kept = [file for file in folder.to_sign() if file.pk != last.pk]
    assert {file.name: content_of(file) for file in kept} == {name: before[name] for name in left if name != last.name}
    assert not StoredFile.objects.about(folder).filter(kind="before").exists()
    assert current(folder).outcome == Step.Outcome.CURRENT
    assert not StepDocument.objects.exists()


def test_broken_document_is_named_and_nothing_is_signed(send, stored, people):
    folder = send((1, S, "president"), others=[stored("abime.pdf", b"%PDF-1.7\n1 0 obj\nrien\n%%EOF\n")])
    before = folder.main().blob.sha256
    with pytest.raises(Refused) as refused:
        actions.decide_step(current(folder), actor=people["president"], approve=True)
    assert "abime.pdf" in str(refused.value)
    assert "Aucun document n’est signé" in str(refused.value)
    assert folder.main().blob.sha256 == before


def test_two_documents_of_the_same_name_are_refused(people, document, make_circuit):
    circuit = make_circuit((1, S, "president"))
    with pytest.raises(ValidationError, match="même nom"):
        actions.create_folder(
            actor=people["author"], circuit=circuit, title="X", document=document(), others=[document()]
        )


def test_other_document_must_be_a_pdf_where_the_circuit_signs(people, document, stored, make_circuit):
    circuit = make_circuit((1, S, "president"))
    with pytest.raises(ValidationError) as refused:
        actions.create_folder(
            actor=people["author"],
            circuit=circuit,
            title="X",
            document=document(),
            others=[stored("note.txt", b"Bonjour")],
        )
    assert "note.txt" in refused.value.message_dict["others"][0]


def test_eleven_documents_are_too_many(people, document, stored, make_circuit, pdf_bytes):
    others = [stored(f"piece-{rank}.pdf", pdf_bytes) for rank in range(10)]
    with pytest.raises(ValidationError, match="10 documents"):
        actions.create_folder(
            actor=people["author"],
            circuit=make_circuit((1, S, "president")),
            title="X",
            document=document(),
            others=others,
        )


def test_own_certificate_signs_them_all_by_one_password(several, people):
    folder = several((1, S, "president"))
    key = Key(pkcs12=pkcs12_of("Jeanne Caron"), password="secret")  # noqa: S106
    step = actions.decide_step(current(folder), actor=people["president"], approve=True, key=key)
    assert all("Jeanne Caron" in one.level for one in step.documents.all())
    assert [verifying.verify(content)[0].signer for content in contents(folder).values()] == ["Jeanne Caron"] * 3


def test_copies_signed_elsewhere_are_matched_in_any_order(several, people):
    folder = several((1, S, "president"))
    with keys.of_file(pkcs12_of("Outil externe"), "secret") as own:
        order = pades.Order(text="Y", reason="Y")
        signed = [pades.sign(content, own, order).content for content in contents(folder).values()]
    with pytest.raises(Refused, match="3 copies"):
        actions.decide_step(current(folder), actor=people["president"], approve=True, key=Key(signed_copy=signed[0]))
    doubled = Key(signed_copy=signed[0], others=(signed[0], signed[1]))
    with pytest.raises(Refused, match="Aucun document n’est signé"):
        actions.decide_step(current(folder), actor=people["president"], approve=True, key=doubled)
    assert not StoredFile.objects.about(folder).filter(kind="before").exists()
    shuffled = Key(signed_copy=signed[2], others=(signed[0], signed[1]))
    actions.decide_step(current(folder), actor=people["president"], approve=True, key=shuffled)
    assert list(contents(folder).values()) == signed


def test_detached_signatures_stand_beside_their_own_document(people, stored, make_circuit, operator, pdf_bytes):
    nature = Nature(
        organisation=operator,
        type="Essai",
        name="À côté",
        format=Format.CADES,
        circuit=make_circuit((1, S, "president")),
    )
    actions.save_nature(nature, actor=people["manager"], details=[], rules=[])
    folder = actions.create_folder(
        actor=people["author"],
        nature=nature,
        title="X",
        document=stored("note.txt", b"Une note"),
        others=[stored("liste.csv", b"a;b\n1;2\n")],
    )
    actions.submit_folder(folder, actor=people["author"])
    actions.decide_step(current(folder), actor=people["president"], approve=True)
    made = {file.name: content_of(file) for file in folder.documents() if file.kind == "signature"}
    assert set(made) == {"note.txt.signature-1.p7s", "liste.csv.signature-1.p7s"}
    for file in folder.to_sign():
        (found,) = reading.read(made[f"{file.name}.signature-1.p7s"], content_of(file))
        assert found.is_good


def test_whoever_holds_one_of_them_reads_who_signed_it(several, people, client):
    folder = several((1, S, "president"))
    actions.decide_step(current(folder), actor=people["president"], approve=True)
    for content in contents(folder).values():
        (found,) = reading.read(content)
        assert "qui a signé avec son compte" in found.said


def test_bordereau_and_package_hold_each_document(several, people):
    folder = several()
    for name in ("director", "president"):
        actions.decide_step(current(folder), actor=people[name], approve=True)
    folder.refresh_from_db()
    record = bordereau.render(folder)
    assert bordereau.render(folder) == record
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(record)).pages).split())
    assert all(text.count(name) >= 3 for name in NAMES), "among the files, in the visa, in the signature"
    with zipfile.ZipFile(io.BytesIO(bordereau.pack(folder))) as packed:
        inside = [name for name in packed.namelist() if name.startswith("document/")]
        assert len(inside) == 3
        root = etree.fromstring(packed.read("premis.xml"))
    assert len(root.findall("{*}event/{*}linkingObjectIdentifier")) % 3 == 0


def test_regretted_visa_forgets_what_it_saw(several, people):
    folder = several()
    step = actions.decide_step(current(folder), actor=people["director"], approve=True)
    actions.regret_step(step, actor=people["director"])
    assert not StepDocument.objects.exists()
    actions.decide_step(current(folder), actor=people["director"], approve=True)
    assert StepDocument.objects.count() == 3


def test_folder_prepared_again_takes_the_first_versions(several, people, pdf_bytes, other_bytes):
    folder = several((1, S, "director"), (2, V, "president"))
    actions.decide_step(current(folder), actor=people["director"], approve=True)
    actions.decide_step(current(folder), actor=people["president"], approve=False, comment="À reprendre")
    folder.refresh_from_db()
    again = actions.send_again(folder, actor=people["author"])
    assert contents(again) == {NAMES[0]: pdf_bytes} | other_bytes


def test_finished_folder_goes_to_another_circuit_with_all_that_is_signed(several, people, make_circuit):
    folder = several((1, S, "president"))
    actions.decide_step(current(folder), actor=people["president"], approve=True)
    folder.refresh_from_db()
    after = actions.chain_folder(folder, actor=people["author"], circuit=make_circuit((1, V, "other"), name="Suite"))
    assert contents(after) == contents(folder)


def test_batch_says_how_many_documents_were_signed(several, people):
    folder = several((1, S, "president"))
    batch = actions.ask_batch([folder.pk], actor=people["president"], key=uuid.uuid4())
    batches.run(batch.pk)
    assert batch.lines.get().words.startswith("3 documents, niveau B-")


def test_pages_of_each_document_are_shown_and_kept_for_the_road(several, people, client):
    folder = several()
    client.force_login(people["director"])
    page = client.get(reverse("signing:decide", args=[folder.pk, current(folder).pk]))
    text = page.content.decode()
    assert list(rules.page(text)) == []
    assert all(name in text for name in NAMES)
    for file in folder.to_sign()[1:]:
        address = f"{reverse('signing:page', args=[folder.pk, 1])}?garder"
        assert f'src="{address}&amp;document={file.pk}"' in text, "as the service worker looks for it"
        picture = client.get(f"{address}&document={file.pk}")
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
        assert b"".join(picture.streaming_content)[8:12] == b"WEBP"
    nowhere = f"{reverse('signing:page', args=[folder.pk, 1])}?document=00000000-0000-0000-0000-000000000000"
    assert client.get(nowhere).status_code == 404
    shown = client.get(folder.get_absolute_url()).content.decode()
    assert list(rules.page(shown)) == []
    assert shown.count("à signer") >= 3


@pytest.mark.parametrize("name", ["signing:folder", "signing:decide"])
def test_pages_ask_no_more_for_ten_documents_than_for_two(name, make_circuit, document, stored, people, client):
    circuit = make_circuit((1, V, "director"), (2, S, "president"), (3, Kind.MAIL, "director"))
    content = pdf.render(TEMPLATE, {"title": "Marché"}, at=datetime(2026, 11, 25, tzinfo=UTC))
    asked = []
    for count in (2, folders.MOST):
        others = [stored(f"piece-{rank}.pdf", content) for rank in range(1, count)]
        folder = actions.create_folder(
            actor=people["author"], circuit=circuit, title="Marché", document=document(), others=others
        )
        actions.submit_folder(folder, actor=people["author"])
        actions.decide_step(current(folder), actor=people["director"], approve=True)
        client.force_login(people["president"])
        address = reverse(name, args=[folder.pk] if name == "signing:folder" else [folder.pk, current(folder).pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            text = client.get(address).content.decode()
        assert text.count("piece-") >= count - 1
        assert list(rules.page(text)) == []
        asked.append([query["sql"] for query in captured])
    assert list(rules.growth(*map(len, asked))) == []
    assert len(asked[1]) <= rules.QUERY_LIMIT


def test_author_gives_several_documents_by_the_form(people, client, make_circuit, pdf_bytes, other_bytes):
    circuit = make_circuit((1, S, "president"))
    client.force_login(people["author"])
    files = [SimpleUploadedFile(name, content, "application/pdf") for name, content in other_bytes.items()]
    given = {
        "circuit": circuit.pk,
        "title": "Marché",
        "others": files,
        "document": SimpleUploadedFile(NAMES[0], pdf_bytes, "application/pdf"),
    }
    answer = client.post(reverse("signing:new"), given, follow=True)
    folder = answer.context["folder"]
    assert [file.name for file in folder.to_sign()] == sorted_names()


def test_acts_and_letters_keep_their_one_document(several, people):
    """What another part sent is read by it as the first document."""
    folder = several((1, S, "president"))
    actions.decide_step(current(folder), actor=people["president"], approve=True)
    assert folder.main().name == NAMES[0]
    assert folder.main() == folder.to_sign()[0]
