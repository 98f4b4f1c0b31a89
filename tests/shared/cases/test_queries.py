"""The same number of queries with 3 or 30 cases, and few of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.shared.cases import actions
from tests.shared.cases.pages import sign_in

pytestmark = pytest.mark.django_db
MOST = 12


def count(client, path) -> int:
    client.get(path)  # what is computed once (content types, menus)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.fixture
def fill(make_case, agent, resident, team, commune):
    def fill(number):
        for rank in range(number):
            case = make_case(
                title=f"Demande {rank}",
                requester=resident,
                commune=commune,
                team=team if rank % 2 else None,
                assignee=agent if rank % 3 else None,
            )
            actions.post_message(case, actor=resident, body="Alors ?", from_requester=True)

    return fill


@pytest.mark.parametrize("path", ["/bureau/", "/bureau/demandes/?vue=toutes", "/bureau/demandes/?q=demande"])
def test_desk_costs_the_same_with_more_cases(agent, fill, path):
    client = sign_in(agent)
    fill(3)
    few = count(client, path)
    fill(27)
    assert count(client, path) == few <= MOST


def test_mine_costs_the_same_with_more_cases(resident, fill):
    client = sign_in(resident)
    fill(3)
    few = count(client, "/compte/demandes/")
    fill(27)
    assert count(client, "/compte/demandes/") == few <= MOST


def test_case_page_costs_the_same_with_more_messages(agent, case, team):
    client = sign_in(agent)
    actions.assign_case(case, actor=agent, team=team, assignee=agent)
    actions.post_message(case, actor=agent, body="Bonjour")
    few = count(client, case.get_absolute_url())
    for rank in range(30):
        actions.post_message(case, actor=agent, body=f"Message {rank}", internal=bool(rank % 2))
    assert count(client, case.get_absolute_url()) == few <= MOST


def test_tracking_costs_the_same_with_more_messages(client, agent, case):
    actions.post_message(case, actor=agent, body="Bonjour")
    few = count(client, case.tracking_url())
    for rank in range(30):
        actions.post_message(case, actor=agent, body=f"Message {rank}")
    assert count(client, case.tracking_url()) == few <= MOST
