import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beffroi.kernel import journal
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Absence, Checklist, Labour, Order, Part, Plan, Purchase, Store
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Team
from tests.modules.maintenance.conftest import MORNING

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


@pytest.fixture
def phone(client, worker):
    client.force_login(worker)
    return client


def test_dispatcher_opens_an_order_and_finds_it_in_the_list(desk, operator):
    form = {"title": "Reboucher un trou", "nature": "corrective", "priority": 2, "organisation": operator.pk}
    answer = desk.post(reverse("maintenance:order_new"), form)
    order = Order.objects.get()
    assert answer.url == order.get_absolute_url()
    assert order.reference in desk.get(reverse("maintenance:orders")).content.decode()


def test_double_click_on_a_new_order_opens_one(desk, operator):
    page = desk.get(reverse("maintenance:order_new"))
    key = page.context["form"]["client_uuid"].value()
    form = {
        "title": "Trou",
        "nature": "corrective",
        "priority": 2,
        "organisation": operator.pk,
        "client_uuid": str(key),
    }
    assert (
        desk.post(reverse("maintenance:order_new"), form).url == desk.post(reverse("maintenance:order_new"), form).url
    )
    assert Order.objects.count() == 1


def test_unknown_asset_is_told_beside_the_field_and_nothing_typed_is_lost(desk, operator):
    form = {"title": "Lampe", "nature": "corrective", "priority": 2, "organisation": operator.pk, "asset_code": "X99"}
    page = desk.post(reverse("maintenance:order_new"), form)
    assert "Aucun équipement" in page.content.decode()
    assert 'value="X99"' in page.content.decode()


def test_agent_in_the_field_starts_answers_and_ends(phone, order, dispatcher, worker):
    (check,) = actions.set_checks(order, [{"label": "Propre ?", "kind": "yesno", "required": True}], actor=dispatcher)
    url = reverse("maintenance:timer", args=[order.reference, "debut"]) + "?terrain=1"
    assert phone.post(url).url == reverse("maintenance:field_order", args=[order.reference])
    phone.post(reverse("maintenance:checks", args=[order.reference]), {f"c{check.pk}": "oui"})
    form = {"text": "Fait", "seen": journal.lines_about(order).last().pk}
    phone.post(reverse("maintenance:close", args=[order.reference]), form)
    order.refresh_from_db()
    assert (order.state, order.disputed_at, Labour.objects.get().worker) == ("done", None, worker)


def test_my_day_shows_what_is_given_to_my_team(phone, order, dispatcher, team):
    assert order.title not in phone.get("/terrain/").content.decode()
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team)
    assert order.title in phone.get("/terrain/").content.decode()


def test_planning_moves_an_order_and_keeps_its_hour(desk, order, dispatcher, team):
    actions.plan_order(order, actor=dispatcher, start=MORNING + HOUR, end=MORNING + 3 * HOUR, team=team)
    desk.post(reverse("maintenance:move", args=[order.reference]), {"verb": f"{team.pk}_2026-11-27"})
    order.refresh_from_db()
    day = datetime.timedelta(days=3)
    assert (order.planned_start, order.planned_end) == (MORNING + HOUR + day, MORNING + 3 * HOUR + day)


def test_planning_shows_the_teams_that_have_works_and_the_others_on_demand(desk, operator, team, make_order):
    desk_team, roads = Team.objects.create(organisation=operator, name="Accueil du public"), team.name
    url = reverse("maintenance:planning")

    def shown(**query) -> list[str]:
        rows = desk.get(url, query).context["rows"]
        return [row.name for row, _cells in rows if row]

    assert shown() == [desk_team.name, roads]  # nobody has works yet: nothing is hidden
    order = make_order(team=team)
    assert shown() == [roads]
    assert "Montrer aussi l’équipe qui n’a pas de travaux" in desk.get(url).content.decode()
    assert shown(equipes="toutes") == [desk_team.name, roads]
    order.team = desk_team
    order.save()
    actions.save_plan(Plan(organisation=operator, name="Fauchage", team=team, start="2026-11-02"), actor=None)
    assert shown() == [desk_team.name, roads]


def test_next_day_skips_the_week_end_and_the_holiday(desk, order, dispatcher):
    friday = MORNING.replace(month=12, day=24)  # the day after is Christmas, then a week-end
    actions.plan_order(order, actor=dispatcher, start=friday, end=friday + HOUR)
    desk.post(reverse("maintenance:move", args=[order.reference]), {"verb": "+1"})
    order.refresh_from_db()
    assert order.planned_start == MORNING.replace(month=12, day=28)


def test_moving_onto_an_absence_is_done_and_told(desk, order, operator, dispatcher, team, worker):
    day = datetime.date(2026, 11, 27)
    actions.add_absence(Absence(worker=worker, organisation=operator, start=day, end=day), actor=dispatcher)
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team, assignees=[worker])
    url = reverse("maintenance:move", args=[order.reference])
    page = desk.post(url, {"verb": f"{team.pk}_{day}"}, follow=True)
    assert "absence prévue : Paul Caron" in page.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_stale_card_of_the_planning_moves_nothing(desk, order, dispatcher, team):
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team)
    desk.post(reverse("maintenance:move", args=[order.reference]) + "?version=0", {"verb": f"{team.pk}_2026-11-27"})
    order.refresh_from_db()
    assert order.planned_start == MORNING


@pytest.mark.parametrize("verb", ["", "0_", "x_2026-11-27", "999999_2026-11-27", "0_2026-13-40"])
def test_unknown_cell_of_the_planning_moves_nothing(desk, order, verb):
    desk.post(reverse("maintenance:move", args=[order.reference]), {"verb": verb})
    order.refresh_from_db()
    assert order.planned_start is None


GESTURES = ["plan", "close", "checks", "labour", "expense", "part", "order_edit"]


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
@pytest.mark.parametrize("name", GESTURES)
def test_gestures_open_for_their_roles(client, make_user, operator, order, role, name):
    all_ = set(GESTURES)
    allowed = {"admin": all_, "secretary": all_, "agent": all_ - {"plan", "order_edit"}}.get(role, set())
    client.force_login(make_user(role, operator))
    status = client.get(reverse(f"maintenance:{name}", args=[order.reference])).status_code
    assert status == (200 if name in allowed else 403)


@pytest.mark.parametrize("url", ["maintenance:orders", "maintenance:planning"])
def test_lists_ask_as_many_queries_with_few_and_with_many(desk, make_order, dispatcher, team, worker, url):
    def ask(count):
        for _ in range(count):
            one = make_order()
            actions.plan_order(one, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team, assignees=[worker])
        with CaptureQueriesContext(connection) as seen:
            desk.get(reverse(url), {"semaine": "2026-11-23"})
        return len(seen)

    ask(1)  # what is read once for the process
    few = ask(2)
    assert ask(27) == few


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_list_is_exported(desk, order, kind):
    answer = desk.get(reverse("maintenance:export", args=[kind]))
    assert answer.status_code == 200
    if kind == "csv":
        assert order.reference in answer.content.decode()


def test_plan_is_written_previewed_and_opens_its_orders(desk, operator):
    form = {
        "name": "Révision de la saleuse",
        "nature": "preventive",
        "priority": 2,
        "organisation": operator.pk,
        "every": 1,
        "unit": "year",
        "origin": "scheduled",
        "start": "2026-01-05",
        "ahead_days": 0,
        "is_active": "on",
    }
    assert desk.post(reverse("maintenance:plan_new"), form).status_code == 302
    assert "Révision de la saleuse" in desk.get(reverse("maintenance:plans")).content.decode()
    for _ in range(2):
        desk.post(reverse("maintenance:generate"))
    assert list(Order.objects.values_list("title", "due_on")) == [("Révision de la saleuse", datetime.date(2026, 1, 5))]


def test_plan_of_a_season_on_working_days_is_previewed_as_it_will_open(desk, operator):
    form = {
        "name": "Fauchage",
        "nature": "preventive",
        "priority": 2,
        "organisation": operator.pk,
        "every": 1,
        "unit": "month",
        "origin": "scheduled",
        "start": "2027-04-01",
        "months": ["5", "6"],
        "shift": "next",
        "ahead_days": 0,
        "is_active": "on",
        "needs_signature": "on",
    }
    desk.post(reverse("maintenance:plan_new"), form)
    (plan,) = desk.get(reverse("maintenance:plans")).context["plans"]
    due = list(actions.due_of(plan, datetime.date(2027, 12, 31)))
    assert [one.day for one in due] == [datetime.date(2027, 5, 3), datetime.date(2027, 6, 1)]  # 1 May is off
    actions.open_due(due[0], actor=None)
    order = Order.objects.get()
    assert (order.due_on, order.needs_signature) == (datetime.date(2027, 5, 3), True)


def test_plan_takes_the_assets_that_are_named_and_those_of_a_kind(desk, operator, commune):
    kind = AssetKind.objects.create(code="borne", label="Borne", group="Eau")
    other = AssetKind.objects.create(code="banc", label="Banc", group="Mobilier")
    lots = [Asset.objects.create(kind=kind, organisation=operator, code=f"B-{n}", name="Borne") for n in range(3)]
    bench = Asset.objects.create(kind=other, organisation=operator, code="BANC-1", name="Banc")
    form = {
        "name": "Tournée",
        "nature": "inspection",
        "priority": 2,
        "organisation": operator.pk,
        "every": 1,
        "unit": "year",
        "origin": "scheduled",
        "start": "2026-01-05",
        "ahead_days": 0,
        "is_active": "on",
        "is_round": "on",
        "asset_codes": "banc-1, inconnu",
        "asset_kind": kind.pk,
    }
    page = desk.post(reverse("maintenance:plan_new"), form).content.decode()
    assert "ne porte" in page
    assert "INCONNU" in page
    assert desk.post(reverse("maintenance:plan_new"), form | {"asset_codes": "banc-1"}).status_code == 302
    plan = Plan.objects.get()
    assert set(plan.assets.all()) == {bench, *lots}
    assert "BANC-1" in desk.get(reverse("maintenance:plan_edit", args=[plan.pk])).content.decode()


def test_list_is_written_line_by_line(desk, operator):
    url = reverse("maintenance:checklist_new")
    form = {
        "name": "Aire de jeux",
        "organisation": operator.pk,
        "lignes-TOTAL_FORMS": 2,
        "lignes-INITIAL_FORMS": 0,
        "lignes-0-label": "Hauteur du sol",
        "lignes-0-kind": "number",
        "lignes-0-minimum": "40",
        "lignes-0-maximum": "20",
        "lignes-1-label": "",
        "lignes-1-kind": "yesno",
    }
    assert "le minimum dépasse le maximum" in desk.post(url, form).content.decode()
    assert desk.post(url, form | {"lignes-0-maximum": "60"}).status_code == 302
    (kept,) = Checklist.objects.get().lines
    assert (kept["label"], kept["maximum"]) == ("Hauteur du sol", "60")


def test_purchase_is_written_sent_and_received_once(desk, operator, dispatcher):
    store = actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)
    part = actions.save_part(Part(organisation=operator, code="LED", name="Lampe", price=12), actor=dispatcher)
    form = {
        "supplier": "Élec Nord",
        "organisation": operator.pk,
        "lignes-TOTAL_FORMS": 1,
        "lignes-INITIAL_FORMS": 0,
        "lignes-0-part": part.pk,
        "lignes-0-quantity": "6",
        "lignes-0-price": "11.50",
    }
    page = desk.post(reverse("maintenance:purchase_new"), form).url
    purchase = Purchase.objects.get()
    desk.post(reverse("maintenance:purchase_move", args=[purchase.pk, "envoyer"]))
    key = desk.get(page).context["form"]["client_uuid"].value()
    received = {"store": store.pk, "client_uuid": str(key), f"l{purchase.lines.get().pk}": "4"}
    for _ in range(2):
        desk.post(page, received)
    assert part.levels.get().quantity == 4


def test_count_tells_the_difference(desk, operator, dispatcher):
    store = actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)
    part = actions.save_part(Part(organisation=operator, code="LED", name="Lampe"), actor=dispatcher)
    page = desk.post(
        reverse("maintenance:count", args=[part.pk]), {"store": store.pk, "counted": "7"}, follow=True
    ).content.decode()
    assert "Écart corrigé" in page
    assert "+7" in page


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
@pytest.mark.parametrize("name", ["plans", "checklists", "team_settings", "part_new", "purchase_new"])
def test_upkeep_is_for_those_who_dispatch(client, make_user, operator, role, name):
    client.force_login(make_user(role, operator))
    status = client.get(reverse(f"maintenance:{name}")).status_code
    assert status == (200 if role in ("admin", "secretary") else 403)
