"""Each gesture, by each role; two agents at once; nothing typed is lost."""

import threading
import uuid

import pytest
from django.db import connection, connections
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.shared.cases import actions
from beffroi.shared.cases.models import AnswerTemplate, Message
from tests.shared.cases.pages import check_page, sign_in, text_of

pytestmark = pytest.mark.django_db


def address(case, name, *args):
    return reverse(f"cases:{name}", args=[case.reference, *args])


def sent(case, **fields):
    case.refresh_from_db()
    return {"version": case.version} | fields


GESTURES = {
    "acknowledge": lambda case: (address(case, "step", "acknowledge"), {}),
    "reply": lambda case: (address(case, "step", "reply"), {"body": "Fait."}),
    "dismiss": lambda case: (address(case, "step", "dismiss"), {"body": "Hors sujet."}),
    "claim": lambda case: (address(case, "claim"), {}),
    "assign": lambda case: (address(case, "assign"), {}),
    "priority": lambda case: (address(case, "priority"), {"priority": 3}),
    "message": lambda case: (address(case, "message"), {"body": "Bonjour."}),
    "note": lambda case: (address(case, "note"), {"body": "À voir."}),
}


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 302), ("agent", 302), ("elected", 403), ("editor", 404), ("dpo", 404), ("", 403)],
)
def test_gesture_is_for_those_who_handle(make_user, operator, case, gesture, role, status):
    client = sign_in(make_user(role, operator))
    url, fields = GESTURES[gesture](case)
    before = Entry.objects.count()
    assert client.post(url, sent(case, **fields)).status_code == status
    assert (Entry.objects.count() > before) == (status == 302)


@pytest.mark.parametrize("gesture", GESTURES)
def test_gesture_by_an_agent_of_another_body_does_not_exist(make_user, commune, case, gesture):
    client = sign_in(make_user("agent", commune))
    url, fields = GESTURES[gesture](case)
    assert client.post(url, sent(case, **fields)).status_code == 404


def test_stale_form_writes_nothing_and_keeps_what_was_typed(agent, make_user, operator, case):
    client = sign_in(agent)
    typed = sent(case, body="Votre bac arrive jeudi.")
    colleague = make_user("agent", operator)
    actions.move_case(case, "ask", actor=colleague, reason="Quelle taille ?")
    page = client.post(address(case, "step", "reply"), typed)
    html = check_page(page)
    assert "vient de modifier cette demande" in html
    assert "Votre bac arrive jeudi." in html
    assert "Quelle taille" in html
    case.refresh_from_db()
    assert case.state == "waiting"
    again = typed | {"version": case.version}
    assert f'name="version" value="{case.version}"' in html
    assert client.post(address(case, "step", "reply"), again).status_code == 302
    case.refresh_from_db()
    assert case.state == "replied"


def test_message_sent_twice_is_posted_once(agent, case):
    client = sign_in(agent)
    typed = sent(case, body="Bonjour.", client_uuid=str(uuid.uuid4()))
    assert [client.post(address(case, "message"), typed).status_code for _ in range(2)] == [302, 302]
    assert Message.objects.count() == 1


def test_step_without_its_text_says_so(agent, case):
    page = sign_in(agent).post(address(case, "step", "reply"), sent(case, body=" "))
    check_page(page)
    assert "Écrivez le texte" in text_of(page)
    case.refresh_from_db()
    assert case.state == "new"


def test_ready_answer_is_added_to_what_is_written(agent, operator, make_case):
    case = make_case(contact_name="Jeanne Petit")
    answer = AnswerTemplate.objects.create(organisation=operator, name="Merci", body="Merci {nom} ({reference}).")
    page = sign_in(agent).post(address(case, "message"), sent(case, body="Bonjour,", modele=answer.pk))
    html = check_page(page)
    assert f"Bonjour,\n\nMerci Jeanne Petit ({case.reference})." in html.replace("\r", "")
    assert not Message.objects.exists()


def test_assign_refuses_a_stranger(agent, make_user, commune, case):
    stranger = make_user("agent", commune)
    page = sign_in(agent).post(address(case, "assign"), sent(case, assignee=stranger.pk))
    check_page(page)
    case.refresh_from_db()
    assert case.assignee is None


def test_transfer_tells_why_and_leaves_the_desk(agent, commune, case):
    client = sign_in(agent)
    fields = sent(case, organisation=commune.pk, reason="La commune gère ce chemin.")
    response = client.post(address(case, "transfer"), fields)
    assert response.headers["Location"] == "/bureau/demandes/"
    case.refresh_from_db()
    assert case.organisation_id == commune.pk
    assert case.messages.get().body == "La commune gère ce chemin."
    assert "est transmise à Beauval" in text_of(client.get("/bureau/demandes/"))


def test_merge_finds_candidates_and_closes(agent, make_case):
    kept, case = make_case(title="Bac disparu rue du Moulin"), make_case()
    client = sign_in(agent)
    html = check_page(client.get(address(case, "merge")))
    assert kept.reference in html
    assert kept.reference in check_page(client.get(address(case, "merge") + f"?q={kept.reference}"))
    client.post(address(case, "merge"), sent(case, into=kept.reference))
    case.refresh_from_db()
    assert (case.state, case.merged_into_id) == ("merged", kept.pk)
    check_page(client.get(case.get_absolute_url()))


def test_merge_with_itself_or_nothing_is_refused(agent, case):
    client = sign_in(agent)
    for into in (case.reference, "CTR-2026-999999", "SIG-2026-000001"):
        check_page(client.post(address(case, "merge"), sent(case, into=into)))
    case.refresh_from_db()
    assert case.state == "new"


def test_reader_sees_no_gesture(make_user, operator, case):
    html = check_page(sign_in(make_user("elected", operator)).get(case.get_absolute_url()))
    assert "Répondre et clore" not in html
    assert "Enregistrer la note" not in html


@pytest.mark.django_db(transaction=True)
def test_two_agents_claim_at_once_one_wins(make_user, operator, make_case):
    case = make_case()
    agents = [make_user("agent", operator) for _ in range(2)]
    clients = [sign_in(agent) for agent in agents]
    barrier = threading.Barrier(2)

    def claim(client):
        barrier.wait()
        client.post(address(case, "claim"))
        connections.close_all()

    threads = [threading.Thread(target=claim, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    case.refresh_from_db()
    assert case.assignee in agents
    assert Entry.objects.filter(verb="contact.assign").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_agents_close_at_once_one_is_told(make_user, operator, make_case):
    case = make_case()
    clients = [sign_in(make_user("agent", operator)) for _ in range(2)]
    barrier, pages = threading.Barrier(2), []

    def close(client):
        barrier.wait()
        pages.append(client.post(address(case, "step", "reply"), {"version": 0, "body": "Fait."}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=close, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    assert sorted(pages) == [200, 302]
    assert Message.objects.count() == 1
