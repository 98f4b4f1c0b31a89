"""Where a home lives: nothing counts before its proof; the rate follows the day; one request at a time."""

import datetime
import io

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, pricing, residences, uses
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, ChildHome, Move, Residence
from beffroi.modules.childcare.retention import forget_move, old_moves
from beffroi.modules.childcare.wishes import NO, WAIT, Weighing, Wish
from beffroi.shared.billing.models import Regie, Tariff
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people.actions import create_household, person_of
from beffroi.shared.people.models import Household, Person
from tests.modules.childcare.conftest import NOW, WEDNESDAY, prove
from tests.support.together import at_once

TODAY = NOW.date()
SINCE = datetime.date(2026, 11, 1)
WEEK = datetime.timedelta(weeks=1)
RULE = {
    "bands": [{"upto": None, "prices": {"resident": 500, "agreement": 700, "outside": 900}}],
    "residents": ["80071"],
    "agreements": ["62001"],
}


def picture(name="facture.png"):
    output = io.BytesIO()
    Image.new("RGB", (40, 40), "#fff").save(output, "PNG")
    return SimpleUploadedFile(name, output.getvalue(), content_type="image/png")


@pytest.fixture
def elsewhere(operator):
    return Commune.objects.create(
        kind="commune", name="Ailleurs", slug="ailleurs", code_insee="62999", departement="62", member=False
    )


@pytest.fixture
def regie(operator, activity):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    for code in {uses.code_of(unit) for unit in activity.units.all()}:
        Tariff.objects.create(regie=regie, unit=code, label=code, start=datetime.date(2026, 1, 1), rule=RULE)
    return regie


@pytest.fixture
def newcomer(activity, make_family):
    """A family that says it lives in Beauval, and has proved nothing."""
    child = make_family(activity=activity)
    Residence.objects.all().delete()
    return child


def quoted(child, activity, day=WEDNESDAY):
    unit = activity.units.get(code="journee")
    home = ChildHome.objects.select_related("household").get(pk=child.home.pk)
    lines = Weighing([Wish(day, child.pk, unit.pk)], {child.pk: home}, now=NOW).lines()
    pricing.quote(lines)
    return lines[0]


def sent(client, household, **changes):
    data = {
        "address": "3 rue Neuve",
        "postal_code": "80630",
        "city": "Beauval",
        "commune": household.commune_id or "",
        "start": "2026-11-01",
        "files": picture(),
    }
    return client.post(reverse("childcare:my_move", args=[household.pk]), data | changes)


def status_of_file(client, file):
    """What opening a file answers; its content is closed at once."""
    response = client.get(file.url)
    list(getattr(response, "streaming_content", ()))
    return response.status_code


def ask(household, actor, **values):
    from beffroi.shared.files.actions import store_upload

    held = {name: getattr(household, name) for name in ("address", "postal_code", "city", "commune")}
    return actions.ask_move(
        household, held | values, actor=actor, start=SINCE, files=[store_upload(picture(), actor=actor)]
    )


def test_what_is_only_declared_pays_the_rate_of_outside_until_it_is_proved(regie, activity, newcomer, clerk):
    assert (quoted(newcomer, activity).price, quoted(newcomer, activity).resident) == (900, False)
    status = residences.status_of(newcomer.home.household)
    assert (status.proved, status.words) == (False, "Domicile à vérifier")
    assert "tarif hors territoire" in status.told
    prove(newcomer.home.household, start=SINCE)
    assert (quoted(newcomer, activity).price, quoted(newcomer, activity).resident) == (500, True)


def test_family_reads_the_rate_before_confirming_and_gives_the_proof(regie, activity, newcomer, clerk, client):
    client.force_login(newcomer.parent)
    token = Wish(WEDNESDAY, newcomer.pk, activity.units.get(code="journee").pk).token
    shown = client.post(reverse("childcare:review", args=[activity.slug]), {"ligne": token}).content.decode()
    assert "Domicile à vérifier" in shown
    assert "tarif hors territoire s’applique" in shown
    household = newcomer.home.household
    assert sent(client, household).status_code == 302
    move = Move.objects.get()
    assert set(move.fields) == {"address", "postal_code", "city", "commune"}
    assert StoredFile.objects.about(move).count() == 1
    page = client.get(reverse("childcare:my_move", args=[household.pk])).content.decode()
    assert "rien ne change avant sa réponse" in page
    household.refresh_from_db()
    assert household.address != "3 rue Neuve"
    client.force_login(clerk)
    assert "Foyer Dubois" in client.get(reverse("childcare:todo")).content.decode()
    answered = client.post(
        reverse("childcare:move", args=[move.pk]),
        {"accepte": ["address", "postal_code", "city", "commune"], "start": "2026-11-01"},
    )
    assert answered.status_code == 302
    household.refresh_from_db()
    assert (household.address, household.city) == ("3 rue Neuve", "Beauval")
    assert quoted(newcomer, activity).price == 500


def test_each_field_is_accepted_or_refused_apart_and_a_refusal_says_why(regie, activity, make_family, elsewhere, clerk):
    child = make_family(activity=activity, address="1 rue Haute", postal_code="80630", city="Beauval")
    move = ask(child.home.household, child.parent, address="9 rue Basse", city="Ailleurs", commune=elsewhere)
    with pytest.raises(Refused, match="pourquoi"):
        actions.decide_move(move, {"address"}, actor=clerk)
    actions.decide_move(move, {"address"}, actor=clerk, reason="La facture est à une autre commune.")
    household = Household.objects.get(pk=child.home.household_id)
    assert (household.address, household.city, household.commune.name) == ("9 rue Basse", "Beauval", "Beauval")
    assert Residence.objects.get().commune.name == "Beauval"
    move.refresh_from_db()
    assert move.decisions == {"address": True, "city": False, "commune": False}
    with pytest.raises(Refused, match="déjà reçu"):
        actions.decide_move(move, {"city"}, actor=clerk)


def test_accepted_commune_makes_the_rate_from_its_day_and_not_before(regie, activity, make_family, elsewhere, clerk):
    child = make_family(activity=activity)
    unit, home = activity.units.get(code="journee"), child.home
    days = [WEDNESDAY, WEDNESDAY + WEEK]
    actions.book([Wish(day, child.pk, unit.pk) for day in days], {child.pk: home}, actor=child.parent, now=NOW)
    move = ask(home.household, child.parent, commune=elsewhere)
    assert quoted(child, activity, WEDNESDAY + 2 * WEEK).price == 500  # what is asked changes nothing
    actions.decide_move(move, {"commune"}, actor=clerk, start=days[1])
    (bill,) = pricing.bills(regie, datetime.date(2026, 11, 1), datetime.date(2026, 12, 31))
    assert {line.day: line.amount for line in bill.lines} == {days[0]: 500, days[1]: 900}
    status = residences.status_of(Household.objects.get(pk=home.household_id))
    assert status.begins == days[1]
    assert "jusqu’au 02/12/2026" in status.told


def test_agreement_has_its_own_rate_once_proved(regie, activity, newcomer):
    agreed = Commune.objects.create(
        kind="commune", name="Voisine", slug="voisine", code_insee="62001", departement="62", member=False
    )
    household = newcomer.home.household
    household.commune = agreed
    household.save()
    assert quoted(newcomer, activity).price == 900
    prove(household, start=SINCE)
    line = quoted(newcomer, activity)
    assert (line.price, line.resident) == (700, False)


def test_places_of_the_territory_wait_for_the_proof_too(activity, newcomer, make_family):
    period = activity.periods.get()
    period.opens_to_all_at = NOW + WEEK
    period.save()
    assert quoted(newcomer, activity).verdict == NO
    prove(newcomer.home.household, start=SINCE)
    assert quoted(newcomer, activity).verdict == "book"


def test_waiting_list_puts_the_proved_homes_first(make_activity, make_family, elsewhere):
    activity = make_activity(capacity=1)
    site, unit = activity.groups.first().site, activity.units.get(code="journee")
    families = [make_family(first_name=name, activity=activity, site=site) for name in ("Ana", "Bob", "Cléo")]
    Residence.objects.filter(household=families[1].home.household).delete()
    for rank, child in enumerate(families):
        now = NOW + datetime.timedelta(minutes=rank)
        actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=now)
    waiting = Booking.objects.filter(state="waiting")
    assert waiting.count() == 2
    assert [one.child.first_name for one in actions.queue(waiting[0].group_id, WEDNESDAY)] == ["Cléo", "Bob"]
    assert WAIT == "wait"


def test_preview_of_the_invoices_names_what_is_not_proved(regie, activity, newcomer):
    unit = activity.units.get(code="journee")
    actions.book([Wish(WEDNESDAY, newcomer.pk, unit.pk)], {newcomer.pk: newcomer.home}, actor=None, now=NOW)
    (bill,) = pricing.bills(regie, datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    assert "Foyer Dubois : domicile à vérifier, tarif hors territoire." in bill.anomalies
    assert not bill.blocked


def test_my_home_no_longer_changes_an_address_without_a_proof(make_family, client, make_user, commune):
    child = make_family()
    client.force_login(child.parent)
    link = child.home.household.members.get()
    page = client.get(reverse("people:my_homes")).content.decode()
    assert "Domicile vérifié" in page
    assert reverse("childcare:my_move", args=[child.home.household_id]) in page
    path = reverse("people:my_home_edit", args=[link.pk])
    client.post(path, {"name": "Chez nous", "address": "99 rue Libre", "commune": "", "city": "Paris"})
    household = Household.objects.get(pk=child.home.household_id)
    assert (household.name, household.address, household.commune) == ("Chez nous", "", commune)
    free = make_user()
    home = create_household(actor=free, person=person_of(free), name="Sans enfant")
    client.force_login(free)
    client.post(
        reverse("people:my_home_edit", args=[home.members.get().pk]),
        {"name": "Sans enfant", "address": "4 rue Libre", "postal_code": "80630", "city": "Beauval"},
    )
    assert Household.objects.get(pk=home.pk).address == "4 rue Libre"


def test_without_proof_or_twice_nothing_is_asked(make_family, client):
    child = make_family()
    client.force_login(child.parent)
    household = child.home.household
    refused = client.post(
        reverse("childcare:my_move", args=[household.pk]),
        {"address": "3 rue Neuve", "postal_code": "8063", "city": "Beauval", "commune": "", "start": "2026-11-01"},
    )
    text = refused.content.decode()
    assert "Joignez un justificatif" in text
    assert "cinq chiffres" in text
    assert "3 rue Neuve" in text
    assert not Move.objects.exists()
    assert sent(client, household).status_code == 302
    again = sent(client, household, address="5 rue Neuve")
    assert "attend déjà la réponse" in again.content.decode()
    assert Move.objects.count() == 1
    client.post(reverse("childcare:my_move_withdraw", args=[household.pk, Move.objects.get().pk]))
    assert sent(client, household).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_parents_of_a_home_asking_at_once_leave_one_request(make_family):
    child = make_family()
    household = child.home.household
    answers = at_once(
        lambda: ask(household, child.parent, address="1 rue A"), lambda: ask(household, child.parent, address="2 rue B")
    )
    assert sorted(type(one).__name__ for one in answers) == ["Move", "Refused"]
    assert Move.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_agents_answering_at_once_leave_one_answer(make_family, clerk, elsewhere):
    child = make_family()
    move = ask(child.home.household, child.parent, commune=elsewhere)
    answers = at_once(
        lambda: actions.decide_move(move, {"commune"}, actor=clerk),
        lambda: actions.decide_move(move, set(), actor=clerk, reason="Illisible."),
    )
    assert sorted(type(one).__name__ for one in answers) == ["Move", "Refused"]
    assert Entry.objects.filter(verb="childcare.move_decided").count() == 1


def test_invoices_follow_those_who_lived_at_the_old_address(make_family, clerk):
    child = make_family(address="1 rue Haute", postal_code="80630", city="Beauval")
    person = child.home.payer
    Person.objects.filter(pk=person.pk).update(address="1 rue Haute", postal_code="80630", city="Beauval")
    aunt = Person.objects.create(first_name="Ève", last_name="Tante", address="7 rue Autre", postal_code="80630")
    child.home.household.members.create(person=aunt)
    move = ask(child.home.household, child.parent, address="2 rue Basse")
    actions.decide_move(move, {"address"}, actor=clerk)
    person.refresh_from_db()
    aunt.refresh_from_db()
    assert (person.address, aunt.address) == ("2 rue Basse", "7 rue Autre")


def test_who_sees_the_request_and_its_proof(make_family, add_parent, make_user, clerk, facilitator, operator, client):
    child = make_family()
    other = add_parent(child)
    move = ask(child.home.household, child.parent, address="2 rue Basse")
    proof = StoredFile.objects.about(move).get()
    page, mine = reverse("childcare:move", args=[move.pk]), reverse("childcare:my_move", args=[move.household_id])
    for user, desk, own, file in (
        (clerk, 200, 404, 200),
        (facilitator, 403, 404, 404),
        (child.parent, 403, 200, 200),
        (other.parent, 403, 404, 404),
        (make_user(), 403, 404, 404),
    ):
        client.force_login(user)
        found = (client.get(page).status_code, client.get(mine).status_code, status_of_file(client, proof))
        assert found == (desk, own, file), user


def test_agent_of_another_body_finds_no_request(make_family, make_user, client):
    from beffroi.shared.organisations.models import Organisation

    child = make_family()
    move = ask(child.home.household, child.parent, address="2 rue Basse")
    body = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="autre-syndicat")
    client.force_login(make_user("family_desk", body))
    assert client.get(reverse("childcare:move", args=[move.pk])).status_code == 404


def test_proof_seen_at_the_counter(newcomer, clerk, client):
    client.force_login(clerk)
    path = reverse("childcare:residence", args=[newcomer.pk, newcomer.home.pk])
    data = {"commune": newcomer.home.household.commune_id, "start": "2026-11-01"}
    assert "Sans justificatif" in client.post(path, data).content.decode()
    assert client.post(path, data | {"seen": "on"}).status_code == 302
    assert Residence.objects.get().start == SINCE
    assert "Domicile vérifié" in client.get(newcomer.get_absolute_url()).content.decode()


def test_proof_leaves_after_six_months_and_the_commune_stays(make_family, clerk):
    child = make_family()
    move = ask(child.home.household, child.parent, address="2 rue Basse")
    actions.decide_move(move, {"address"}, actor=clerk)
    assert not old_moves(NOW + datetime.timedelta(days=100)).exists()
    (due,) = old_moves(NOW + datetime.timedelta(days=200))
    forget_move(due)
    assert not Move.objects.exists()
    assert not StoredFile.objects.exists()
    assert Residence.objects.exists()


def test_request_that_nobody_can_answer_any_more_leaves_too(make_family):
    child = make_family()
    ask(child.home.household, child.parent, address="2 rue Basse")
    later = NOW + datetime.timedelta(days=200)
    assert not old_moves(later).exists(), "an agent may still answer"
    ChildHome.objects.filter(child=child).update(end=TODAY)
    assert not old_moves(NOW + datetime.timedelta(days=100)).exists()
    assert old_moves(later).exists()


def test_journal_says_which_fields_and_never_what_they_hold(make_family, clerk):
    child = make_family()
    move = ask(child.home.household, child.parent, address="2 rue Basse")
    actions.decide_move(move, {"address"}, actor=clerk)
    told = str(list(Entry.objects.filter(verb__startswith="childcare.move").values_list("data", flat=True)))
    assert "address" in told
    assert "Basse" not in told
    assert mail.outbox == []
