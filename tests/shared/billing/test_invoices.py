"""Invoices: numbers without gap, nothing that changes, sums that agree; the database decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Counter, Invoice, InvoiceLine, Leg, Posting
from tests.shared.billing.conftest import line


def balances():
    """{posting: sum of its legs}, and the sum by account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(amount) FROM billing_leg GROUP BY posting_id")
        sums = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT account, sum(amount) FROM billing_leg GROUP BY account")
        return sums, dict(cursor.fetchall())


def test_issue_numbers_freezes_and_posts(make_invoice, payer):
    first, second = make_invoice(4200), make_invoice(800)
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"ACM-{year}-000001", f"ACM-{year}-000002"]
    assert (first.payer_name, first.payer_address) == ("Camille Dupré", "3 rue du Moulin\n80630 Beauval")
    sums, accounts = balances()
    assert set(sums) == {0}
    assert accounts == {"receivable": 5000, "sales": -5000}
    assert Entry.objects.filter(verb="billing.issue").count() == 2


def test_same_source_twice_gives_the_same_invoice(make_invoice):
    first = make_invoice(4200, source="childcare:2026-10:home:1")
    assert make_invoice(4200, source="childcare:2026-10:home:1") == first
    assert Invoice.objects.count() == 1


def test_payer_may_be_a_body(make_invoice, commune):
    invoice = make_invoice(1000, payer=commune)
    assert (invoice.payer, invoice.payer_body_id, invoice.payer_name) == (None, commune.pk, "Beauval")


def test_negative_or_empty_invoice_is_refused(make_invoice):
    with pytest.raises(ValidationError, match="avoir"):
        make_invoice(-100)
    with pytest.raises(ValidationError, match="au moins une ligne"):
        make_invoice(lines=[])


@pytest.mark.parametrize("change", [{"total": 1}, {"payer_name": "X"}, {"number": "Z"}, {"paid": 1}, {"label": "X"}])
def test_invoice_is_never_changed(make_invoice, change):
    invoice = make_invoice()
    with pytest.raises(IntegrityError, match="credit note|sum of the allocations"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**change)


@pytest.mark.parametrize("model", [Invoice, InvoiceLine, Posting, Leg, Counter])
def test_nothing_is_ever_deleted(make_invoice, model):
    make_invoice()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_name_of_the_payer_goes_after_ten_years(make_invoice):
    invoice = make_invoice(issued_on=date(2014, 1, 3))
    assert Invoice.objects.filter(pk=invoice.pk).update(payer_name="payeur effacé", payer_address="") == 1


def test_number_taken_without_its_invoice_is_refused(regie, make_invoice):
    make_invoice()
    with transaction.atomic():
        Counter.objects.update(last=9)
        with pytest.raises(IntegrityError, match="taken and not used"):
            connection.check_constraints()
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        Counter.objects.update(last=0)


def test_number_not_given_by_the_counter_is_refused(make_invoice):
    invoice = make_invoice()
    invoice.pk, invoice.rank, invoice.number = None, 9, "ACM-2026-000009"
    with pytest.raises(IntegrityError, match="not given by the counter"), transaction.atomic():
        invoice.save(force_insert=True)


def test_line_added_afterwards_is_refused(make_invoice):
    invoice = make_invoice()
    with pytest.raises(IntegrityError, match="come all at once"), transaction.atomic():
        InvoiceLine.objects.create(invoice=invoice, position=2, label="X", unit_price=1, amount=1)


def test_posting_that_does_not_balance_is_refused(regie):
    posting = Posting.objects.create(regie=regie, kind="invoice", day=timezone.localdate(), label="X")
    with pytest.raises(IntegrityError, match="make zero"), transaction.atomic():
        Leg.objects.create(posting=posting, account="cash", amount=1)
    with pytest.raises(IntegrityError, match="two legs at least"):
        connection.check_constraints()


def test_credit_note_on_an_unpaid_invoice_lowers_what_is_due(make_invoice, regisseur):
    invoice = make_invoice(4200)
    note = actions.issue_credit_note(invoice, actor=regisseur, reason="Erreur de saisie", amount=1200)
    invoice.refresh_from_db()
    assert (note.total, invoice.due) == (-1200, 3000)
    assert balances()[1] == {"receivable": 3000, "sales": -3000}
    with pytest.raises(ValidationError, match="déjà annulé"):
        actions.issue_credit_note(invoice, actor=regisseur, reason="Encore", amount=3001)
    actions.issue_credit_note(invoice, actor=regisseur, reason="Le reste")
    invoice.refresh_from_db()
    assert invoice.status == ("Réglée", "done")


def test_credit_note_on_a_paid_invoice_leaves_an_advance(make_invoice, regie, payer, regisseur):
    invoice = make_invoice(4200)
    payment, _created = actions.receive_payment(
        regie=regie, method="cheque", amount=4200, payer=payer, invoices=[invoice], actor=regisseur
    )
    actions.issue_credit_note(invoice, actor=regisseur, reason="Absence justifiée", amount=1000)
    payment.refresh_from_db()
    invoice.refresh_from_db()
    assert (payment.free, invoice.due, invoice.paid) == (1000, 0, 4200)
    assert balances()[1] == {"receivable": 0, "sales": -3200, "cheque": 4200, "advance": -1000}


def test_credit_note_wants_a_reason(make_invoice, regisseur):
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        actions.issue_credit_note(make_invoice(), actor=regisseur, reason=" ")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double(regie, payer):
    def issue(rank):
        try:
            return actions.issue_invoice(regie=regie, payer=payer, lines=[line(100)], source=f"x:{rank % 12}").number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        numbers = set(pool.map(issue, range(24)))
    assert len(numbers) == 12
    ranks = list(Invoice.objects.order_by("rank").values_list("rank", flat=True))
    assert ranks == list(range(1, 13))
