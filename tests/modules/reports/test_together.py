"""Two agents at once on the same report, for real: their own threads and connections."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from beffroi.kernel import journal
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from beffroi.shared.organisations.models import Membership
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def transfers(report) -> list:
    return [entry for entry in journal.lines_about(report) if entry.verb == "reports.transfer"]


@pytest.fixture
def desks(make_user, doullens, operator):
    """Two agents of the commune; the second also works for the intercommunality, where the report may arrive."""
    agents = [make_user("secretary", doullens) for _ in range(2)]
    start = agents[1].memberships.get().start
    Membership.objects.create(user=agents[1], role="agent", organisation=operator, start=start)
    found = []
    for agent in agents:
        client = Client()
        client.force_login(agent)
        found.append(client)
    return agents, found


@pytest.mark.parametrize("bodies", ["operator operator", "operator county", "county county"])
def test_not_ours_said_by_two_agents_at_once_moves_the_report_once(
    make_report, desks, make_user, operator, county, doullens, bodies
):
    make_user("agent", operator)  # the county has nobody here: the commune keeps watch
    report = make_report(contact_email="jeanne@example.invalid")
    address = f"/bureau/signalements/{report.reference}/pas-de-notre-ressort/"
    wanted = [{"operator": operator, "county": county}[name] for name in bodies.split()]
    seen = [client.get(address).context["form"]["version"].value() for client in desks[1]]

    def post(rank):
        given = {"organisation": wanted[rank].pk, "reason": f"Motif {rank}.", "version": seen[rank]}
        return desks[1][rank].post(address, given)

    answers = at_once(lambda: post(0), lambda: post(1))
    done = [rank for rank, answer in enumerate(answers) if answer.status_code == 302]
    assert len(done) == 1, answers
    (line,) = transfers(report)
    assert line.data["to"] == wanted[done[0]].pk
    report = Report.objects.get(pk=report.pk)
    assert report.competent.pk == wanted[done[0]].pk
    assert report.organisation_id == (doullens.pk if wanted[done[0]] == county else operator.pk)
    assert [message.body for message in report.messages.all()] == [f"Motif {done[0]}."]
    late = answers[1 - done[0]]
    assert late.status_code in (200, 403, 404)
    if late.status_code == 200:
        page = late.content.decode()
        assert "Quelqu’un d’autre vient de modifier" in page
        assert f"Motif {1 - done[0]}." in page


@pytest.mark.parametrize("name", ["operator", "county"])
def test_same_transfer_asked_twice_at_once_is_written_once(make_report, desks, make_user, operator, county, name):
    make_user("agent", operator)
    report = make_report()
    body = {"operator": operator, "county": county}[name]

    def hand_over(agent):
        mine = Report.objects.get(pk=report.pk)
        return actions.hand_over(mine, actor=agent, organisation=body, reason="Ce n’est pas à nous.")

    answers = at_once(*(lambda agent=agent: hand_over(agent) for agent in desks[0]))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1
    assert isinstance(refused[0], PermissionDenied | ValidationError)
    assert len(transfers(report)) == 1
    assert Report.objects.get(pk=report.pk).messages.count() == 1


def test_choice_that_somebody_made_first_is_told_as_such_and_may_be_sent_again(
    make_report, desks, make_user, operator, county
):
    make_user("agent", operator)
    report = make_report()
    address = f"/bureau/signalements/{report.reference}/pas-de-notre-ressort/"
    seen = desks[1][1].get(address).context["form"]["version"].value()
    given = {"organisation": county.pk, "reason": "La route est la leur.", "version": seen}
    assert desks[1][0].post(address, given).status_code == 302
    late = desks[1][1].post(address, given)
    assert "Quelqu’un d’autre vient de modifier" in late.content.decode()
    again = {**given, "organisation": operator.pk, "version": late.context["form"]["version"].value()}
    assert desks[1][1].post(address, again).status_code == 302
    assert Report.objects.get(pk=report.pk).organisation_id == operator.pk
