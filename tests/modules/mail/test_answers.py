"""From the letter to its answer: written, visaed, signed, sent, closed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.mail import actions, paper
from beffroi.modules.mail.filling import filled
from beffroi.modules.mail.models import Template
from beffroi.modules.mail.workflow import State
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing import verifying
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def circuit(operator, manager, make_user):
    director, president = make_user("agent", operator), make_user("elected", operator)
    desks = [
        signing.save_desk(Desk(organisation=operator, name=name), actor=manager, holders=[user])
        for name, user in (("Direction", director), ("Présidence", president))
    ]
    steps = [
        CircuitStep(position=1, kind=Kind.VISA, desk=desks[0]),
        CircuitStep(position=2, kind=Kind.SIGNATURE, desk=desks[1]),
    ]
    made = signing.save_circuit(Circuit(organisation=operator, name="Courrier"), actor=manager, steps=steps)
    made.people = {Kind.VISA: director, Kind.SIGNATURE: president}
    return made


def decide(folder, circuit, kind, **more):
    step = folder.steps.get(kind=kind, outcome=Step.Outcome.CURRENT)
    signing.decide_step(step, actor=circuit.people[kind], **{"approve": True} | more)


def text_of(content: bytes) -> str:
    import io

    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_letter_is_answered_signed_sent_and_closed(routed, make_draft, circuit, agent, clerk):
    draft = make_draft(asked=routed)
    folder = actions.sign_letter(draft, actor=agent, circuit=circuit)
    draft.refresh_from_db()
    assert (draft.state, folder.target) == (State.SIGNING, draft)
    decide(folder, circuit, Kind.VISA)
    decide(folder, circuit, Kind.SIGNATURE)
    draft.refresh_from_db()
    assert draft.state == State.SIGNED
    signed = StoredFile.objects.about(draft).get(kind="signed")
    content = b"".join(storage.contents().read(storage.address(signed.blob.sha256)))
    assert [one.is_good for one in verifying.verify(content)] == [True]
    actions.send_letter(draft, actor=clerk, mode="post")
    routed.refresh_from_db()
    assert (routed.state, routed.answered_on) == (State.ANSWERED, draft.sent_on)
    actions.close_letter(routed, actor=agent)
    verbs = list(Entry.objects.filter(verb__startswith="mail.").order_by("pk").values_list("verb", flat=True))
    assert verbs[-5:] == ["mail.sign", "mail.signed", "mail.send", "mail.answer", "mail.close"]


def test_rejected_letter_is_a_project_again_and_its_author_is_told(routed, make_draft, circuit, agent):
    draft = make_draft(asked=routed)
    folder = actions.sign_letter(draft, actor=agent, circuit=circuit)
    decide(folder, circuit, Kind.VISA, approve=False, comment="À revoir")
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
    again = actions.sign_letter(draft, actor=agent, circuit=circuit)
    assert again.pk != folder.pk
    signing.withdraw_folder(again, actor=agent, reason="Une faute")
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_circuit_of_another_body_is_refused(make_draft, agent, commune, circuit):
    other = Circuit.objects.create(organisation=commune, name="Autre")
    with pytest.raises(ValidationError) as refusal:
        actions.sign_letter(make_draft(), actor=agent, circuit=other)
    assert "circuit" in refusal.value.message_dict


def test_letter_says_who_what_and_under_which_numbers(routed, make_draft, operator):
    operator.address, operator.city = "2 rue des Sœurs-Grises", "Doullens"
    operator.save()
    draft = make_draft(asked=routed, body="Madame,\n\nLe bac est remplacé : il arrive.\n\nSalutations.")
    text = text_of(paper.letter(draft, draft.versions.first().body))
    for part in (draft.chrono, routed.chrono, "Jeanne Martin", operator.name, "Le bac est remplacé", "Objet : Réponse"):
        assert part in text.replace("\u202f", " "), part


def test_versions_are_kept_and_the_last_is_signed(make_draft, agent, make_user, operator, team):
    draft = make_draft(body="Un")
    actions.revise_letter(draft, actor=agent, body="Deux", comment="Plus court", seen=1)
    assert list(draft.versions.values_list("number", "body")) == [(2, "Deux"), (1, "Un")]
    with pytest.raises(ValidationError, match="entre-temps"):
        actions.revise_letter(draft, actor=make_user("agent", operator, team), body="Trois", seen=1)
    actions.revise_letter(draft, actor=agent, body="Deux", seen=2)
    assert draft.versions.count() == 2, "the same text is no new version"


def test_text_does_not_change_once_in_the_sign_book(make_draft, circuit, agent):
    draft = make_draft()
    actions.sign_letter(draft, actor=agent, circuit=circuit)
    with pytest.raises(ValidationError, match="Au parapheur"):
        actions.revise_letter(draft, actor=agent, body="Autre", seen=1)


def test_signed_on_paper_then_sent(make_draft, agent, clerk, make_pdf):
    draft = make_draft()
    actions.sign_on_paper(draft, actor=agent, document=make_pdf())
    actions.send_letter(draft, actor=clerk, mode="hand")
    assert draft.state == State.SENT


def test_letter_is_not_sent_before_it_is_signed(make_draft, clerk):
    with pytest.raises(TransitionRefused):
        actions.send_letter(make_draft(), actor=clerk, mode="post")


def test_close_without_answer_needs_a_word(routed, agent):
    with pytest.raises(ValidationError) as refusal:
        actions.close_letter(routed, actor=agent)
    assert "closing" in refusal.value.message_dict
    actions.close_letter(routed, actor=agent, closing="Publicité")
    actions.reopen_letter(routed, actor=agent, reason="C’était une demande")
    routed.refresh_from_db()
    assert (routed.state, routed.closed_at) == (State.ROUTED, None)


def test_answer_takes_the_service_and_the_agent_of_the_letter(routed, make_draft, agent):
    draft = make_draft(asked=routed)
    assert (draft.team, draft.assignee, draft.type) == (routed.team, agent, routed.type)


def test_model_is_filled_from_the_letter(routed, operator):
    text = "{nom} : {objet}, {numero}, {inconnu}"
    assert filled(text, routed) == f"Jeanne Martin : {routed.object}, {routed.chrono}, {{inconnu}}"


def test_whole_answer_by_the_pages(routed, outgoing, agent, client, operator):
    Template.objects.create(organisation=operator, name="Simple", body="Bonjour {nom},")
    client.force_login(agent)
    model = Template.objects.get()
    page = client.get(f"/bureau/courrier/{routed.pk}/repondre/?template={model.pk}")
    assert page.context["form"].initial["body"] == "Bonjour Jeanne Martin,"
    form = {"register": outgoing.pk, "object": "Réponse", "body": "Oui", "recipient": routed.correspondent.label}
    answer = client.post(f"/bureau/courrier/{routed.pk}/repondre/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    reply = routed.replies.get()
    assert reply.correspondent == routed.correspondent
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(f"/bureau/courrier/{reply.pk}/versions/1.pdf")["Content-Type"] == "application/pdf"


def test_opinion_is_asked_told_and_given_once(routed, clerk, agent, outsider):
    from django.utils import timezone

    opinion = actions.ask_opinion(
        routed, actor=clerk, asked_of=outsider, question="Qu’en dites-vous ?", due_on=timezone.localdate()
    )
    line = Entry.objects.get(verb="mail.ask_opinion")
    filling.fill(line)
    told = Delivery.objects.filter(entry=line, channel=Delivery.Channel.EMAIL)
    assert [letter.user for letter in told] == [outsider]
    assert "Martin" not in told.get().subject
    with pytest.raises(PermissionDenied):
        actions.give_opinion(opinion, actor=agent, answer="Moi")
    actions.give_opinion(opinion, actor=outsider, answer="Favorable")
    with pytest.raises(ValidationError, match="déjà donné"):
        actions.give_opinion(opinion, actor=outsider, answer="Défavorable")


def test_service_is_told_of_what_is_given_to_it(routed, agent):
    line = Entry.objects.get(verb="mail.route")
    filling.fill(line)
    told = Delivery.objects.filter(entry=line, channel=Delivery.Channel.EMAIL).get()
    assert told.user == agent
    assert routed.chrono in told.subject
    assert routed.object in told.body
