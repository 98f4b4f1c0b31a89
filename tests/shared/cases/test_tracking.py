import pytest

from beffroi.shared.cases import actions
from beffroi.shared.cases.models import Follower
from tests.shared.cases.pages import check_page, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anonymous(make_case):
    return make_case(contact_name="Jeanne Petit", contact_email="jeanne.petit@example.invalid")


def test_tracking_needs_no_account_and_is_kept_nowhere(client, anonymous):
    response = client.get(anonymous.tracking_url())
    html = check_page(response)
    assert "Bac jaune perdu" in html
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex"' in html
    assert "jeanne.petit@example.invalid" not in html


def test_wrong_link_is_a_kind_404(client, db):
    response = client.get("/suivi/nimportequoi/")
    check_page(response, status=404)
    assert "Ce lien ne mène à aucune demande" in text_of(response)


def test_internal_note_is_never_shown(client, anonymous, agent):
    actions.post_message(anonymous, actor=agent, body="Personne difficile.", internal=True)
    actions.post_message(anonymous, actor=agent, body="Nous cherchons votre bac.")
    page = text_of(client.get(anonymous.tracking_url()))
    assert "Nous cherchons votre bac." in page
    assert "difficile" not in page
    assert "Paul Caron" not in page


def test_answer_to_a_question_sends_the_case_back_to_work(client, anonymous, agent):
    actions.move_case(anonymous, "ask", actor=agent, reason="De quelle rue s’agit-il ?")
    assert "De quelle rue" in text_of(client.get(anonymous.tracking_url()))
    client.post(f"{anonymous.tracking_url()}message/", {"body": "Rue du Moulin."})
    anonymous.refresh_from_db()
    assert anonymous.state == "acknowledged"
    assert anonymous.unread_at is not None


def test_empty_message_is_refused_and_says_why(client, anonymous):
    response = client.post(f"{anonymous.tracking_url()}message/", {"body": ""})
    check_page(response)
    assert "Écrivez votre message" in text_of(response)


def test_email_is_withdrawn_then_given(client, anonymous):
    client.post(f"{anonymous.tracking_url()}adresse/", {"retirer": "1"})
    anonymous.refresh_from_db()
    assert anonymous.contact_email == ""
    client.post(f"{anonymous.tracking_url()}adresse/", {"email": "Autre@example.invalid"})
    anonymous.refresh_from_db()
    assert anonymous.contact_email == "autre@example.invalid"


def test_follower_confirms_then_stops(client, anonymous):
    follower = actions.follow_case(anonymous, email="voisin@example.invalid")
    page = client.get(follower.tracking_url())
    check_page(page)
    assert "Jeanne" not in text_of(page)
    assert follower.confirmed_at is None
    client.post(f"{follower.tracking_url()}suivre/")
    follower.refresh_from_db()
    assert follower.confirmed_at is not None
    check_page(client.get(follower.tracking_url()))
    check_page(client.post(f"{follower.tracking_url()}ne-plus-suivre/"))
    assert not Follower.objects.exists()
    check_page(client.get(follower.tracking_url()), status=404)


def test_receipt_is_a_pdf(client, anonymous):
    response = client.get(f"{anonymous.tracking_url()}recepisse.pdf")
    assert response.content.startswith(b"%PDF")


def test_mine_lists_and_opens_my_requests(make_case, resident, agent):
    mine = make_case(requester=resident)
    other = make_case(title="À quelqu’un d’autre")
    actions.post_message(mine, actor=agent, body="Bonjour.")
    client = sign_in(resident)
    page = client.get("/compte/demandes/")
    check_page(page)
    assert mine.reference in text_of(page)
    assert "Du nouveau" in text_of(page)
    assert other.reference not in text_of(page)
    check_page(client.get(mine.account_url()))
    assert "Du nouveau" not in text_of(client.get("/compte/demandes/"))
    assert client.get(other.account_url()).status_code == 404


def test_find_link_says_the_same_whether_it_exists_or_not(client, anonymous):
    check_page(client.get("/suivi/"))
    pages = []
    for reference in (anonymous.reference, "CTR-2026-999999"):
        sent = {"reference": reference, "email": "jeanne.petit@example.invalid"}
        response = client.post("/suivi/", sent, follow=True)
        pages.append(text_of(response))
    assert pages[0] == pages[1]
