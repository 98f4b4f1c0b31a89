import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from beffroi.shared.cases import actions
from beffroi.shared.cases.models import Case, SavedView
from tests.shared.cases.pages import check_page, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agent):
    return sign_in(agent)


@pytest.fixture
def cases(make_case, agent, team, commune):
    """One case for each reason to be found."""
    late = make_case(title="En retard", due_at=timezone.now() - timedelta(days=1), team=team)
    mine = make_case(title="Confiée", assignee=agent, commune=commune, priority=4, channel="phone")
    old = make_case(title="Ancienne", created_at=timezone.now() - timedelta(days=60), contact_name="Élodie Petit")
    closed = make_case(title="Finie", body="Un réverbère clignote.")
    actions.move_case(closed, "reply", actor=agent, reason="Fait.")
    return {"late": late, "mine": mine, "old": old, "closed": closed}


def found(client, query, cases):
    page = text_of(client.get(f"/bureau/demandes/{query}"))
    return {name for name, case in cases.items() if case.reference in page}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"late", "mine", "old"}),
        ("?vue=toutes", {"late", "mine", "old", "closed"}),
        ("?vue=retard", {"late"}),
        ("?vue=moi", {"mine"}),
        ("?vue=libres", {"late", "old"}),
        ("?vue=terminees", {"closed"}),
        ("?vue=inconnue", {"late", "mine", "old"}),
        ("?vue=toutes&etat=contact:replied", {"closed"}),
        ("?nature=contact", {"late", "mine", "old"}),
        ("?nature=nimporte", {"late", "mine", "old"}),
        ("?commune=beauval", {"mine"}),
        ("?priorite=4", {"mine"}),
        ("?canal=phone", {"mine"}),
        ("?agent=aucun", {"late", "old"}),
        ("?equipe=aucune", {"mine", "old"}),
        ("?q=elodie", {"old"}),
        ("?vue=toutes&q=reverbere", {"closed"}),
        ("?q=zzzz", set()),
    ],
)
def test_filters_of_the_address(desk, cases, query, expected):
    assert found(desk, query, cases) == expected


def test_filters_by_dates_and_reference(desk, cases):
    since = timezone.localdate() - timedelta(days=30)
    assert found(desk, f"?du={since}", cases) == {"late", "mine"}
    assert found(desk, f"?au={since}", cases) == {"old"}
    assert found(desk, f"?q={cases['late'].reference.lower()}", cases) == {"late"}


@pytest.mark.parametrize("sort", ["reference", "-reference", "agent", "-echeance", "nimporte", "-"])
def test_sorts(desk, cases, sort):
    check_page(desk.get(f"/bureau/demandes/?tri={sort}"))


def test_sort_by_reference_goes_both_ways(desk, cases):
    def order(sort):
        page = text_of(desk.get(f"/bureau/demandes/?vue=toutes&tri={sort}"))
        return sorted(cases, key=lambda name: page.index(cases[name].reference))

    assert order("reference") == list(reversed(order("-reference")))


def test_export_holds_the_filtered_list_without_names(desk, cases):
    response = desk.get("/bureau/demandes/export.xlsx?vue=toutes&q=elodie")
    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0][:2] == ("Référence", "Objet")
    assert [row[0] for row in rows[1:]] == [cases["old"].reference]
    assert "Petit" not in str(rows)
    assert desk.get("/bureau/demandes/export.csv").content.startswith(b"\xef\xbb\xbf")
    assert desk.get("/bureau/demandes/export.ods").status_code == 200
    assert desk.get("/bureau/demandes/export.exe").status_code == 404


def test_view_is_kept_shared_renamed_and_removed(desk, agent, make_user, operator, commune):
    saved = {"filtres": "vue=retard&priorite=4", "name": "Urgent et en retard", "organisation": operator.pk}
    response = desk.post("/bureau/demandes/vues/enregistrer/", saved)
    assert response.headers["Location"] == "/bureau/demandes/?vue=retard&priorite=4"
    view = SavedView.objects.get()
    colleague, stranger = sign_in(make_user("agent", operator)), sign_in(make_user("agent", commune))
    assert "Urgent et en retard" in text_of(colleague.get("/bureau/demandes/"))
    assert "Urgent et en retard" not in text_of(stranger.get("/bureau/demandes/"))
    assert colleague.get(f"/bureau/demandes/vues/{view.pk}/").status_code == 404
    assert colleague.post(f"/bureau/demandes/vues/{view.pk}/supprimer/").status_code == 404
    desk.post(f"/bureau/demandes/vues/{view.pk}/", {"name": "À voir", "organisation": ""})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("À voir", False)
    check_page(desk.get("/bureau/demandes/vues/"))
    desk.post(f"/bureau/demandes/vues/{view.pk}/supprimer/")
    assert not SavedView.objects.exists()


def test_view_cannot_take_the_name_of_another_of_mine(desk, agent):
    for name in ("Une", "Deux"):
        desk.post("/bureau/demandes/vues/enregistrer/", {"filtres": "", "name": name})
    page = desk.post(f"/bureau/demandes/vues/{SavedView.objects.get(name='Deux').pk}/", {"name": "Une"})
    check_page(page)
    assert "porte déjà ce nom" in text_of(page)


def test_view_is_shared_with_my_own_bodies_only(desk, commune):
    page = desk.post("/bureau/demandes/vues/enregistrer/", {"name": "Vue", "organisation": commune.pk})
    check_page(page)
    assert not SavedView.objects.exists()


def bulk(client, cases, **fields):
    response = client.post("/bureau/demandes/lot/", {"choix": [case.pk for case in cases], "valider": "1"} | fields)
    return text_of(client.get(response.headers["Location"])) if response.status_code == 302 else text_of(response)


def test_bulk_assigns_and_refuses_one_by_one(desk, cases, agent, team, make_case, commune):
    elsewhere = make_case(organisation=commune, assignee=agent)
    page = bulk(desk, [cases["old"], elsewhere], geste="confier", team=team.pk)
    assert "1 faites" in page
    assert "L’équipe Accueil n’est pas de Beauval" in page
    cases["old"].refresh_from_db()
    assert cases["old"].team == team


def test_bulk_priority_and_merge(desk, cases):
    bulk(desk, cases.values(), geste="priorite", priority=3)
    assert set(Case.objects.values_list("priority", flat=True)) == {3}
    page = bulk(desk, [cases["late"], cases["old"], cases["closed"]], geste="regrouper", into=cases["late"].reference)
    assert "regroupée avec" in page
    cases["old"].refresh_from_db()
    assert cases["old"].merged_into_id == cases["late"].pk


def test_bulk_asks_what_is_missing(desk, cases):
    assert "Choisissez une équipe ou un agent" in bulk(desk, [cases["old"]], geste="confier")
    assert "Dites pourquoi" in bulk(desk, [cases["old"]], geste="etape", verb="reply", reason="")


def test_bulk_leaves_alone_what_i_do_not_see_or_handle(make_user, operator, commune, cases):
    stranger = sign_in(make_user("agent", commune))
    assert "Cochez au moins une demande" in bulk(stranger, cases.values(), geste="priorite", priority=4)
    reader = sign_in(make_user("elected", operator))
    assert "vous ne traitez pas" in bulk(reader, [cases["old"]], geste="priorite", priority=4)
    cases["old"].refresh_from_db()
    assert cases["old"].priority == 2
