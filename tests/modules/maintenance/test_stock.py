import io
import threading
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from beffroi.kernel.models import Entry
from beffroi.modules.maintenance import actions, figures
from beffroi.modules.maintenance.models import Level, Movement, Order, Part, Plan, Purchase, Store
from beffroi.modules.maintenance.notices import supplier as told_supplier
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Organisation


@pytest.fixture
def depot(operator, dispatcher):
    return actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)


@pytest.fixture
def van(operator, dispatcher):
    return actions.save_store(Store(organisation=operator, name="Fourgon"), actor=dispatcher)


@pytest.fixture
def part(operator, depot, dispatcher):
    part = actions.save_part(
        Part(organisation=operator, code="LED40", name="Lampe LED 40 W", price="18.50", minimum=2), actor=dispatcher
    )
    actions.count_part(part, depot, 10, actor=dispatcher)
    return part


def level(part, store):
    return Level.objects.get(part=part, store=store)


def test_part_used_costs_its_price_to_the_order(order, part, depot, worker):
    movement, _created = actions.use_part(order, part, depot, 2, actor=worker)
    movement.refresh_from_db()
    assert movement.cost == Decimal("37.00")
    assert level(part, depot).quantity == 8


def test_part_used_twice_by_a_replay_leaves_once(order, part, depot, worker):
    key = uuid.uuid4()
    for _ in range(2):
        actions.use_part(order, part, depot, 2, actor=worker, client_uuid=key)
    assert level(part, depot).quantity == 8


def test_movement_cannot_be_changed_even_in_the_database(part):
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.update(quantity=1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.all().delete()


def test_no_more_is_set_aside_than_is_free(make_order, part, depot, dispatcher):
    actions.reserve_part(make_order(), part, depot, 8, actor=dispatcher)
    with pytest.raises(ValidationError, match="que 2"):
        actions.reserve_part(make_order(), part, depot, 3, actor=dispatcher)


def test_closing_frees_what_was_set_aside_and_not_used(order, part, depot, dispatcher, worker):
    actions.reserve_part(order, part, depot, 5, actor=dispatcher)
    actions.use_part(order, part, depot, 2, actor=worker)
    assert level(part, depot).reserved == 3
    actions.close_order(order, actor=worker)
    assert (level(part, depot).quantity, level(part, depot).reserved) == (8, 0)


def test_cancelling_frees_what_was_set_aside(order, part, depot, dispatcher):
    actions.reserve_part(order, part, depot, 5, actor=dispatcher)
    actions.move_order(order, "cancel", actor=dispatcher, reason="Doublon")
    assert level(part, depot).reserved == 0


def test_count_writes_the_difference(part, depot, dispatcher):
    movement = actions.count_part(part, depot, 7, actor=dispatcher, comment="Casse")
    assert (movement.quantity, level(part, depot).quantity) == (-3, 7)
    assert actions.count_part(part, depot, 7, actor=dispatcher) is None


def test_no_more_is_given_back_than_was_taken(order, part, depot, worker):
    movement, _created = actions.use_part(order, part, depot, 2, actor=worker)
    actions.give_back(movement, 1, actor=worker)
    with pytest.raises(ValidationError, match="au plus"):
        actions.give_back(movement, 2, actor=worker)


def test_purchase_is_received_in_two_times(operator, part, depot, dispatcher):
    purchase = Purchase(organisation=operator, supplier="Élec Nord")
    actions.save_purchase(purchase, [{"part": part, "quantity": 10, "price": Decimal("19.20")}], actor=dispatcher)
    (line,) = purchase.lines.all()
    with pytest.raises(ValidationError):
        actions.receive_line(line, 4, depot, actor=dispatcher)
    actions.send_purchase(purchase, actor=dispatcher)
    actions.receive_line(line, 4, depot, actor=dispatcher)
    purchase.refresh_from_db()
    assert purchase.status == "ordered"
    actions.receive_line(line, 6, depot, actor=dispatcher)
    purchase.refresh_from_db()
    part.refresh_from_db()
    assert (purchase.status, part.price, level(part, depot).quantity) == ("received", Decimal("19.20"), 20)


def test_part_of_another_body_cannot_be_stored_here(part, commune, dispatcher):
    with pytest.raises(ValidationError, match="organisation"):
        actions.count_part(part, Store.objects.create(organisation=commune, name="Atelier"), 1, actor=dispatcher)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(steps=st.lists(st.tuples(st.sampled_from(["use", "count", "move"]), st.integers(1, 9)), max_size=12))
def test_level_is_always_the_sum_of_the_movements(order, part, depot, van, worker, steps):
    for what, number in steps:
        if what == "use":
            actions.use_part(order, part, depot, number, actor=worker)
        elif what == "count":
            actions.count_part(part, depot, number, actor=worker)
        else:
            try:
                actions.transfer_part(part, depot, van, number, actor=worker)
            except ValidationError:
                continue
    for one in Level.objects.all():
        moved = Movement.objects.filter(part=one.part, store=one.store).values_list("quantity", flat=True)
        assert sum(moved) == one.quantity


@pytest.mark.django_db(transaction=True)
def test_two_agents_taking_at_once_are_both_counted(order, part, depot, worker):
    start = threading.Barrier(4)

    def run():
        start.wait()
        actions.use_part(order, part, depot, 1, actor=worker)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert level(part, depot).quantity == 6


def test_round_is_one_order_and_each_fault_opens_a_repair(operator, dispatcher, worker):
    import datetime

    from beffroi.modules.maintenance.models import Checklist

    kind = AssetKind.objects.create(code="jeu", label="Jeu", group="Aires de jeux")
    games = [Asset.objects.create(kind=kind, organisation=operator, code=f"J{n}", name=f"Jeu {n}") for n in (1, 2)]
    checklist = actions.save_checklist(
        Checklist(organisation=operator, name="Jeux", lines=[{"label": "Fixations serrées ?", "kind": "yesno"}]),
        actor=dispatcher,
    )
    plan = Plan(
        organisation=operator,
        name="Aires de jeux",
        nature="inspection",
        is_round=True,
        checklist=checklist,
        start=datetime.date(2026, 12, 1),
    )
    actions.save_plan(plan, actor=dispatcher, assets=games)
    assert actions.generate(today=datetime.date(2026, 12, 1)) >= 1
    round_order = Order.objects.order_by("pk").first()
    first, second = round_order.checks.all()
    actions.answer_check(first, "oui", actor=worker)
    answer, _created = actions.answer_check(second, "non", actor=worker, comment="Boulon manquant")
    again, _created = actions.answer_check(second, "non", actor=worker)
    repair = answer.opened_order
    assert (repair.asset, repair.origin, repair.description) == (games[1], "inspection", "Boulon manquant")
    assert again.opened_order == repair


@pytest.fixture
def supplier(db):
    return Organisation.objects.create(
        kind="company", name="Élec Nord", slug="elec-nord", email="commandes@example.invalid", city="Amiens"
    )


@pytest.fixture
def lacking(operator, depot, dispatcher, supplier):
    """Three parts at their threshold or under, of two suppliers at most; one that is not."""
    told = {
        "LED": {"minimum": 5, "supplier": supplier, "price": "18.50"},
        "FUS": {"minimum": 0, "supplier": supplier},
        "SEL": {"minimum": 10},
        "VIS": {"minimum": 1},
    }
    held = {"LED": 3, "FUS": 0, "SEL": 10, "VIS": 40}
    made = {}
    for code, fields in told.items():
        part = Part(organisation=operator, code=code, name=f"Pièce {code}", **fields)
        made[code] = actions.save_part(part, actor=dispatcher)
        if held[code]:
            actions.count_part(made[code], depot, held[code], actor=dispatcher)
    return made


def test_what_is_missing_is_counted_until_it_is_ordered(client, lacking, dispatcher, worker):
    assert {part.code for part in figures.to_order(dispatcher)} == {"LED", "FUS", "SEL"}
    client.force_login(dispatcher)
    shown = client.get(reverse("maintenance:stock"), {"vue": "manque"}).content.decode()
    assert "Commander ce qui manque" in shown
    assert "Pièce VIS" not in shown
    client.post(reverse("maintenance:order_missing"))
    lines = {
        purchase.supplier: {line.part.code: line.quantity for line in purchase.lines.all()}
        for purchase in Purchase.objects.all()
    }
    assert lines == {"Élec Nord": {"LED": 7, "FUS": 1}, "À choisir": {"SEL": 10}}
    assert not figures.to_order(dispatcher)
    client.post(reverse("maintenance:order_missing"))
    assert Purchase.objects.count() == 2
    actions.cancel_purchase(Purchase.objects.get(supplier="À choisir"), actor=dispatcher)
    assert [part.code for part in figures.to_order(dispatcher)] == ["SEL"]
    client.force_login(worker)
    assert client.post(reverse("maintenance:order_missing")).status_code == 403


def test_purchase_is_sent_to_the_supplier_and_printed(client, lacking, dispatcher, operator, supplier):
    purchase = Purchase(organisation=operator, supplier="Élec Nord", comment="Livrer au dépôt.")
    line = {"part": lacking["LED"], "quantity": 7, "price": Decimal("18.50")}
    actions.save_purchase(purchase, [line], actor=dispatcher)
    client.force_login(dispatcher)
    page = client.get(reverse("maintenance:purchase", args=[purchase.pk])).content.decode()
    assert "commandes@example.invalid" in page
    text = (
        PdfReader(io.BytesIO(client.get(reverse("maintenance:purchase_file", args=[purchase.pk])).content))
        .pages[0]
        .extract_text()
    )
    for words in (purchase.reference, "Élec Nord", "Pièce LED", "129,50", "Livrer au dépôt", str(operator)):
        assert words in text
    client.post(reverse("maintenance:purchase_move", args=[purchase.pk, "envoyer"]))
    entry = Entry.objects.get(verb="maintenance.purchase_send")
    (recipient,) = told_supplier(entry)
    assert recipient.email == "commandes@example.invalid"
    sent = render_to_string("maintenance/notices/purchase.txt", {"target": entry.target, "recipient": recipient})
    assert "Pièce LED" in sent
    assert purchase.reference in sent


def test_purchase_without_a_known_address_is_sent_to_nobody(client, lacking, dispatcher, operator, part):
    purchase = Purchase(organisation=operator, supplier="Quincaillerie du coin")
    actions.save_purchase(purchase, [{"part": part, "quantity": 1, "price": 1}], actor=dispatcher)
    client.force_login(dispatcher)
    assert "imprimez le bon" in client.get(reverse("maintenance:purchase", args=[purchase.pk])).content.decode()
    actions.send_purchase(purchase, actor=dispatcher)
    assert not list(told_supplier(Entry.objects.get(verb="maintenance.purchase_send")))


def test_what_is_missing_is_ordered_once_however_often_it_is_asked(lacking, dispatcher, operator):
    assert len(actions.order_missing(operator, actor=dispatcher)) == 2
    assert actions.order_missing(operator, actor=dispatcher) == []
