import pytest
from django.core.exceptions import ValidationError

from beffroi.kernel import pdf
from beffroi.modules.deliberations import actions
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing import authority, verifying
from beffroi.shared.signing.demo import TEMPLATE
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()


@pytest.fixture
def mayor(make_user, commune):
    return make_user("elected", commune)


@pytest.fixture
def circuit(commune, mayor, secretary):
    desk = signing.save_desk(Desk(organisation=commune, name="Maire"), actor=secretary, holders=[mayor])
    steps = [CircuitStep(position=1, kind=Kind.SIGNATURE, desk=desk)]
    return signing.save_circuit(Circuit(organisation=commune, name="Actes"), actor=secretary, steps=steps)


@pytest.fixture
def real_act(make_act, secretary):
    """An act whose document is a true PDF."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from beffroi.shared.files.actions import store_upload

    act = make_act(must_transmit=False, document=False)
    content = pdf.render(TEMPLATE, {"title": "Acte"}, at=timezone.now())
    file = store_upload(SimpleUploadedFile("acte.pdf", content, "application/pdf"), actor=None)
    actions.edit_act(act, actor=secretary, document=[file])
    return actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)


def test_signed_document_comes_back_and_is_the_one_published(real_act, circuit, secretary, mayor):
    folder = actions.send_to_signature(real_act, actor=secretary, circuit=circuit)
    before = StoredFile.objects.about(real_act).get(kind="act").blob.sha256
    signing.decide_step(folder.steps.get(), actor=mayor, approve=True)
    document = StoredFile.objects.about(real_act).get(kind="act")
    assert document.blob.sha256 != before
    content = b"".join(storage.contents().read(storage.address(document.blob.sha256)))
    assert [found.is_good for found in verifying.verify(content)] == [True]
    actions.publish_act(real_act, actor=secretary)
    assert real_act.sha256 == document.blob.sha256
    shown = StoredFile.objects.about(real_act).filter(public=True)
    assert [file.blob.sha256 for file in shown] == [document.blob.sha256]


def test_rejected_folder_leaves_the_act_as_it_was(real_act, circuit, secretary, mayor):
    folder = actions.send_to_signature(real_act, actor=secretary, circuit=circuit)
    before = StoredFile.objects.about(real_act).get(kind="act").blob.sha256
    signing.decide_step(folder.steps.get(), actor=mayor, approve=False, comment="À revoir")
    assert StoredFile.objects.about(real_act).get(kind="act").blob.sha256 == before
    actions.send_to_signature(real_act, actor=secretary, circuit=circuit)


def test_act_is_not_sent_twice_nor_published_on_its_way_nor_sent_once_published(real_act, circuit, secretary):
    folder = actions.send_to_signature(real_act, actor=secretary, circuit=circuit)
    with pytest.raises(ValidationError, match="déjà en circuit"):
        actions.send_to_signature(real_act, actor=secretary, circuit=circuit)
    with pytest.raises(ValidationError, match="la fin de son circuit"):
        actions.publish_act(real_act, actor=secretary)
    signing.withdraw_folder(folder, actor=secretary, reason="Reprise")
    actions.publish_act(real_act, actor=secretary)
    with pytest.raises(ValidationError, match="Seul un acte"):
        actions.send_to_signature(real_act, actor=secretary, circuit=circuit)
