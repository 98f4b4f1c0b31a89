import csv
import datetime
import io
from decimal import Decimal

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from beffroi.modules.maintenance import actions, figures, statistics
from beffroi.modules.maintenance.models import Order, Part, Plan, Rate, Store, TeamFeed
from beffroi.modules.maintenance.statistics import Scope
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Commune, Membership, Organisation
from tests.modules.maintenance.conftest import MORNING

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
SINCE, UNTIL = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


@pytest.fixture
def lamp(operator):
    kind = AssetKind.objects.create(code="lampadaire", label="Lampadaire", group="Éclairage")
    return Asset.objects.create(kind=kind, organisation=operator, code="L-12", name="Lampadaire de la place")


@pytest.fixture
def stock(operator, dispatcher):
    store = actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)
    part = actions.save_part(Part(organisation=operator, code="LED", name="Lampe", price="18.50"), actor=dispatcher)
    actions.count_part(part, store, 10, actor=dispatcher)
    return part, store


def plain(answer) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def whole(**filters) -> Scope:
    return Scope(Organisation.objects.all(), SINCE, UNTIL, filters)


def spend(order, worker, dispatcher, stock, at=MORNING):
    part, store = stock
    actions.add_labour(order, actor=worker, worker=worker, start=at, end=at + HOUR * 1.5)
    actions.use_part(order, part, store, 2, actor=worker, at=at)
    actions.add_expense(order, actor=dispatcher, label="Nacelle", amount=Decimal("120.00"), day=at.date())


@pytest.fixture
def rate(operator, dispatcher):
    return actions.set_rate(
        Rate(organisation=operator, amount="31.40", start=datetime.date(2026, 1, 1)), actor=dispatcher
    )


@pytest.mark.parametrize("group", list(statistics.GROUPS))
def test_costs_are_the_same_however_they_are_grouped(make_order, worker, dispatcher, stock, rate, lamp, commune, group):
    for at in (MORNING, MORNING - DAY, MORNING - 60 * DAY):  # the last one is out of the period
        spend(make_order(asset=lamp, commune=commune, beneficiary=commune), worker, dispatcher, stock, at)
    got = statistics.total(statistics.spent(whole(), group))
    assert (got.minutes, got.labour, got.parts, got.outside) == (
        180,
        Decimal("94.20"),
        Decimal("74.00"),
        Decimal("240.00"),
    )


def test_month_and_nature_are_named(make_order, worker, dispatcher, stock, rate):
    spend(make_order(), worker, dispatcher, stock)
    assert [row.label for row in statistics.spent(whole(), "mois")] == ["Novembre 2026"]
    assert [row.label for row in statistics.spent(whole(), "nature")] == ["Réparation"]
    assert [row.label for row in statistics.spent(whole(), "commune")] == ["Sans lieu"]


def test_time_between_failures_and_time_to_repair(make_order, worker, lamp):
    for gap in (20, 10, 4):  # opened 20, 10 and 4 days ago; each repaired in two days
        opened = MORNING - gap * DAY
        order = make_order(asset=lamp, created_at=opened)
        actions.close_order(order, actor=worker, text="Fait", made_at=opened + 2 * DAY)
    held = statistics.health(whole(), today=UNTIL)
    assert (held.failures, held.mtbf, held.mttr) == (3, Decimal("8.0"), Decimal("2.0"))
    one = statistics.health_by_asset(whole())[1][lamp.pk]
    assert (one.failures, one.mtbf, one.mttr) == (3, Decimal("8.0"), Decimal("2.0"))
    assert figures.between_failures(SINCE, UNTIL) == Decimal("8.0")
    assert figures.to_repair(SINCE, UNTIL) == Decimal("2.0")


def test_reaction_is_the_time_until_somebody_begins(make_order, worker):
    order = make_order(created_at=MORNING - 3 * DAY)
    actions.start_timer(order, actor=worker, at=MORNING)
    assert statistics.health(whole()).reaction == Decimal("3.0")
    assert figures.reaction(SINCE, UNTIL) == Decimal("3.0")


def test_nothing_that_failed_gives_no_figure(db):
    held = statistics.health(whole())
    assert (held.mtbf, held.mttr, held.preventive) == (None, None, None)


def test_overdue_plans_are_those_of_the_end_of_the_period(make_order, worker):
    late = make_order(origin=Order.Origin.PLAN, due_on=datetime.date(2026, 11, 10), created_at=MORNING - 20 * DAY)
    make_order(due_on=datetime.date(2026, 11, 10), created_at=MORNING - 20 * DAY)
    assert statistics.health(whole(), today=datetime.date(2026, 11, 20)).overdue_plans == 1
    actions.close_order(late, actor=worker, text="Fait", made_at=MORNING)
    assert statistics.health(whole(), today=datetime.date(2026, 11, 23)).overdue_plans == 1
    assert statistics.health(whole(), today=datetime.date(2026, 11, 25)).overdue_plans == 0


def test_work_of_a_plan_is_late_once_its_date_is_over_whether_its_order_is_open_or_not(
    desk, operator, team, dispatcher, worker, lamp
):
    today = timezone.localdate()
    start = today - 10 * DAY
    plan = Plan(organisation=operator, name="Contrôle", team=team, every=1, unit="year", start=start, ahead_days=0)
    actions.save_plan(plan, actor=dispatcher, assets=[lamp])

    def told(**filters) -> int:
        scope = Scope(Organisation.objects.all(), start, today, filters)
        return statistics.health(scope).overdue_plans

    def listed() -> bool:
        return "1 en retard" in plain(desk.get(reverse("maintenance:plans")))

    assert (told(), told(team=team.pk), told(team=team.pk + 1), told(commune__slug="beauval")) == (1, 1, 0, 0)
    assert figures.overdue_plans(start, today) == 1
    assert listed()
    plan.is_active = False
    plan.save()
    assert told() == 0
    plan.is_active = True
    plan.save()
    actions.generate()
    assert (told(), told(team=team.pk)) == (1, 1)
    assert listed()
    actions.close_order(Order.objects.get(), actor=worker, text="Fait")
    assert told() == 0
    assert not listed()


def test_date_on_a_day_off_is_late_only_after_the_day_on_which_it_is_done(operator, dispatcher):
    saturday = datetime.date(2026, 11, 21)
    for shift in ("previous", "next"):
        actions.save_plan(
            Plan(organisation=operator, name=shift, every=1, unit="year", start=saturday, shift=shift), actor=dispatcher
        )
    found = {
        day: [plan.name for plan in Plan.objects.with_dates() if actions.overdue_of(plan, datetime.date(2026, 11, day))]
        for day in (20, 21, 23, 24)
    }
    assert found == {20: [], 21: ["previous"], 23: ["previous"], 24: ["next", "previous"]}


def test_balance_is_shown_and_exported(desk, make_order, worker, dispatcher, stock, rate, lamp):
    spend(make_order(asset=lamp), worker, dispatcher, stock)
    period = {"du": "2026-11-01", "au": "2026-11-30", "par": "equipement"}
    page = desk.get(reverse("maintenance:balance"), period).content.decode()
    assert "L-12 Lampadaire de la place" in page
    answer = desk.get(reverse("maintenance:balance_export", args=["csv"]), period)
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert (line["Équipement"], line["Heures"], line["Total (€)"]) == ("L-12 Lampadaire de la place", "1,50", "204,10")


def test_period_the_wrong_way_round_is_told(desk):
    page = desk.get(reverse("maintenance:balance"), {"du": "2026-11-30", "au": "2026-11-01"}).content.decode()
    assert "La fin doit venir après le début" in page


@pytest.mark.parametrize("group", ["equipement", "mois", "commune"])
def test_balance_asks_as_many_queries_with_few_and_with_many(desk, make_order, worker, dispatcher, stock, rate, group):
    def ask(count):
        for _ in range(count):
            order = make_order()
            actions.add_expense(order, actor=dispatcher, label="X", amount=1, day=MORNING.date())
        found = []
        for _ in range(2):  # the second time, what every page keeps for a while is there
            with CaptureQueriesContext(connection) as seen:
                desk.get(reverse("maintenance:balance"), {"par": group, "du": "2026-11-01", "au": "2026-11-30"})
            found.append(len(seen))
        return min(found)

    ask(1)
    few = ask(2)
    assert ask(27) == few
    assert few <= 12


def test_sheet_of_a_commune_holds_its_orders_and_no_other(desk, make_order, worker, dispatcher, stock, rate, commune):
    mine, other = make_order(beneficiary=commune, title="Taille de la haie"), make_order(title="Pour nous")
    spend(mine, worker, dispatcher, stock)
    spend(other, worker, dispatcher, stock, MORNING + 3 * HOUR)
    period = {"du": "2026-11-01", "au": "2026-11-30"}
    page = desk.get(reverse("maintenance:reinvoicing"), period).content.decode()
    assert "Beauval" in page
    answer = desk.get(reverse("maintenance:reinvoicing_file", args=["beauval", "csv"]), period)
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(line["Ordre"], line["Commune"], line["Total (€)"]) for line in lines] == [
        (mine.reference, "Beauval", "204,10")
    ]
    answer = desk.get(reverse("maintenance:reinvoicing_file", args=["beauval", "pdf"]), period)
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Taille de la haie" in text
    assert "204,10" in text
    assert "Pour nous" not in text
    everything = desk.get(reverse("maintenance:reinvoicing_file", args=["toutes", "csv"]), period).content.decode()
    assert mine.reference in everything
    assert other.reference not in everything


def test_sheet_of_a_commune_is_headed_by_each_body_that_worked_for_it(
    client, make_user, make_order, operator, commune, dispatcher, worker, stock, rate
):
    """Somebody who dispatches for two bodies: the sheet names the one that did the work, not the first of the list."""
    other = Commune.objects.create(
        kind="commune", name="Abbaye", slug="abbaye", code_insee="80001", departement="80", parent=operator
    )
    Membership.objects.create(user=dispatcher, role="secretary", organisation=other, start=datetime.date(2020, 1, 1))
    mine = make_order(beneficiary=commune, title="Taille de la haie")
    spend(mine, worker, dispatcher, stock)
    client.force_login(dispatcher)
    url = reverse("maintenance:reinvoicing_file", args=["beauval", "pdf"])
    period = {"du": "2026-11-01", "au": "2026-11-30"}
    (page,) = PdfReader(io.BytesIO(client.get(url, period).content)).pages
    assert page.extract_text().startswith(str(operator))
    theirs = make_order(organisation=other, beneficiary=commune, title="Salage")
    actions.add_expense(theirs, actor=dispatcher, label="Sel", amount=80, day=MORNING.date())
    texts = [one.extract_text() for one in PdfReader(io.BytesIO(client.get(url, period).content)).pages]
    assert [text.startswith(name) for text, name in zip(texts, ("Abbaye", str(operator)), strict=True)] == [True, True]
    assert ("Salage" in texts[0], "haie" in texts[0]) == (True, False)
    assert ("Salage" in texts[1], "haie" in texts[1]) == (False, True)


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
def test_balance_and_sheets_open_for_their_roles(client, make_user, operator, role):
    client.force_login(make_user(role, operator))
    seen = {"admin": (200, 200), "secretary": (200, 200), "agent": (200, 403), "elected": (200, 403)}.get(
        role, (403, 403)
    )
    got = tuple(client.get(reverse(f"maintenance:{name}")).status_code for name in ("balance", "reinvoicing"))
    assert got == seen


def test_calendar_of_a_team_is_read_and_closed(client, dispatcher, make_order, team, worker):
    from django.utils import timezone

    start = timezone.now().replace(minute=0, second=0, microsecond=0) + DAY
    order = make_order(title="Curer le fossé", location=(2.34, 50.1))
    actions.plan_order(order, actor=dispatcher, start=start, end=start + 2 * HOUR, team=team, assignees=[worker])
    client.force_login(dispatcher)
    client.post(reverse("maintenance:feed_move", args=[team.pk, "ouvrir"]))
    address = TeamFeed.objects.get().get_absolute_url()
    client.logout()
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == start
    assert event.decoded("dtend") == start + 2 * HOUR
    assert "Curer le fossé" in event["summary"]
    assert "Caron" not in answer.content.decode()
    client.force_login(dispatcher)
    client.post(reverse("maintenance:feed_move", args=[team.pk, "ouvrir"]))  # another address: the former is closed
    assert client.get(address).status_code == 404
    client.post(reverse("maintenance:feed_move", args=[team.pk, "fermer"]))
    assert not TeamFeed.objects.exists()
    assert client.get(reverse("maintenance:feed", args=["x" * 32])).status_code == 404
