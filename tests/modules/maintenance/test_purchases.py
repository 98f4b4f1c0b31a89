"""What is bought: the directory of suppliers, two purchases at the same instant, parts that fall to their threshold."""

import io
import re
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from beffroi.kernel.models import Delivery, Entry, NoticePreference
from beffroi.kernel.notices import filling
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Part, Purchase, Store
from beffroi.modules.maintenance.tasks import tell_low_parts
from beffroi.shared.organisations.models import Organisation
from tests.support.together import at_once

LOW = "maintenance.low"


@pytest.fixture
def depot(operator, dispatcher):
    return actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)


@pytest.fixture
def company(db):
    return Organisation.objects.create(
        kind="company",
        name="Élec Nord",
        slug="elec-nord",
        siret="73282932000074",
        city="Amiens",
        email="commandes@example.invalid",
    )


@pytest.fixture
def part(operator, depot, dispatcher, company):
    part = Part(organisation=operator, code="LED", name="Lampe", price="18.50", minimum=5, supplier=company)
    actions.save_part(part, actor=dispatcher)
    actions.count_part(part, depot, 8, actor=dispatcher)
    actions.tell_low_parts()
    return part


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


def told() -> list[Entry]:
    return list(Entry.objects.filter(verb=LOW).order_by("pk"))


def test_keeper_is_told_once_of_each_fall(part, depot, order, worker, dispatcher):
    actions.use_part(order, part, depot, 2, actor=worker)
    assert actions.tell_low_parts() == 0
    actions.use_part(order, part, depot, 1, actor=worker)
    assert [actions.tell_low_parts(), actions.tell_low_parts()] == [1, 0]
    assert told()[0].data == {"held": "5", "coming": "0", "minimum": "5"}
    actions.use_part(order, part, depot, 1, actor=worker)
    assert actions.tell_low_parts() == 0
    actions.count_part(part, depot, 20, actor=dispatcher)
    assert actions.tell_low_parts() == 0
    actions.count_part(part, depot, 3, actor=dispatcher)
    assert actions.tell_low_parts() == 1


def test_what_is_on_its_way_is_not_missing_until_its_purchase_is_cancelled(part, depot, dispatcher):
    line = {"part": part, "quantity": 10, "price": 1}
    purchase = actions.save_purchase(Purchase(organisation=part.organisation, supplier="X"), [line], actor=dispatcher)
    actions.count_part(part, depot, 1, actor=dispatcher)
    assert actions.tell_low_parts() == 0
    actions.cancel_purchase(purchase, actor=dispatcher)
    assert actions.tell_low_parts() == 1


def test_new_part_that_was_never_stocked_has_not_fallen(operator, dispatcher):
    actions.save_part(Part(organisation=operator, code="N", name="Neuve", minimum=2), actor=dispatcher)
    assert actions.tell_low_parts() == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_once(part, depot, dispatcher):
    actions.count_part(part, depot, 1, actor=dispatcher)
    assert sum(at_once(actions.tell_low_parts, actions.tell_low_parts)) == 1
    assert len(told()) == 1


def messages(entry) -> dict[str, set[str]]:
    filling.fill(entry)
    found: dict[str, set[str]] = {}
    for one in Delivery.objects.filter(entry=entry):
        found.setdefault(one.user.email if one.user else one.address, set()).add(one.channel)
    return found


def test_notice_goes_to_who_keeps_the_stock_as_they_prefer(part, depot, dispatcher, worker, make_user, operator):
    other = make_user("admin", operator)
    NoticePreference.objects.create(user=other, category="maintenance", email=False)
    actions.count_part(part, depot, 1, actor=worker)
    tell_low_parts(0)
    found = messages(told()[0])
    assert found == {dispatcher.email: {"inapp", "email"}, other.email: {"inapp"}}
    mail = Delivery.objects.get(user=dispatcher, channel="email")
    assert mail.subject == "À commander\u202f: Lampe"
    for words in ("il en reste 1. Le seuil est de 5.", "Élec Nord", f"/bureau/travaux/stock/pieces/{part.pk}/"):
        assert words in mail.body


def form_of(desk, **fields) -> dict:
    page = desk.get(reverse("maintenance:purchase_new")).content.decode()
    key = re.search(r'name="client_uuid" value="([^"]+)"', page)[1]
    return {
        "client_uuid": key,
        "lignes-TOTAL_FORMS": 1,
        "lignes-INITIAL_FORMS": 0,
        "lignes-0-quantity": "4",
    } | fields


def test_supplier_is_chosen_in_the_directory_by_its_siret_for_a_part_and_a_purchase(desk, part, company, operator):
    page = desk.get(reverse("maintenance:part_edit", args=[part.pk])).content.decode()
    assert "Élec Nord, 732\u202f829\u202f320\u202f00074, Amiens" in page
    form = form_of(desk, company=company.pk, organisation=operator.pk, **{"lignes-0-part": part.pk})
    purchase_page = desk.post(reverse("maintenance:purchase_new"), form, follow=True).content.decode()
    purchase = Purchase.objects.get()
    assert (purchase.company, purchase.supplier) == (company, "Élec Nord")
    assert "SIRET 73282932000074" in purchase_page
    assert "commandes@example.invalid" in purchase_page


def test_purchase_wants_a_supplier_and_keeps_what_was_typed(desk, part, operator):
    form = form_of(desk, organisation=operator.pk, comment="Pressé", **{"lignes-0-part": part.pk})
    page = desk.post(reverse("maintenance:purchase_new"), form).content.decode()
    assert "Choisissez un fournisseur, ou écrivez son nom." in page
    assert "Pressé" in page
    assert not Purchase.objects.exists()


def test_purchase_to_another_than_the_usual_supplier_is_not_sent_to_the_usual_one(part, dispatcher):
    line = {"part": part, "quantity": 1, "price": 1}
    purchase = Purchase(organisation=part.organisation, supplier="Quincaillerie du coin")
    actions.save_purchase(purchase, [line], actor=dispatcher)
    from beffroi.modules.maintenance.restock import supplier_of

    assert supplier_of(purchase) is None


def test_form_sent_twice_writes_one_purchase_and_a_second_one_of_the_same_part_is_asked(desk, part, company, operator):
    form = form_of(desk, company=company.pk, organisation=operator.pk, **{"lignes-0-part": part.pk})
    url = reverse("maintenance:purchase_new")
    assert desk.post(url, form).url == desk.post(url, form).url
    (first,) = Purchase.objects.all()
    other = form | {"client_uuid": str(uuid.uuid4())}
    page = desk.post(url, other).content.decode()
    assert f"Lampe est déjà sur {first.reference} (4 à venir)" in page
    assert 'type="checkbox" name="again"' in page
    assert Purchase.objects.count() == 1
    desk.post(url, other | {"again": "on"})
    assert Purchase.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_order_what_is_missing_at_once_order_it_once(part, depot, operator, dispatcher, make_user):
    actions.count_part(part, depot, 1, actor=dispatcher)
    other = make_user("admin", operator)
    answers = at_once(*(lambda who=who: actions.order_missing(operator, actor=who) for who in (dispatcher, other)))
    assert sorted(len(one) for one in answers) == [0, 1]
    assert Purchase.objects.get().company == part.supplier


@pytest.mark.django_db(transaction=True)
def test_two_purchases_of_the_same_part_written_at_once_are_one_and_a_question(part, operator, dispatcher, make_user):
    other = make_user("admin", operator)

    def write(who):
        purchase = Purchase(organisation=operator, supplier="Élec Nord")
        line = {"part": part, "quantity": 10, "price": Decimal(2)}
        return actions.save_purchase(purchase, [line], actor=who, client_uuid=uuid.uuid4(), again=False)

    answers = at_once(*(lambda who=who: write(who) for who in (dispatcher, other)))
    refused = [one for one in answers if isinstance(one, Exception)]
    assert len(refused) == 1
    assert "est déjà sur" in refused[0].message_dict["again"][0]
    assert Purchase.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_purchase_sent_twice_at_once_leaves_once(part, operator, dispatcher):
    line = {"part": part, "quantity": 10, "price": 2}
    purchase = actions.save_purchase(Purchase(organisation=operator, supplier="X"), [line], actor=dispatcher)
    at_once(*(lambda: actions.send_purchase(Purchase.objects.get(pk=purchase.pk), actor=dispatcher) for _ in range(3)))
    assert Entry.objects.filter(verb="maintenance.purchase_send").count() == 1


def test_purchase_that_was_sent_while_its_form_was_open_is_not_written_again(part, operator, dispatcher):
    line = {"part": part, "quantity": 10, "price": 2}
    purchase = actions.save_purchase(Purchase(organisation=operator, supplier="X"), [line], actor=dispatcher)
    opened = Purchase.objects.get(pk=purchase.pk)
    actions.send_purchase(purchase, actor=dispatcher)
    with pytest.raises(ValidationError, match="déjà envoyé"):
        actions.save_purchase(opened, [line | {"quantity": 99}], actor=dispatcher)
    purchase.refresh_from_db()
    assert (purchase.status, purchase.lines.get().quantity) == (Purchase.State.ORDERED, 10)


def test_suppliers_are_listed_found_and_taken_away(desk, part, company, operator, dispatcher):
    Organisation.objects.create(kind="company", name="Sel et Sable", slug="sel-et-sable", city="Arras")
    actions.save_purchase(
        Purchase(organisation=operator, company=company), [{"part": part, "quantity": 1, "price": 1}], actor=dispatcher
    )
    url = reverse("maintenance:suppliers")
    page = desk.get(url).content.decode()
    assert page.index("Élec Nord") < page.index("Sel et Sable")
    assert "?fournisseur=elec-nord" in page
    for typed in ("elec", "AMIENS", "732 829"):
        found = desk.get(url, {"q": typed}).content.decode()
        assert "Élec Nord" in found
        assert "Sel et Sable" not in found
    assert "export.xlsx?q=%C3%89lec+Nord" in desk.get(url, {"q": "Élec Nord"}).content.decode()
    sheet = load_workbook(io.BytesIO(desk.get(reverse("maintenance:suppliers_export", args=["xlsx"])).content)).active
    assert [cell.value for cell in sheet[2]][-2:] == [1, 1]
    stock = desk.get(reverse("maintenance:stock"), {"fournisseur": "elec-nord"}).content.decode()
    assert "LED" in stock
