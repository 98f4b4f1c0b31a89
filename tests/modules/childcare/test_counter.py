"""The counter, for a family without e-mail: what its parent would do, done by an agent and told by the journal."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, ChildHome, Contact, DocumentKind, Enrolment
from beffroi.shared.billing.actions import runs
from beffroi.shared.billing.models import Run
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people.models import Person
from tests.modules.childcare.conftest import NOW, WEDNESDAY, prove
from tests.modules.childcare.test_leaving import picture
from tests.modules.childcare.test_pricing import END, START, bills, book, regie

__all__ = ["regie"]
WEEK = datetime.timedelta(weeks=1)


@pytest.fixture
def child(activity, make_family):
    child = make_family(activity=activity)
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK)
    return child


@pytest.fixture
def at_desk(client, clerk):
    client.force_login(clerk)
    return client


def url(name, *arguments):
    return reverse(f"childcare:{name}", args=arguments)


def test_an_agent_cancels_by_the_rules_or_free_of_charge(child, at_desk, clerk, monkeypatch):
    first, second = Booking.objects.order_by("day")
    page = at_desk.get(child.get_absolute_url()).content.decode()
    assert f'name="choix" value="{first.pk}"' in page
    monkeypatch.setattr(timezone, "now", lambda: first.during.lower - datetime.timedelta(hours=1))
    at_desk.force_login(clerk)
    at_desk.post(url("desk_cancel", child.pk), {"choix": first.pk})
    first.refresh_from_db()
    assert (first.state, first.late) == ("cancelled", True)
    monkeypatch.setattr(timezone, "now", lambda: second.during.lower - datetime.timedelta(hours=1))
    at_desk.force_login(clerk)
    at_desk.post(url("desk_cancel", child.pk), {"choix": second.pk, "sans_frais": "oui"})
    second.refresh_from_db()
    assert (second.state, second.late) == ("cancelled", False)


@pytest.mark.parametrize(("said", "states"), [("oui", ["booked", "cancelled"]), ("non", ["cancelled", "cancelled"])])
def test_an_agent_answers_an_offer(make_activity, make_family, at_desk, said, states):
    activity = make_activity(capacity=1)
    taken, waiting = (make_family(first_name=name, activity=activity) for name in ("Léa", "Tom"))
    book(taken, activity)
    book(waiting, activity)
    actions.cancel(Booking.objects.filter(child=taken), actor=None, now=NOW)
    offered = Booking.objects.get(child=waiting)
    assert offered.state == "offered"
    address = url("desk_answer", waiting.pk, offered.pk)
    assert address in at_desk.get(waiting.get_absolute_url()).content.decode()
    at_desk.post(address, {"reponse": said})
    assert sorted(Booking.objects.values_list("state", flat=True)) == states


def test_an_agent_names_who_comes_with_a_photo_and_removes_them(child, at_desk):
    data = {"name": "Odette", "phone": "03 53 01 00 01", "may_pick_up": "on", "photos": picture()}
    assert at_desk.post(url("desk_contact_new", child.pk, child.home.pk), data).status_code == 302
    held = Contact.objects.get(home=child.home)
    page = at_desk.get(url("desk_contact", child.pk, child.home.pk, held.pk)).content.decode()
    assert 'value="Odette"' in page
    at_desk.post(url("desk_contact_remove", child.pk, child.home.pk, held.pk))
    assert not Contact.objects.exists()


def test_an_agent_keeps_a_document_and_certifies(child, operator, at_desk):
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance", months=12)
    data = {"kind": kind.pk, "files": picture("assurance.png")}
    assert at_desk.post(url("child_documents", child.pk), data).status_code == 302
    held = child.documents.get()
    assert held.checked_at is not None
    at_desk.post(url("desk_certify", child.pk))
    child.refresh_from_db()
    assert child.certified_at is not None


def test_a_facilitator_does_none_of_it(child, facilitator, client):
    client.force_login(facilitator)
    held = Booking.objects.earliest("pk")
    enrolment = Enrolment.objects.get()
    for name, arguments in (
        ("desk_cancel", (child.pk,)),
        ("desk_answer", (child.pk, held.pk)),
        ("desk_certify", (child.pk,)),
        ("desk_contact_new", (child.pk, child.home.pk)),
        ("payer", (child.pk, child.home.pk)),
        ("child_documents", (child.pk,)),
        ("enrolment_end", (child.pk, enrolment.pk)),
        ("attendance", (held.pk,)),
    ):
        assert client.post(url(name, *arguments)).status_code == 403, name
    assert "desk_cancel" not in client.get(child.get_absolute_url()).content.decode()


def test_the_confirmation_is_printed_with_the_prices(regie, child, at_desk):
    page = at_desk.get(url("confirmation", child.pk, child.home.pk)).content.decode()
    assert "data-print" in page
    assert page.count("10,01") == 2
    assert "20,02" in page


def test_a_registration_ends_once_nothing_is_ahead(child, at_desk):
    held = Enrolment.objects.get()
    at_desk.post(url("enrolment_end", child.pk, held.pk))
    held.refresh_from_db()
    assert held.end is None
    actions.cancel(Booking.objects.all(), actor=None, now=NOW)
    at_desk.post(url("enrolment_end", child.pk, held.pk))
    held.refresh_from_db()
    assert held.end == timezone.localdate()


def test_the_payer_is_chosen_and_the_bill_follows(regie, child, add_parent, at_desk):
    grandmother = Person.objects.create(first_name="Odile", last_name="Payeuse", city="Beauval")
    address = url("payer", child.pk, child.home.pk)
    assert "Odile Payeuse" in at_desk.get(f"{address}?q=Payeuse").content.decode()
    assert at_desk.post(f"{address}?personne={grandmother.pk}", {"payer": grandmother.pk}).status_code == 302
    assert set(bills(regie)) == {grandmother.pk}
    told = Entry.objects.get(verb="childcare.payer")
    assert told.data["after"] == grandmother.pk
    nobody = Person.objects.create(first_name="Jean", last_name="Inconnu")
    assert at_desk.post(address, {"payer": nobody.pk}).status_code == 200


def test_a_payer_does_not_leave_the_home_before_another_is_chosen(child, make_user):
    from beffroi.shared.people.actions import person_of

    guardian = child.home.guardians.get()
    other = actions.add_guardian(child.home, person_of(make_user()), actor=None, relation="father")
    with pytest.raises(Refused, match="payeur"):
        actions.end_guardian(guardian, actor=None)
    actions.set_payer(child.home, other.person, actor=None)
    guardian.refresh_from_db()
    guardian.home.refresh_from_db()
    actions.end_guardian(guardian, actor=None)


def test_a_home_that_nobody_pays_for_is_told_in_the_preview_and_never_billed(regie, child, clerk):
    ChildHome.objects.update(payer=None)
    run = Run.objects.create(
        regie=regie, source="childcare", label="Novembre", start=START, end=END, due_on=END, created_by=clerk
    )
    run = runs.preview(run)
    assert (run.status, run.expected) == ("ready", 0)
    assert "personne ne paie" in run.anomalies[0]["text"]
    assert run.anomalies[0]["payer"].strip() == "Foyer Dubois"


def past(monkeypatch, client, clerk):
    """Two days after the first Wednesday; the agent signs in again."""
    after = timezone.make_aware(datetime.datetime.combine(WEDNESDAY + datetime.timedelta(days=2), datetime.time(9)))
    monkeypatch.setattr(timezone, "now", lambda: after)
    client.force_login(clerk)


def test_a_past_presence_is_corrected_with_its_reason(child, at_desk, clerk, monkeypatch):
    held = Booking.objects.earliest("day")
    actions.tick(held, "absent", actor=None, at=held.during.lower)
    address = url("attendance", held.pk)
    assert at_desk.get(address).status_code == 404
    past(monkeypatch, at_desk, clerk)
    page = at_desk.get(f"{url('today')}?jour={WEDNESDAY:%Y-%m-%d}").content.decode()
    assert address in page
    sent = {"arrived": "09:10", "left": "16:30", "reason": "Feuille papier"}
    assert "après l’arrivée" in at_desk.post(address, sent | {"left": "08:00"}).content.decode()
    assert at_desk.post(address, {"arrived": "09:10"}).status_code == 200
    assert at_desk.post(address, sent).status_code == 302
    found = Attendance.objects.get(booking=held)
    assert timezone.localtime(found.arrived_at).time() == datetime.time(9, 10)
    assert (found.absence, found.reason) == ("", "Feuille papier")
    entry = Entry.objects.get(verb="childcare.attendance_correct")
    assert entry.data["before"]["absence"] == "waiting"
    actions.tick(held, "absent", actor=None, at=held.during.lower)
    found.refresh_from_db()
    assert found.absence == "", "a tablet that wakes up late changes nothing"


def test_an_invoiced_day_is_corrected_by_a_credit_note_only(regie, child, clerk, at_desk, monkeypatch):
    past(monkeypatch, at_desk, clerk)
    run = Run.objects.create(
        regie=regie, source="childcare", label="Novembre", start=START, end=END, due_on=END, created_by=clerk
    )
    run = runs.preview(run)
    runs.launch_run(run, actor=clerk)
    runs.issue_run(run)
    held = Booking.objects.earliest("day")
    page = at_desk.post(url("attendance", held.pk), {"arrived": "09:10", "reason": "Erreur"}).content.decode()
    assert "avoir" in page
    assert not Attendance.objects.exists()


def test_a_commune_of_agreement_is_offered_and_pays_its_price(regie, activity, make_family, client, clerk):
    near = Commune.objects.create(
        kind="commune", name="Voisine", slug="voisine", code_insee="62298", departement="62", member=False
    )
    rule = dict(regie.tariffs.first().rule)
    rule["bands"] = [{"upto": None, "prices": {"resident": 500, "agreement": 650, "outside": 900}}]
    parent = make_family(activity=activity, first_name="Autre").parent
    client.force_login(parent)
    option = f'value="{near.pk}"'
    assert option not in client.get(url("child_new")).content.decode()
    regie.tariffs.update(rule=rule | {"agreements": ["62298"]})
    assert option in client.get(url("child_new")).content.decode()
    client.force_login(clerk)
    assert option in client.get(reverse("people:person_add")).content.decode()
    client.force_login(parent)
    data = {
        "first_name": "Zoé",
        "last_name": "Voisin",
        "birth_date": "2018-03-04",
        "relation": "mother",
        "home": "nouveau",
        "name": "Foyer Voisin",
        "address": "1 rue Haute",
        "postal_code": "62760",
        "city": "Voisine",
        "commune": near.pk,
    }
    assert client.post(url("child_new"), data).status_code == 302
    home = ChildHome.objects.get(household__name="Foyer Voisin")
    child = home.child
    actions.enrol(child, activity, activity.groups.first().site, actor=None)
    actions.enter_quotient(home.household, 300, actor=None, month=datetime.date(2026, 1, 1))
    child.home, child.parent = home, parent
    book(child, activity)
    assert bills(regie)[home.payer_id].total == 900  # declared, not proved yet
    prove(home.household)
    assert bills(regie)[home.payer_id].total == 650
