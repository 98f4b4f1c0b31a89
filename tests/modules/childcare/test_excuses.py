"""A document that justifies absences: in the time of the activity, judged by an agent, and what it changes to pay."""

import datetime

import pytest
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, invoice_days, invoiced, notices, pricing, uses
from beffroi.modules.childcare.actions.excusing import TOO_LATE
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, ChildHome, Excuse
from beffroi.modules.childcare.retention import forget_excuse, old_excuses
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.models import Regie, Tariff
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.childcare.conftest import NOW
from tests.modules.childcare.test_moves import picture, status_of_file
from tests.support.together import at_once

DAY = datetime.timedelta(days=1)
TODAY = NOW.date()  # Thursday 12 November 2026
LATELY = TODAY - 2 * DAY  # the day before is a public holiday
START, END = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)


@pytest.fixture
def activity(make_activity):
    return make_activity(weekdays=(0, 1, 2, 3, 4), absence_days=3)


@pytest.fixture
def regie(operator, activity):
    regie = Regie.objects.create(organisation=operator, code="ACM", name="Régie enfance")
    rule = {"bands": [{"upto": None, "prices": {"resident": 1001}}], "residents": ["80071"]}
    for code in {uses.code_of(unit) for unit in activity.units.all()}:
        Tariff.objects.create(regie=regie, unit=code, label=code, start=datetime.date(2026, 1, 1), rule=rule)
    return regie


def missed(child, activity, day, absence="waiting"):
    """A past day that the child missed."""
    unit = activity.units.get(code="journee")
    now = NOW - 30 * DAY
    actions.book([Wish(day, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=now)
    booking = Booking.objects.get(child=child, day=day)
    if absence:
        Attendance.objects.create(booking=booking, absence=absence)
    return booking


def send(booking, child, home=None):
    file = store_upload(picture("certificat.png"), actor=child.parent)
    return actions.send_excuse(home or child.home, [booking.pk], actor=child.parent, files=[file])


@pytest.mark.parametrize(("ago", "open_still"), [(0, True), (2, True), (3, True), (6, False)])
def test_time_of_the_activity_is_counted_in_days_after_the_absence(child, activity, ago, open_still):
    day = TODAY - ago * DAY
    booking = missed(child, activity, day)
    assert actions.excusable(child.home).filter(pk=booking.pk).exists() == open_still
    if not open_still:
        with pytest.raises(Refused, match="délai"):
            send(booking, child)


def test_each_activity_has_its_own_time(child, activity):
    booking = missed(child, activity, TODAY - 6 * DAY)
    assert not actions.excusable(child.home).exists()
    type(activity).objects.filter(pk=activity.pk).update(absence_days=6)
    assert actions.excusable(child.home).get().pk == booking.pk


def test_family_sends_the_agent_accepts_and_the_day_is_not_charged(regie, child, activity, clerk, client):
    booking = missed(child, activity, LATELY)
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 1001
    assert f"Léa, le {LATELY:%d/%m/%Y} : absence à examiner, facturée en attendant." in bill.anomalies
    client.force_login(child.parent)
    path = reverse("childcare:my_absences", args=[child.pk])
    assert "à justifier jusqu’au" in client.get(path).content.decode()
    refused = client.post(path, {"days": [booking.pk]}).content.decode()
    assert "Joignez le justificatif" in refused
    assert client.post(path, {"days": [booking.pk], "files": picture()}).status_code == 302
    excuse = Excuse.objects.get()
    assert "Rien à justifier" in client.get(path).content.decode()
    client.force_login(clerk)
    todo = client.get(reverse("childcare:todo")).content.decode()
    page = reverse("childcare:excuse", args=[excuse.pk])
    assert page in todo
    assert reverse("childcare:absence", args=[booking.pk]) not in todo
    assert "Pas encore facturé" in client.get(page).content.decode()
    assert client.post(page, {"accepter": "oui"}).status_code == 302
    (bill,) = pricing.bills(regie, START, END)
    assert (bill.total, bill.anomalies) == (0, [pricing.UNKNOWN_QUOTIENT])
    entry = Entry.objects.get(verb="childcare.excuse_decided")
    assert [one.user for one in notices.of_excuse(entry)] == [child.parent]


def test_refused_with_its_reason_the_day_stays_due_and_another_may_be_sent(regie, child, activity, clerk):
    booking = missed(child, activity, LATELY)
    excuse = send(booking, child)
    with pytest.raises(Refused, match="pourquoi"):
        actions.judge_excuse(excuse, actor=clerk, accept=False)
    actions.judge_excuse(excuse, actor=clerk, accept=False, reason="Illisible.")
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 1001
    booking.refresh_from_db()
    assert (booking.attendance.absence, booking.attendance.reason) == ("unjustified", "Illisible.")
    actions.judge_excuse(send(booking, child), actor=clerk, accept=True)
    (bill,) = pricing.bills(regie, START, END)
    assert bill.total == 0


def test_day_cancelled_too_late_is_justified_in_the_same_way(regie, child, activity, clerk):
    booking = missed(child, activity, TODAY + DAY, absence="")
    booking.refresh_from_db()
    actions.cancel([booking], actor=child.parent, now=NOW)
    booking.refresh_from_db()
    assert (booking.state, booking.late) == ("cancelled", True)
    actions.judge_excuse(send(booking, child), actor=clerk, accept=True)
    assert [bill.total for bill in pricing.bills(regie, START, END)] == [0]


def test_what_is_invoiced_already_is_told_with_the_amount_to_give_back(regie, child, activity, clerk, client):
    days = [TODAY - 7 * DAY, LATELY, TODAY - 3 * DAY]
    bookings = [missed(child, activity, day, absence="unjustified") for day in days]
    run = billing.prepare_run(
        regie=regie,
        source="childcare",
        start=START,
        end=TODAY,
        label="Novembre",
        issued_on=TODAY,
        due_on=TODAY + 30 * DAY,
        actor=None,
    )
    billing.issue_run(billing.launch_run(billing.preview(run), actor=None))
    excuse = send(bookings[1], child)
    (charged,) = invoiced.charged(Booking.objects.select_related("child", "unit").filter(pk=bookings[1].pk))
    assert charged.amount == 1001
    client.force_login(clerk)
    path = reverse("childcare:excuse", args=[excuse.pk])
    assert charged.invoice.number in client.get(path).content.decode()
    answered = client.post(path, {"accepter": "oui"}, follow=True)
    assert "déjà facturé" in answered.content.decode()
    assert charged.invoice.total == 3 * 1001


def test_days_of_an_invoice_line_are_read_back():
    from beffroi.shared.billing.models import InvoiceLine

    line = InvoiceLine(days="1er, 4, 11 nov.; 2 déc.")
    assert invoice_days.days_of(line) == [(1, 11), (4, 11), (11, 11), (2, 12)]
    assert invoice_days.days_of(InvoiceLine(days="")) == []


def test_nobody_justifies_the_days_of_the_other_home(child, activity, add_parent, client):
    other = add_parent(child)
    booking = missed(child, activity, LATELY)
    with pytest.raises(Refused, match="ne se justifie plus"):
        send(booking, child, home=ChildHome.objects.get(pk=other.pk))
    excuse = send(booking, child)
    proof = StoredFile.objects.about(excuse).get()
    client.force_login(other.parent)
    assert status_of_file(client, proof) == 404
    assert "certificat" not in client.get(reverse("childcare:my_absences", args=[child.pk])).content.decode()
    client.force_login(child.parent)
    assert status_of_file(client, proof) == 200


def test_who_reads_the_document(child, activity, clerk, facilitator, make_user, client):
    excuse = send(missed(child, activity, LATELY), child)
    proof = StoredFile.objects.about(excuse).get()
    path = reverse("childcare:excuse", args=[excuse.pk])
    for user, page, file in ((clerk, 200, 200), (facilitator, 403, 404), (make_user(), 403, 404)):
        client.force_login(user)
        assert (client.get(path).status_code, status_of_file(client, proof)) == (page, file)


def test_absence_for_which_a_document_waits_is_answered_by_it(child, activity, clerk):
    booking = missed(child, activity, LATELY)
    send(booking, child)
    with pytest.raises(Refused, match="répondez-y"):
        actions.judge_absence(booking, actor=clerk, justified=True)


def test_nobody_justified_in_time_is_not_justified_by_itself(child, activity, clerk):
    late, soon = missed(child, activity, TODAY - 6 * DAY), missed(child, activity, LATELY)
    sent = missed(child, activity, TODAY - 3 * DAY)
    send(sent, child)
    assert actions.close_absences(TODAY) == 1
    assert actions.close_absences(TODAY) == 0
    held = {one.booking_id: one for one in Attendance.objects.all()}
    assert (held[late.pk].absence, held[late.pk].reason) == ("unjustified", TOO_LATE)
    assert held[soon.pk].absence == held[sent.pk].absence == "waiting"
    assert actions.close_absences(TODAY + 10 * DAY) == 1
    actions.judge_absence(late, actor=clerk, justified=True)
    held[late.pk].refresh_from_db()
    assert held[late.pk].absence == "justified"


def test_child_who_came_after_all_is_left_there(child, activity, clerk, facilitator):
    booking = missed(child, activity, TODAY)
    excuse = send(booking, child)
    actions.tick(booking, "arrived", actor=facilitator, at=NOW)
    actions.judge_excuse(excuse, actor=clerk, accept=True)
    booking.refresh_from_db()
    assert (booking.attendance.absence, booking.attendance.arrived_at is not None) == ("", True)


def test_document_leaves_a_year_after_the_answer(child, activity, clerk):
    excuse = send(missed(child, activity, LATELY), child)
    actions.judge_excuse(excuse, actor=clerk, accept=True)
    assert not old_excuses(NOW + 300 * DAY).exists()
    for one in old_excuses(NOW + 370 * DAY):
        forget_excuse(one)
    assert not StoredFile.objects.exists()
    assert Attendance.objects.get().absence == "justified"


@pytest.mark.django_db(transaction=True)
def test_two_parents_of_a_home_sending_at_once_leave_one_document(make_activity, make_family):
    activity = make_activity(weekdays=(0, 1, 2, 3, 4))
    child = make_family(activity=activity)
    booking = missed(child, activity, LATELY)
    files = [store_upload(picture(), actor=child.parent) for _rank in range(2)]
    answers = at_once(
        *(
            lambda file=file: actions.send_excuse(child.home, [booking.pk], actor=child.parent, files=[file])
            for file in files
        )
    )
    assert sorted(type(one).__name__ for one in answers) == ["Excuse", "Refused"]


@pytest.mark.django_db(transaction=True)
def test_two_agents_answering_at_once_leave_one_answer(make_activity, make_family, clerk):
    activity = make_activity(weekdays=(0, 1, 2, 3, 4))
    child = make_family(activity=activity)
    excuse = send(missed(child, activity, LATELY), child)
    answers = at_once(
        lambda: actions.judge_excuse(excuse, actor=clerk, accept=True),
        lambda: actions.judge_excuse(excuse, actor=clerk, accept=False, reason="Illisible."),
    )
    assert sorted(type(one).__name__ for one in answers) == ["Excuse", "Refused"]
