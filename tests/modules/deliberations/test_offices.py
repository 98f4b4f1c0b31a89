"""The steps « mise en ligne » and « archivage » of a circuit, from the page of the act to the public page and to the
documents."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.models import Entry
from beffroi.modules.deliberations import actions
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Document
from beffroi.shared.files import storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing import authority, verifying
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Folder, Kind

pytestmark = pytest.mark.django_db
SIGNED = [(1, Kind.SIGNATURE, "mayor"), (2, Kind.PUBLISH, "desk"), (3, Kind.ARCHIVE, "desk")]


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()


@pytest.fixture
def mayor(make_user, commune):
    return make_user("elected", commune)


@pytest.fixture
def clerk(make_user, commune):
    return make_user("secretary", commune)


@pytest.fixture
def space(commune, clerk):
    return documents.create_space(actor=clerk, organisation=commune, name="Actes signés")


@pytest.fixture
def make_circuit(commune, mayor, clerk, secretary, space):
    def make(*lines, holder=None, archive_to=space):
        people = {"mayor": mayor, "desk": holder or clerk}
        desks = {
            name: signing.save_desk(Desk(organisation=commune, name=name.title()), actor=secretary, holders=[person])
            for name, person in people.items()
        }
        steps = [CircuitStep(position=rank, kind=kind, desk=desks[name]) for rank, kind, name in lines]
        found = Circuit(organisation=commune, name="Signer, publier, classer", archive_to=archive_to)
        return signing.save_circuit(found, actor=secretary, steps=steps)

    return make


@pytest.fixture
def act(make_act, secretary):
    found = make_act(must_transmit=False, document=False)
    content = pdf.render(TEMPLATE, {"title": "Acte"}, at=timezone.now())
    file = store_upload(SimpleUploadedFile("acte.pdf", content, "application/pdf"), actor=None)
    actions.edit_act(found, actor=secretary, document=[file])
    return actions.adopt_act(found, actor=secretary, decided_on=found.decided_on)


def bytes_of(sha256: str) -> bytes:
    return b"".join(storage.contents().read(storage.address(sha256)))


def decide(client, user, step, **more):
    """As the person does it, on the page."""
    client.force_login(user)
    address = reverse("signing:decide", args=[step.folder_id, step.pk])
    assert client.get(address).status_code == 200
    return client.post(address, {"geste": "approve", "comment": "", "private_note": ""} | more)


def test_act_is_signed_put_online_and_filed_by_its_circuit(client, act, make_circuit, secretary, mayor, clerk, space):
    circuit = make_circuit(*SIGNED)
    client.force_login(secretary)
    sent = client.post(reverse("deliberations:signature", args=[act.pk]), {"circuit": circuit.pk})
    assert sent.status_code == 302
    folder = signing_folder(act)
    signature, online, filed = folder.steps.order_by("position")
    client.logout()
    assert client.get(act.get_absolute_url()).status_code == 404
    assert decide(client, mayor, signature, way="account").status_code == 302
    act.refresh_from_db()
    assert act.state == "adopted", "signed, not published yet"
    assert decide(client, clerk, online).status_code == 302
    act.refresh_from_db()
    assert (act.state, act.is_online) == ("published", True)
    client.logout()
    page = client.get(act.get_absolute_url())
    assert page.status_code == 200
    assert act.sha256 in page.content.decode()
    served = client.get(reverse("deliberations:document", args=[act.organisation.slug, act.number]), follow=True)
    content = b"".join(served.streaming_content) if served.streaming else served.content
    assert [one.is_good for one in verifying.verify(content)] == [True], "what the public takes is the signed document"
    assert not Document.objects.exists(), "nothing is filed before its step"
    decide(client, clerk, filed)
    folder.refresh_from_db()
    assert folder.state == "done"
    found = {one.name: one for one in Document.objects.filter(space=space)}
    assert len(found) == 2
    record = next(one for name, one in found.items() if name.startswith("Bordereau"))
    document = next(one for one in found.values() if one != record)
    assert bytes_of(document.current.sha256) == content
    assert bytes_of(record.current.sha256).startswith(b"%PDF")
    verbs = [
        one.verb
        for one in Entry.objects.order_by("pk")
        if one.verb in ("deliberations.signed", "deliberations.publish", "documents.add", "signing.finish")
    ]
    assert verbs == [
        "deliberations.signed",
        "deliberations.publish",
        "documents.add",
        "documents.add",
        "signing.finish",
    ]


def signing_folder(act):
    return Folder.objects.about(act).get()


def test_desk_that_may_not_publish_is_told_and_nothing_moves(client, act, make_circuit, secretary, mayor, make_user):
    reader = make_user("agent", act.organisation)
    circuit = make_circuit(*SIGNED[:2], holder=reader)
    folder = actions.send_to_signature(act, actor=secretary, circuit=circuit)
    signature, online = folder.steps.order_by("position")
    signing.decide_step(signature, actor=mayor, approve=True)
    page = decide(client, reader, online)
    assert page.status_code == 200
    assert "ne peut pas publier les actes" in page.content.decode()
    online.refresh_from_db()
    act.refresh_from_db()
    assert (online.outcome, act.state) == ("current", "adopted")


def test_act_that_the_law_does_not_let_publish_yet_is_not(client, make_act, make_circuit, secretary, clerk):
    waiting = make_act()
    actions.adopt_act(waiting, actor=secretary, decided_on=waiting.decided_on)
    circuit = make_circuit((1, Kind.PUBLISH, "desk"))
    folder = actions.send_to_signature(waiting, actor=secretary, circuit=circuit)
    page = decide(client, clerk, folder.steps.get()).content.decode()
    assert "accusé de réception" in page
    waiting.refresh_from_db()
    assert waiting.state == "adopted"
    folder.refresh_from_db()
    assert folder.state == "running"


def test_rejected_at_the_step_of_publication_the_act_stays_at_the_desk(
    client, act, make_circuit, secretary, mayor, clerk
):
    folder = actions.send_to_signature(act, actor=secretary, circuit=make_circuit(*SIGNED))
    signature, online, filed = folder.steps.order_by("position")
    signing.decide_step(signature, actor=mayor, approve=True)
    decide(client, clerk, online, geste="reject", comment="Une annexe manque")
    act.refresh_from_db()
    folder.refresh_from_db()
    filed.refresh_from_db()
    assert (act.state, folder.state, filed.outcome) == ("adopted", "rejected", "waiting")
    assert not Document.objects.exists()


def test_archiving_needs_the_right_to_file_there(client, act, make_circuit, secretary, mayor, make_user):
    elected = make_user("elected", act.organisation)
    folder = actions.send_to_signature(
        act, actor=secretary, circuit=make_circuit(SIGNED[0], (2, Kind.ARCHIVE, "desk"), holder=elected)
    )
    signature, filed = folder.steps.order_by("position")
    signing.decide_step(signature, actor=mayor, approve=True)
    page = decide(client, elected, filed).content.decode()
    assert "ne peut pas classer dans l’espace" in page
    assert not Document.objects.exists()
    filed.refresh_from_db()
    assert filed.outcome == "current"


def test_circuits_that_cannot_keep_their_word_are_refused_before_they_leave(act, make_circuit, secretary, commune):
    circuit = make_circuit((1, Kind.ARCHIVE, "desk"), archive_to=None)
    with pytest.raises(ValidationError, match="dans quel espace"):
        actions.send_to_signature(act, actor=secretary, circuit=circuit)
    file = store_upload(SimpleUploadedFile("note.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"), actor=None)
    desk = Desk.objects.get(name="Desk")
    publishes = Circuit(organisation=commune, name="Publier")
    signing.save_circuit(publishes, actor=secretary, steps=[CircuitStep(position=1, kind=Kind.PUBLISH, desk=desk)])
    note = signing.create_folder(actor=secretary, circuit=publishes, title="Note", document=file)
    with pytest.raises(ValidationError, match="doit porter un acte"):
        signing.submit_folder(note, actor=secretary)
