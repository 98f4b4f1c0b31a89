"""A slip goes through the sign-book and its file comes back signed; the childcare's invoices are in it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Slip
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing import authority, xades
from beffroi.shared.signing.levels import Format
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Folder, Kind, Nature
from tests.shared.billing.test_slips import slip  # noqa: F401


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    authority._read.cache_clear()


@pytest.fixture
def nature(regie, regisseur):
    """The régisseur signs the slips of the régie."""
    body = regie.organisation
    desk = signing.save_desk(Desk(organisation=body, name="Ordonnateur"), actor=regisseur, holders=[regisseur])
    circuit = Circuit(organisation=body, name="Bordereaux")
    signing.save_circuit(circuit, actor=regisseur, steps=[CircuitStep(position=1, kind=Kind.SIGNATURE, desk=desk)])
    made = Nature(organisation=body, type="Finances", name="Titres", circuit=circuit, format=Format.PES)
    return signing.save_nature(made, actor=regisseur, details=[], rules=[])


pytestmark = pytest.mark.django_db


def test_file_comes_back_signed_and_is_the_one_transmitted(client, slip, nature, regisseur):  # noqa: F811
    client.force_login(regisseur)
    assert "Faire signer" in client.get(slip.get_absolute_url()).content.decode()
    client.post(reverse("billing:slip_sign", args=[slip.pk]), {"nature": nature.pk})
    folder = Folder.objects.get()
    assert folder.target == slip
    with pytest.raises(ValidationError, match="déjà en circuit"):
        actions.sign_slip(slip, actor=regisseur, nature=nature)
    signing.decide_step(folder.steps.get(), actor=regisseur, approve=True)
    slip = Slip.objects.get(pk=slip.pk)
    assert actions.is_signed(slip)
    sent = client.get(reverse("billing:slip_file", args=[slip.pk])).content
    (found,) = xades.verify(sent)
    assert found.is_good
    assert found.ours
    with pytest.raises(ValidationError, match="déjà signé"):
        actions.sign_slip(slip, actor=regisseur, nature=nature)


def test_slip_already_sent_is_not_signed(slip, nature, regisseur):  # noqa: F811
    actions.move_slip(slip, "sent", actor=regisseur)
    with pytest.raises(ValidationError, match="ne se signe plus"):
        actions.sign_slip(slip, actor=regisseur, nature=nature)


def test_slip_changed_meanwhile_keeps_its_file(slip, nature, regisseur):  # noqa: F811
    folder = actions.sign_slip(slip, actor=regisseur, nature=nature)
    actions.move_slip(slip, "rejected", actor=regisseur, reason="Codique inconnu")
    signing.decide_step(folder.steps.get(), actor=regisseur, approve=True)
    assert not actions.is_signed(Slip.objects.get(pk=slip.pk))
