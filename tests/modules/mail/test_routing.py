"""Rules, alarms, incomplete files, lists and figures."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.mail import actions, listing, routing, statistics
from beffroi.modules.mail.models import Letter, Regime, Rule
from beffroi.modules.mail.workflow import State
from beffroi.shared.cases.models import Case, SavedView
from beffroi.shared.organisations.models import Team

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def make_rule(operator, manager):
    def make(position=10, **fields):
        return actions.save_rule(Rule(organisation=operator, position=position, **fields), actor=manager)

    return make


@pytest.fixture
def roads(operator):
    return Team.objects.create(organisation=operator, name="Voirie")


@pytest.mark.parametrize(
    ("words", "senders", "object_text", "sender", "fits"),
    [
        ("voirie", "", "Demande de VOIRIE", "Paul", True),
        ("éclairage", "", "Panne d’eclairage", "Paul", True),
        ("route", "", "Trous dans les routes", "Paul", True),
        ("route", "", "La déroute", "Paul", False),
        ("nids-de-poule", "", "Un nid de poule", "Paul", False),
        ("nids-de-poule", "", "Des nids de poule", "Paul", True),
        ("bac, poubelle", "", "Ma poubelle", "Paul", True),
        ("", "préfecture", "Contrôle", "Préfecture d’essai", True),
        ("", "préfecture", "Contrôle", "Paul", False),
        ("bac", "paul", "Bac cassé", "Jeanne", False),
    ],
)
def test_rule_fits_words_of_the_object_and_of_the_sender(register, words, senders, object_text, sender, fits):
    rule = Rule(organisation=register.organisation, words=words, senders=senders)
    assert routing.fits(rule, Letter(register=register, object=object_text), sender) is fits


def test_first_rule_that_fits_qualifies_and_gives_the_letter(make_rule, make_letter, make_type, roads, team):
    kind = make_type(team=team)
    make_rule(20, words="bac", team=team)
    make_rule(10, words="bac jaune", team=roads, type=kind, priority="urgent")
    letter = make_letter(object="Bac jaune cassé")
    assert (letter.state, letter.team, letter.type, letter.priority) == (State.ROUTED, roads, kind, "urgent")
    assert letter.due_on is not None
    assert make_letter(object="Bac vert").team == team
    assert make_letter(object="Autre chose").state == State.NEW


def test_rule_that_only_says_the_type_leaves_the_letter_to_be_given(make_rule, make_letter, make_type):
    make_rule(words="facture", type=make_type())
    letter = make_letter(object="Facture")
    assert (letter.state, letter.type.name) == (State.NEW, "Demande")


def test_rule_in_pause_or_of_another_register_is_not_applied(make_rule, make_letter, make_register, roads):
    make_rule(words="bac", team=roads, is_active=False)
    make_rule(register=make_register(code="Z"), team=roads)
    assert make_letter(object="Bac").state == State.NEW


def test_rules_are_tried_without_registering(make_rule, roads, manager, client, operator):
    make_rule(words="fossé", team=roads)
    client.force_login(manager)
    page = client.get(f"/bureau/courrier/reglages/{operator.slug}/?object=Fossé bouché")
    assert page.context["found"].team == roads
    assert not Letter.objects.exists()


def test_letter_is_not_given_to_who_may_not_read_it(make_letter, clerk, resident, commune, make_type):
    elsewhere = Team.objects.create(organisation=commune, name="Mairie")
    for given, field in (({"assignee": resident}, "assignee"), ({"team": elsewhere}, "team"), ({}, "team")):
        with pytest.raises(ValidationError) as refusal:
            actions.route_letter(make_letter(), actor=clerk, **given)
        assert field in refusal.value.message_dict


@pytest.fixture
def waiting(make_letter, make_type, clerk, team):
    """A letter under a regime, given to the team, arrived some days ago."""

    def make(days=0, regime=Regime.SVR, **fields):
        letter = make_letter(arrived_on=timezone.localdate() - days * DAY)
        kind = make_type(f"Type {Letter.objects.count()}", regime=regime, **fields)
        return actions.route_letter(letter, actor=clerk, type=kind, team=team)

    return make


def test_two_alarms_ring_once_each_and_tell_the_service_then_the_clerks(waiting, agent, clerk, manager):
    letter = waiting(normal_days=10, alarm_before=3, alarm_after=2)
    assert actions.ring_alarms(letter.alarm1_on - DAY) == 0
    assert actions.ring_alarms(letter.alarm1_on) == 1
    assert actions.ring_alarms(letter.alarm1_on) == 0
    assert actions.ring_alarms(letter.alarm2_on) == 1
    assert actions.ring_alarms(letter.alarm2_on + 30 * DAY) == 0
    told = {}
    for verb in ("mail.alarm", "mail.second_alarm"):
        line = Entry.objects.get(verb=verb)
        filling.fill(line)
        told[verb] = set(Delivery.objects.filter(entry=line, channel="email").values_list("user", flat=True))
    assert told == {"mail.alarm": {agent.pk}, "mail.second_alarm": {agent.pk, clerk.pk, manager.pk}}


def test_installation_that_slept_rings_the_second_alarm_only(waiting):
    letter = waiting(normal_days=5, alarm_before=2, alarm_after=1)
    assert actions.ring_alarms(letter.alarm2_on + DAY) == 1
    assert not Entry.objects.filter(verb="mail.alarm").exists()


def test_pieces_stop_the_alarms_and_move_the_dates(waiting, agent):
    letter = waiting(days=6)
    before = (letter.due_on, letter.implicit_on)
    today = timezone.localdate()
    actions.ask_pieces(letter, actor=agent, pieces="RIB", until=today + 20 * DAY)
    assert letter.implicit_on == before[1] + 20 * DAY
    assert actions.ring_alarms(today + 20 * DAY) == 0
    assert actions.ring_alarms(letter.alarm2_on + 40 * DAY) == 1, "the pieces never came: the clock runs again"
    actions.receive_pieces(letter, actor=agent, received_on=today)
    assert (letter.due_on, letter.implicit_on, letter.state) == (*before, State.ROUTED)


def test_acceptance_by_silence_has_no_date_while_pieces_are_awaited(waiting, agent):
    letter = waiting(regime=Regime.SVA)
    actions.ask_pieces(letter, actor=agent, pieces="RIB", until=timezone.localdate() + 20 * DAY)
    assert letter.implicit_on is None
    actions.receive_pieces(letter, actor=agent, received_on=timezone.localdate())
    assert letter.implicit_on is not None


def test_request_for_another_administration_is_passed_on(waiting, agent):
    letter = waiting()
    actions.forward_letter(letter, actor=agent, to="Département d’essai")
    assert (letter.state, letter.forwarded_to, letter.due_on) == (State.FORWARDED, "Département d’essai", None)


def test_piles_count_what_they_hold(waiting, make_letter, agent, clerk, client):
    waiting(days=90)
    make_letter()
    assert listing.counts(clerk)["qualifier"] == 1
    assert listing.counts(agent) == {
        "moi": 0,
        "service": 1,
        "avis": 0,
        "copies": 0,
        "pieces": 0,
        "parapheur": 0,
        "retard": 1,
    }
    for user in (agent, clerk):
        client.force_login(user)
        for pile in listing.piles_of(user):
            page = client.get(f"/bureau/courrier/?bac={pile.code}")
            assert page.context["page"].paginator.count == listing.counts(user)[pile.code], pile.code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=poubelle", True),
        ("q=Martin", True),
        ("q=chrono", True),
        ("q=absent", False),
        ("etat=closed", False),
        ("sens=outgoing", False),
        ("sens=incoming", True),
        ("depuis=2001-01-01", True),
        ("depuis=2999-01-01", False),
        ("depuis=hier", True),
        ("q=%00", True),
        ("page=900", True),
        ("tri=-due", True),
        ("registre=abc", True),
    ],
)
def test_list_is_filtered_as_the_address_says(make_letter, clerk, client, query, found):
    letter = make_letter(object="Poubelle cassée")
    client.force_login(clerk)
    page = client.get(f"/bureau/courrier/?{query.replace('chrono', letter.chrono)}")
    assert page.status_code == 200
    assert (letter in list(page.context["page"].object_list)) is found


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_list_is_exported(make_letter, clerk, client, kind):
    make_letter(object="=1+1")
    client.force_login(clerk)
    answer = client.get(f"/bureau/courrier.{kind}")
    assert answer.status_code == 200
    assert f".{kind}" in answer["Content-Disposition"]
    assert client.get("/bureau/courrier.exe").status_code == 404


def test_view_is_kept_renamed_and_shared_with_those_who_read_the_mail(clerk, agent, operator, client, make_user):
    client.force_login(clerk)
    client.post("/bureau/courrier/vues/enregistrer/", {"name": "Mes retards", "filtres": "bac=retard"})
    page = client.get("/bureau/courrier/").content.decode()
    assert "Mes retards" in page
    assert "?bac=retard" in page
    view = SavedView.objects.get(owner=clerk)
    client.force_login(agent)
    assert "Mes retards" not in client.get("/bureau/courrier/").content.decode()
    client.force_login(clerk)
    client.post(f"/bureau/courrier/vues/{view.pk}/", {"name": "Les retards", "organisation": operator.pk})
    client.force_login(agent)
    assert "Les retards" in client.get("/bureau/courrier/").content.decode()
    assert client.post(f"/bureau/courrier/vues/{view.pk}/supprimer/").status_code == 404
    client.force_login(make_user())
    assert client.get("/bureau/courrier/vues/").status_code == 403


def test_statistics_count_delays_by_type_and_service(waiting, make_letter, clerk, agent, make_draft):
    letter = waiting(days=10)
    other = waiting(days=90)
    Letter.objects.filter(pk=letter.pk).update(answered_on=timezone.localdate())
    today = timezone.localdate()
    letters = statistics.received(clerk, today - DAY, today)
    lines, total = statistics.by(letters, "team__name", "Sans service")
    assert (total.received, total.answered, total.days, total.late) == (2, 1, 10.0, 1)
    assert [(line.label, line.received) for line in lines] == [("Accueil", 2)]
    assert statistics.months(letters) == [(f"{today:%m/%Y}", 2)]
    assert other.is_late


def test_request_is_tied_to_the_letter_and_shown_on_both_sides(routed, operator, clerk, client, make_user):
    from beffroi.modules.contact.models import ContactRequest, Subject
    from beffroi.shared.cases import actions as cases

    subject = Subject.objects.create(organisation=operator, label="Déchets", hours=35)
    fields = {"organisation": operator, "title": "Bac", "body": "Perdu", "state": "new", "subject": subject}
    case = cases.open_case(ContactRequest, actor=None, **fields)[0]
    client.force_login(clerk)
    page = f"/bureau/courrier/{routed.pk}/"
    assert client.post(f"{page}demandes/", {"reference": "CTR-1999-000001"}).status_code == 200
    manager = make_user("admin", operator)
    actions.link_case(routed, actor=manager, case=Case.objects.get(pk=case.pk))
    client.force_login(manager)
    assert case.reference in client.get(page).content.decode()
    assert routed in list(client.get(f"/bureau/courrier/?q={case.reference}").context["page"].object_list)
    case_page = client.get(f"/bureau/demandes/{case.reference}/").content.decode()
    assert f"/bureau/courrier/?situation=tous&amp;q={case.reference}" in case_page
    assert client.post(f"{page}demandes/{case.reference}/retirer/").status_code == 302
    assert not routed.cases.exists()


def test_several_letters_are_given_at_once_with_a_report_for_each(make_letter, make_type, clerk, team, client):
    letters = [make_letter() for _turn in range(3)]
    actions.cancel_letter(letters[2], actor=clerk, reason="Double")
    kind = make_type()
    client.force_login(clerk)
    ticked = {"geste": "confier", "choix": [letter.pk for letter in letters]}
    asked = client.post("/bureau/courrier/ensemble/", ticked)
    assert asked.status_code == 200
    empty = client.post("/bureau/courrier/ensemble/", ticked | {"valider": "1"})
    assert empty.context["form"].errors
    done = client.post("/bureau/courrier/ensemble/", ticked | {"valider": "1", "team": team.pk, "type": kind.pk})
    assert done.status_code == 302
    report = client.get(done["Location"])
    assert [len(report.context[name]) for name in ("done", "refused")] == [2, 1]
    assert Letter.objects.filter(team=team, type=kind, state=State.ROUTED).count() == 2


def test_several_letters_of_others_are_not_touched(routed, outsider, client):
    client.force_login(outsider)
    answer = client.post("/bureau/courrier/ensemble/", {"geste": "clore", "choix": [routed.pk], "valider": "1"})
    assert answer["Location"] == "/bureau/courrier/"
    routed.refresh_from_db()
    assert routed.state == State.ROUTED


def test_letters_closed_at_once_say_why(routed, make_letter, agent, client):
    client.force_login(agent)
    form = {"geste": "clore", "choix": [routed.pk], "valider": "1"}
    client.post("/bureau/courrier/ensemble/", form)
    routed.refresh_from_db()
    assert routed.state == State.ROUTED, "closed without answer and without a word: refused"
    client.post("/bureau/courrier/ensemble/", form | {"closing": "Publicité"})
    routed.refresh_from_db()
    assert (routed.state, routed.closing) == (State.CLOSED, "Publicité")


def test_opinion_that_did_not_come_is_reminded_once_to_both(make_letter, make_type, clerk, agent, team):
    letter = actions.route_letter(make_letter(), actor=clerk, type=make_type(), team=team)
    today = timezone.localdate()
    opinion = actions.ask_opinion(letter, actor=clerk, asked_of=agent, question="Qu’en dites-vous ?", due_on=today)
    other = actions.ask_opinion(letter, actor=clerk, asked_of=agent, question="Et de cela ?", due_on=today)
    actions.give_opinion(other, actor=agent, answer="Favorable")
    assert actions.ring_opinions(today) == 0
    assert actions.ring_opinions(today + DAY) == 1
    assert actions.ring_opinions(today + 2 * DAY) == 0
    entry = Entry.objects.get(verb="mail.late_opinion")
    assert entry.data == {"opinion": opinion.pk}
    filling.fill(entry)
    told = Delivery.objects.filter(entry=entry, channel="email")
    assert {one.user for one in told} == {agent, clerk}
    assert not any(letter.object in one.subject for one in told)


def test_old_opinion_and_that_of_a_closed_letter_are_left_in_peace(make_letter, make_type, clerk, agent, team):
    letter = actions.route_letter(make_letter(), actor=clerk, type=make_type(), team=team)
    today = timezone.localdate()
    actions.ask_opinion(letter, actor=clerk, asked_of=agent, question="Qu’en dites-vous ?", due_on=today)
    assert actions.ring_opinions(today + 40 * DAY) == 0
    actions.close_letter(letter, actor=clerk, closing="Répondu par téléphone")
    assert actions.ring_opinions(today + DAY) == 0
