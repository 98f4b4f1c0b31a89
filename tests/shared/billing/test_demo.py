"""The sample data: loads twice without a double, balances, and shows every screen something."""

import pytest

from beffroi.shared.billing import demo
from beffroi.shared.billing.models import Closing, Deposit, Invoice, Payment, Slip, Tariff
from beffroi.shared.people.models import Person
from tests.shared.billing.test_invoices import balances


@pytest.mark.django_db
def test_demo_loads_twice_without_a_double(operator, commune, make_user):
    make_user("regisseur", operator, email="regie@example.invalid")
    for rank in range(8):
        Person.objects.create(
            first_name=f"P{rank}",
            last_name="Essai",
            address="1 rue A",
            postal_code="80630",
            city="Beauval",
            commune=commune,
        )
    demo.load()
    first = [model.objects.count() for model in (Invoice, Payment, Tariff, Closing, Deposit, Slip)]
    assert all(first)
    assert first[0] > 70
    demo.load()
    assert first == [model.objects.count() for model in (Invoice, Payment, Tariff, Closing, Deposit, Slip)]
    sums, accounts = balances()
    assert set(sums) == {0}
    assert sum(accounts.values()) == 0
    ranks = Invoice.objects.order_by("year", "rank").values_list("rank", "issued_on")
    assert [day for _rank, day in ranks] == sorted(day for _rank, day in ranks)
