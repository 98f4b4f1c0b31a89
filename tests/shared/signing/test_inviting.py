"""Somebody outside signs: a link and a code, a copy of their own, a refusal; and all that must not work."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.offline import KEEP_HEADER
from beffroi.shared.files import storage
from beffroi.shared.signing import actions, keys, pades, verifying
from beffroi.shared.signing.actions import signature
from beffroi.shared.signing.levels import Refused, Strength
from beffroi.shared.signing.models import Invitation, Kind
from beffroi.shared.signing.retention import RULES
from tests.contract import rules
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
STEPS = ((1, Kind.EXTERNAL, "director"), (2, Kind.SIGNATURE, "president"))
WHO = {"name": "Jeanne Marchand", "quality": "Les Amis du beffroi", "email": "jeanne@example.invalid"}


def last_message() -> Delivery:
    return Delivery.objects.filter(address=WHO["email"]).latest("created_at")


def token_of(message: Delivery) -> str:
    return re.search(r"/signature/([\w-]+)/", message.body).group(1)


def code_of(message: Delivery) -> str:
    return re.search(r"\b(\d{6})\b", message.body).group(1)


def content_of(folder) -> bytes:
    return b"".join(storage.contents().read(storage.address(folder.main().blob.sha256)))


@pytest.fixture
def invited(send, people):
    """A folder whose first step waits for somebody outside: (folder, invitation, address of the page)."""
    folder = send(*STEPS)
    invitation = actions.invite_signer(folder.steps.get(kind=Kind.EXTERNAL), actor=people["director"], **WHO)
    return folder, invitation, reverse("signing:outside", args=[token_of(last_message())])


def ask_code(client, address) -> str:
    answer = client.post(address, {"geste": "code"}, follow=True)
    assert "Le code est parti" in answer.content.decode()
    return code_of(last_message())


def test_person_outside_reads_signs_and_the_circuit_goes_on(client, send, people):
    folder = send(*STEPS)
    step = folder.steps.get(kind=Kind.EXTERNAL)
    client.force_login(people["director"])
    desk = reverse("signing:decide", args=[folder.pk, step.pk])
    page = client.get(desk)
    assert list(rules.page(page.content.decode())) == []
    assert page.headers[KEEP_HEADER], "the telephone says that the whole tray is kept: this page is one of it"
    refused = client.post(desk, {"geste": "invite", "name": "Jeanne", "email": "pas une adresse", "days": 15})
    assert 'value="Jeanne"' in refused.content.decode()
    assert client.post(desk, {"geste": "invite", "days": 15, **WHO}).status_code == 302
    client.logout()
    message = last_message()
    assert folder.title in message.body
    assert folder.title not in message.subject
    address = reverse("signing:outside", args=[token_of(message)])
    page = client.get(address)
    assert list(rules.page(page.content.decode())) == []
    assert page["Referrer-Policy"] == "same-origin", (
        "with « no-referrer » a browser sends « Origin: null », and the form is refused"
    )
    file = re.search(rf"{address}fichiers/[\w-]+/", page.content.decode()).group(0)
    assert b"".join(client.get(file).streaming_content) == content_of(folder)
    before = content_of(folder)
    code = ask_code(client, address)
    unticked = client.post(address, {"geste": "sign", "code": code}).content.decode()
    assert "Cochez la case" in unticked
    done = client.post(address, {"geste": "sign", "code": f" {code[:3]} {code[3:]}", "agreed": "on"})
    assert "Le document est signé" in done.content.decode()
    step.refresh_from_db()
    assert step.outcome == "approved"
    assert "Signature simple de Jeanne Marchand, adresse vérifiée par un code" in step.level
    assert "Les Amis du beffroi" in step.capacity
    signed = content_of(folder)
    assert signed.startswith(before)
    (found,) = verifying.verify(signed)
    assert (found.is_good, found.ours) == (True, True)
    assert folder.steps.get(kind=Kind.SIGNATURE).outcome == "current"
    assert client.get(address).status_code == 410
    assert client.get(file).status_code == 404
    data = str(list(Entry.objects.filter(verb__startswith="signing.").values_list("data", flat=True)))
    assert "Jeanne" not in data
    assert "example.invalid" not in data
    actions.decide_step(folder.steps.get(kind=Kind.SIGNATURE), actor=people["president"], approve=True)
    folder.refresh_from_db()
    assert folder.state == "done"
    assert [one.is_good for one in verifying.verify(content_of(folder))] == [True, True]


def test_last_step_from_outside_ends_the_folder(client, send, people):
    folder = send((1, Kind.EXTERNAL, "director"))
    actions.invite_signer(folder.steps.get(), actor=people["director"], **WHO)
    address = reverse("signing:outside", args=[token_of(last_message())])
    client.post(address, {"geste": "sign", "code": ask_code(client, address), "agreed": "on"})
    folder.refresh_from_db()
    assert folder.state == "done"


def test_visits_sign_nothing_and_send_no_code(client, invited):
    _folder, _invitation, address = invited
    for _visit in range(3):
        client.get(address)
    assert Delivery.objects.filter(address=WHO["email"]).count() == 1
    assert Invitation.objects.get().outcome == "waiting"


def test_only_digests_of_the_link_and_the_code_are_kept(client, invited):
    _folder, invitation, address = invited
    code = ask_code(client, address)
    kept = str(Invitation.objects.values().get())
    assert address.split("/")[2] not in kept
    assert code not in kept
    invitation.refresh_from_db()
    assert invitation.code


def test_wrong_codes_are_counted_and_the_right_one_then_refused(client, invited):
    folder, _invitation, address = invited
    code = ask_code(client, address)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        page = client.post(address, {"geste": "sign", "code": wrong, "agreed": "on"}).content.decode()
        assert "Ce n’est pas le code" in page
    page = client.post(address, {"geste": "sign", "code": code, "agreed": "on"}).content.decode()
    assert "Ce n’est pas le code" in page
    assert folder.steps.get(kind=Kind.EXTERNAL).outcome == "current"


def test_code_is_old_after_a_quarter_of_an_hour_and_of_one_invitation_only(client, invited, people, document):
    folder, invitation, address = invited
    code = ask_code(client, address)
    Invitation.objects.filter(pk=invitation.pk).update(code_sent_at=timezone.now() - datetime.timedelta(minutes=16))
    assert not actions.check_code(invitation, code)
    Invitation.objects.filter(pk=invitation.pk).update(code_sent_at=timezone.now())
    author = people["author"]
    other = actions.create_folder(actor=author, circuit=folder.circuit, title="Autre", document=document())
    actions.submit_folder(other, actor=author)
    step = other.steps.get(kind=Kind.EXTERNAL)
    second = actions.invite_signer(step, actor=people["director"], **WHO)
    Invitation.objects.filter(pk=second.pk).update(
        code_sent_at=timezone.now(), code=Invitation.objects.get(pk=invitation.pk).code
    )
    assert not actions.check_code(second, code)
    assert actions.check_code(invitation, code)
    assert folder.state == "running"


def test_two_codes_in_a_row_are_not_sent(client, invited):
    _folder, _invitation, address = invited
    ask_code(client, address)
    client.post(address, {"geste": "code"})
    assert Delivery.objects.filter(address=WHO["email"]).count() == 2, "the link, and one code"


def test_person_who_has_a_certificate_gives_a_signed_copy_back(client, send, people, house, elsewhere):
    folder = send((1, Kind.EXTERNAL, "director", {"strength": Strength.ADVANCED}))
    actions.invite_signer(folder.steps.get(), actor=people["director"], **WHO)
    address = reverse("signing:outside", args=[token_of(last_message())])
    given = {"geste": "sign", "code": ask_code(client, address), "agreed": "on"}
    page = client.post(address, given).content.decode()
    assert "Cette étape demande une signature" in page, "a code is not enough for this step"
    with keys.of_file(house.person("Jeanne Marchand")[0], "secret") as key:
        mine = pades.sign(content_of(folder), key, pades.Order(text="Moi", reason="Accord")).content
    wrong = client.post(address, given | {"signed_copy": SimpleUploadedFile("x.pdf", b"%PDF-1.4 rien")})
    assert "n’est pas" in wrong.content.decode()
    assert "signed_copy" in wrong.context["form"].errors, "the fault is told beside the file"
    done = client.post(address, given | {"signed_copy": SimpleUploadedFile("signe.pdf", mine)})
    assert "Le document est signé" in done.content.decode()
    step = folder.steps.get()
    assert step.level.startswith("signé ailleurs par Jeanne Marchand")
    assert content_of(folder) == mine


def test_document_that_is_gone_is_told_and_signs_nothing(client, invited):
    folder, _invitation, address = invited
    code = ask_code(client, address)
    storage.contents().delete(storage.address(folder.main().blob.sha256))
    page = client.post(address, {"geste": "sign", "code": code, "agreed": "on"})
    assert "n’est plus dans le stockage" in page.content.decode()
    assert folder.steps.get(kind=Kind.EXTERNAL).outcome == "current"


def test_codes_of_a_day_are_counted(client, invited):
    """Whoever holds the link alone would need years to guess one."""
    _folder, invitation, address = invited
    for _code in range(10):
        ask_code(client, address)
        Invitation.objects.filter(pk=invitation.pk).update(code_sent_at=timezone.now() - datetime.timedelta(hours=2))
    assert "réessayez demain" in client.post(address, {"geste": "code"}, follow=True).content.decode()
    assert Delivery.objects.filter(address=WHO["email"]).count() == 11, "the link, and ten codes"


def test_refusal_rejects_the_folder_with_its_reason(client, invited, people):
    folder, invitation, address = invited
    assert "Dites pourquoi" in client.post(address, {"geste": "refuse", "reason": ""}).content.decode()
    done = client.post(address, {"geste": "refuse", "reason": "Le montant n’est pas le bon"}).content.decode()
    assert "Votre refus est noté" in done
    folder.refresh_from_db()
    assert folder.state == "rejected"
    assert folder.steps.get(kind=Kind.EXTERNAL).comment == "Le montant n’est pas le bon"
    invitation.refresh_from_db()
    assert invitation.outcome == "refused"
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("end", ["cancelled", "expired", "withdrawn", "again", "rejected"])
def test_link_is_worth_nothing_once_it_is_over(client, invited, people, end):
    folder, invitation, address = invited
    code = ask_code(client, address)
    step = folder.steps.get(kind=Kind.EXTERNAL)
    if end == "cancelled":
        actions.cancel_invitation(invitation, actor=people["director"])
    elif end == "expired":
        Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    elif end == "withdrawn":
        actions.withdraw_folder(folder, actor=people["author"], reason="Erreur")
    elif end == "again":
        actions.invite_signer(step, actor=people["director"], **WHO | {"email": "autre@example.invalid"})
    else:
        actions.decide_step(step, actor=people["director"], approve=False, comment="Finalement non")
    assert client.get(address).status_code == 410
    assert client.post(address, {"geste": "sign", "code": code, "agreed": "on"}).status_code == 410
    with pytest.raises(ValidationError):
        actions.sign_outside(invitation, code=code)
    step.refresh_from_db()
    assert step.outcome != "approved"


def test_only_the_desk_invites_and_nobody_signs_in_the_place_of_the_person(client, send, people):
    folder = send(*STEPS)
    step = folder.steps.get(kind=Kind.EXTERNAL)
    with pytest.raises(PermissionDenied):
        actions.invite_signer(step, actor=people["author"], **WHO)
    with pytest.raises(ValidationError, match="personne extérieure"):
        actions.decide_step(step, actor=people["director"], approve=True)
    with pytest.raises(ValidationError, match="n’attend pas|n’est plus à décider"):
        actions.invite_signer(folder.steps.get(kind=Kind.SIGNATURE), actor=people["president"], **WHO)
    assert client.get(reverse("signing:outside", args=["inconnu"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_sign_once(client, invited):
    folder, invitation, address = invited
    code = ask_code(client, address)
    answers = at_once(*[lambda: actions.sign_outside(invitation, code=code) for _ in range(3)])
    assert len([one for one in answers if isinstance(one, ValidationError)]) == 2
    assert Entry.objects.filter(verb="signing.approve").count() == 1
    assert len(verifying.verify(content_of(folder))) == 1


def test_pes_is_not_signed_from_outside(invited):
    _folder, invitation, _address = invited
    step = invitation.step
    step.folder.format = "pes"
    with pytest.raises(Refused, match="PES"):
        signature.sign_outside(step, "Jeanne", "", b"")


def test_address_is_erased_a_year_after_and_the_name_stays(invited):
    _folder, invitation, _address = invited
    rule = next(one for one in RULES if one.code == "signing.invitation")
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(days=366))
    (due,) = rule.due(timezone.now())
    rule.apply(due)
    invitation.refresh_from_db()
    assert (invitation.email, invitation.name) == ("", "Jeanne Marchand")
    assert not rule.due(timezone.now()).exists()
