"""Secure mail: sent by the desk, read by people outside who say so first, dated on the bordereau."""

import datetime
import io
import re
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.kernel.ui.formats import typo
from beffroi.shared.documents.models import OutsideLink
from beffroi.shared.signing import actions, bordereau
from beffroi.shared.signing.actions.signature import content_of
from beffroi.shared.signing.forms.mailing import MailForm
from beffroi.shared.signing.models import Kind, Sending, Step
from beffroi.shared.signing.retention import RULES
from beffroi.shared.signing.workflow import State
from tests.contract import rules
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
STEPS = ((1, Kind.SIGNATURE, "president"), (2, Kind.MAIL, "director"))
JEANNE, PAUL = ("Jeanne Marchand", "jeanne@example.invalid"), ("Paul Wattel", "paul@example.invalid")


@pytest.fixture
def signed(send, people, stored):
    """A folder that is signed, and waits to be sent: (folder, its step of mail)."""
    folder = send(*STEPS, annexes=[stored("plan.txt", b"Le plan")])
    actions.decide_step(folder.steps.get(kind=Kind.SIGNATURE), actor=people["president"], approve=True)
    return folder, folder.steps.get(kind=Kind.MAIL)


@pytest.fixture
def mailed(signed, people):
    folder, step = signed
    actions.mail_folder(step, actor=people["director"], recipients=[JEANNE, PAUL], message="Votre exemplaire.")
    folder.refresh_from_db()
    return folder


def address_of(email: str) -> str:
    """The address of the page, as the last message to this person gives it."""
    message = Delivery.objects.filter(address=email).latest("created_at")
    return re.search(r"/partage/[\w-]+/", message.body).group(0)


def text_of(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_person_outside_says_that_they_received_then_reads(client, mailed, people):
    assert mailed.state == State.DONE, "the step is done once it is sent"
    message = Delivery.objects.get(address=JEANNE[1])
    assert mailed.title in message.body
    assert "Votre exemplaire." in message.body
    assert mailed.title not in message.subject
    assert "Jeanne" not in message.subject
    address = address_of(JEANNE[1])
    assert address != address_of(PAUL[1])
    page = client.get(address)
    assert list(rules.page(page.content.decode())) == []
    assert "accuse réception" in page.content.decode()
    assert "plan.txt" not in page.content.decode()
    assert not Sending.objects.exclude(read_at=None).exists(), "a visit says nothing"
    client.post(address, {"geste": "recu"})
    read = Sending.objects.get(name=JEANNE[0])
    assert read.read_at is not None
    assert read.told == "Lu"
    assert Sending.objects.get(name=PAUL[0]).read_at is None
    page = client.get(address).content.decode()
    assert list(rules.page(page)) == []
    keys = dict(re.findall(r'(?s)<span class="anywhere">([^<]+?) <span.*?value="([\w-]+)"', page))
    assert set(keys) == {"convention.pdf", "plan.txt", f"Bordereau {mailed.pk}.pdf"}
    got = client.post(address, {"document": keys["convention.pdf"]})
    assert b"".join(got.streaming_content) == content_of(mailed.main())
    packed = client.post(address, {"document": "tout"})
    with zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))) as archive:
        assert set(archive.namelist()) == set(keys)
        assert archive.read("plan.txt") == b"Le plan"
        record = text_of(archive.read(f"Bordereau {mailed.pk}.pdf"))
    assert "Mailsécurisé" in record
    assert "PaulWattel" not in record, "nobody learns who else received it"


def test_reading_is_dated_on_the_bordereau_and_told_to_the_author(client, mailed, people):
    before = bordereau.render(mailed)
    assert "Pasderéceptionaccusée" in text_of(before)
    client.post(address_of(JEANNE[1]), {"geste": "recu"})
    after = bordereau.render(mailed)
    text = text_of(after)
    assert "Réceptionaccusée" in text
    assert "JeanneMarchand" in text
    assert "example.invalid" not in text
    assert bordereau.render(mailed) == after
    entry = Entry.objects.get(verb="signing.read")
    assert entry.target == mailed
    filling.fill(entry)
    told = Delivery.objects.filter(subject=typo("Parapheur : documents lus par leur destinataire"))
    assert {one.user_id for one in told} == {people["author"].pk, people["director"].pk}
    assert all("Jeanne" not in one.body + one.subject for one in told)
    data = str(list(Entry.objects.filter(verb__startswith="signing.").values_list("data", flat=True)))
    assert "Jeanne" not in data
    assert "example.invalid" not in data


def test_desk_sends_by_the_page_and_nothing_typed_is_lost(client, signed, people):
    folder, step = signed
    client.force_login(people["director"])
    page = reverse("signing:decide", args=[folder.pk, step.pk])
    assert list(rules.page(client.get(page).content.decode())) == []
    wrong = client.post(
        page, {"geste": "mail", "recipients": "Jeanne Marchand\nPaul, paul@example.invalid", "days": 30}
    )
    text = wrong.content.decode()
    assert "Ligne 1" in text
    assert "Paul, paul@example.invalid" in text
    lines = "Jeanne Marchand, jeanne@example.invalid\n\nPaul Wattel <paul@example.invalid>\n"
    done = client.post(
        page, {"geste": "mail", "recipients": lines, "days": 15, "message": "Bonne lecture"}, follow=True
    )
    text = done.content.decode()
    assert list(rules.page(text)) == []
    assert "Jeanne Marchand" in text
    assert "Pas encore lu" in text
    names = {file.name for file in Sending.objects.first().link.files.all()}
    assert "plan.txt" not in names, "the box of the annexes was not ticked"
    assert list(Sending.objects.values_list("name", "email")) == [JEANNE, PAUL]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Jeanne Marchand, jeanne@example.invalid", JEANNE),
        ("Jeanne Marchand ; jeanne@example.invalid", JEANNE),
        ("Jeanne Marchand <jeanne@example.invalid>", JEANNE),
        ("  jeanne@example.invalid ", ("jeanne@example.invalid",) * 2),
        ("Jeanne", None),
        ("Jeanne, jeanne@", None),
        (f"{'x' * 300}, jeanne@example.invalid", None),
    ],
)
def test_line_of_a_person_is_read(line, found):
    form = MailForm({"recipients": line, "days": 30})
    assert form.is_valid() is (found is not None)
    if found:
        assert form.cleaned_data["recipients"] == [found]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"recipients": []}, "recipients"),
        ({"recipients": [JEANNE, ("J. M.", "JEANNE@example.invalid")]}, "recipients"),
        ({"recipients": [(f"P{rank}", f"p{rank}@example.invalid") for rank in range(31)]}, "recipients"),
        ({"recipients": [JEANNE], "days": 0}, "days"),
        ({"recipients": [JEANNE], "days": 181}, "days"),
        ({"recipients": [("Jeanne", "pas une adresse")]}, "email"),
    ],
)
def test_what_cannot_be_sent_sends_nothing(given, where, signed, people):
    _folder, step = signed
    with pytest.raises(ValidationError) as refused:
        actions.mail_folder(step, actor=people["director"], **given)
    assert where in refused.value.message_dict
    assert not Sending.objects.exists()
    assert not OutsideLink.objects.exists()
    step.refresh_from_db()
    assert step.outcome == Step.Outcome.CURRENT


def test_only_the_desk_sends_takes_back_and_sends_again(signed, people):
    folder, step = signed
    with pytest.raises(PermissionDenied):
        actions.mail_folder(step, actor=people["other"], recipients=[JEANNE])
    with pytest.raises(ValidationError, match="à qui envoyer"):
        actions.decide_step(step, actor=people["director"], approve=True)
    actions.mail_folder(step, actor=people["director"], recipients=[JEANNE])
    sending = Sending.objects.get()
    for act in (actions.cancel_sending, actions.mail_again):
        with pytest.raises(PermissionDenied):
            act(sending, actor=people["other"])
    assert folder.steps.get(kind=Kind.MAIL).capacity == "Director"


def test_link_that_is_taken_back_opens_nothing(client, mailed, people):
    sending = Sending.objects.get(name=JEANNE[0])
    address = address_of(JEANNE[1])
    client.force_login(people["director"])
    client.post(reverse("signing:cancel_sending", args=[sending.pk]))
    client.logout()
    assert client.get(address).status_code == 410
    assert client.post(address, {"geste": "recu"}).status_code == 410
    sending.refresh_from_db()
    assert sending.told == "Retiré"
    assert client.get(address_of(PAUL[1])).status_code == 200
    assert "Lienretiré" in text_of(bordereau.render(mailed))


def test_new_link_replaces_the_former(client, mailed, people):
    former = address_of(JEANNE[1])
    client.force_login(people["director"])
    sending = Sending.objects.get(name=JEANNE[0])
    page = reverse("signing:mail_again", args=[sending.pk])
    assert list(rules.page(client.get(page).content.decode())) == []
    client.post(page, {"days": 10})
    client.logout()
    assert client.get(former).status_code == 410
    client.post(address_of(JEANNE[1]), {"geste": "recu"})
    assert Sending.objects.get(name=JEANNE[0], cancelled_at=None).read_at is not None
    read = Sending.objects.get(name=JEANNE[0], cancelled_at=None)
    with pytest.raises(ValidationError, match="déjà lu"):
        actions.mail_again(read, actor=people["director"])


def test_parcel_is_not_taken_back_from_the_documents(mailed, people):
    from beffroi.shared.documents import actions as documents

    with pytest.raises(PermissionDenied):
        documents.revoke_link(OutsideLink.objects.first(), actor=people["manager"])


def test_step_of_mail_may_come_first_and_the_circuit_goes_on(send, people):
    folder = send((1, Kind.MAIL, "director"), (2, Kind.VISA, "president"))
    actions.mail_folder(folder.steps.get(kind=Kind.MAIL), actor=people["director"], recipients=[JEANNE])
    assert folder.steps.get(kind=Kind.VISA).outcome == Step.Outcome.CURRENT


def test_desk_may_reject_instead(client, signed, people):
    folder, step = signed
    client.force_login(people["director"])
    page = reverse("signing:decide", args=[folder.pk, step.pk])
    assert "Dites pourquoi" in client.post(page, {"geste": "reject", "comment": ""}).content.decode()
    client.post(page, {"geste": "reject", "comment": "Le plan manque"})
    folder.refresh_from_db()
    assert folder.state == State.REJECTED
    assert not Sending.objects.exists()


def test_address_dies_a_year_after_and_the_name_stays(mailed):
    rule = next(one for one in RULES if one.code == "signing.sending")
    now = timezone.now()
    assert not rule.due(now).exists()
    later = now + datetime.timedelta(days=30 + 366)
    for sending in rule.due(later):
        rule.apply(sending)
    assert not rule.due(later).exists()
    assert list(Sending.objects.values_list("name", "email")) == [(JEANNE[0], ""), (PAUL[0], "")]


@pytest.mark.django_db(transaction=True)
def test_sent_by_two_holders_at_once_is_sent_once(send, people, desks):
    actions.save_desk(desks["director"], actor=people["manager"], holders=[people["director"], people["other"]])
    step = send((1, Kind.MAIL, "director")).steps.get()
    answers = at_once(
        *[
            lambda name=name: actions.mail_folder(Step.objects.get(pk=step.pk), actor=people[name], recipients=[JEANNE])
            for name in ("director", "other")
        ]
    )
    assert sorted(type(one).__name__ for one in answers) == ["Step", "ValidationError"]
    assert Sending.objects.count() == OutsideLink.objects.count() == 1
    assert Delivery.objects.filter(address=JEANNE[1]).count() == 1
