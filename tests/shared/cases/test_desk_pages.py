import pytest
from django.urls import reverse

from beffroi.shared.cases import actions
from beffroi.shared.cases.models import AnswerTemplate
from tests.shared.cases.pages import check_page, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agent):
    return sign_in(agent)


def address(case, name="case", *args):
    return reverse(f"cases:{name}", args=[case.reference, *args])


def test_basket_shows_what_waits(desk, make_case, agent):
    make_case(title="Bac perdu", assignee=agent)
    make_case(title="Conteneur plein")
    html = check_page(desk.get("/bureau/"))
    assert "Bac perdu" in html
    assert "Conteneur plein" in html


def test_list_and_its_columns_open(desk, make_case):
    make_case()
    html = check_page(desk.get("/bureau/demandes/?colonnes=organisme&colonnes=canal&tri=-organisme"))
    assert "Communauté de communes d’Essai" in html


def test_case_page_opens_for_its_agent(desk, case):
    html = check_page(desk.get(address(case)))
    assert "Bac jaune perdu" in html
    assert "Prendre en charge" in html


@pytest.mark.parametrize("name", ["assign", "transfer", "message", "note", "merge"])
def test_gesture_page_opens(desk, case, name):
    check_page(desk.get(address(case, name)))


@pytest.mark.parametrize("verb", ["reply", "ask", "dismiss", "acknowledge"])
def test_step_page_opens(desk, case, verb):
    check_page(desk.get(address(case, "step", verb)))


@pytest.mark.parametrize("path", ["/bureau/demandes/vues/", "/bureau/demandes/vues/enregistrer/?filtres=q%3Dbac"])
def test_views_pages_open(desk, path):
    check_page(desk.get(path))


def test_ready_answers_pages_open(make_user, operator):
    admin = sign_in(make_user("admin", operator))
    check_page(admin.get("/bureau/reponses-types/"))
    check_page(admin.get("/bureau/reponses-types/nouvelle/"))
    answer = AnswerTemplate.objects.create(organisation=operator, name="Merci", body="Bonjour {nom}")
    check_page(admin.get(f"/bureau/reponses-types/{answer.pk}/"))


def test_bulk_asks_then_reports(desk, make_case, agent):
    one, two = make_case(), make_case()
    actions.move_case(two, "dismiss", actor=agent, reason="Doublon.")
    sent = {"choix": [one.pk, two.pk], "geste": "etape"}
    check_page(desk.post("/bureau/demandes/lot/", sent))
    sent |= {"valider": "1", "verb": "reply", "reason": "C’est fait."}
    response = desk.post("/bureau/demandes/lot/", sent)
    assert response.status_code == 302
    page = desk.get(response.headers["Location"])
    check_page(page)
    assert "n’est plus possible" in text_of(page)
    one.refresh_from_db()
    assert one.state == "replied"


def test_resident_has_no_desk(resident, case):
    client = sign_in(resident)
    for path in ("/bureau/", "/bureau/demandes/", address(case)):
        assert client.get(path).status_code == 403


def test_agent_of_another_body_does_not_see_the_case(make_user, commune, case):
    client = sign_in(make_user("secretary", commune))
    assert client.get(address(case)).status_code == 404
