"""Down payments: asked once, taken off the next invoices and never more; credit notes follow. One-off invoices."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.shared.billing import actions, figures, rates, sources, tariffs
from beffroi.shared.billing.models import DownPayment, DownPaymentUse, Invoice, Tariff
from tests.shared.billing.conftest import line


def ask(regie, payer, actor, amount=3000, key="1"):
    return actions.ask_down_payment(
        regie=regie,
        payer=payer,
        amount=amount,
        source="essai",
        key=key,
        label="Acompte : Mercredis",
        subject="Léa",
        beneficiary="essai:1",
        care=True,
        actor=actor,
    )


def bill(payer, amount=10_000, source="essai:1", **fields):
    return actions.Bill(payer=payer, lines=[line(amount, care=amount)], source=source, deducts="essai", **fields)


def issue(regie, actor, *bills):
    return actions.issue_many(regie, bills, actor=actor)


def test_it_is_invoiced_once_and_taken_off_the_next_invoice(regie, payer, regisseur):
    asked = ask(regie, payer, regisseur)
    assert ask(regie, payer, regisseur) == asked
    assert asked.total == 3000
    (first, second) = issue(regie, regisseur, bill(payer), bill(payer, source="essai:2"))
    assert (first.total, second.total) == (7000, 10_000)
    told = first.lines.get(amount=-3000)
    assert asked.number in told.label
    assert DownPayment.objects.get().left == 0
    assert Invoice.objects.count() == 3


def test_a_small_invoice_takes_its_part_and_the_rest_waits(regie, payer, regisseur):
    ask(regie, payer, regisseur)
    small, large = issue(regie, regisseur, bill(payer, 1000), bill(payer, 9000, "essai:2"))
    assert (small.total, large.total) == (0, 7000)
    assert small.due == 0
    assert sorted(DownPaymentUse.objects.values_list("amount", flat=True)) == [1000, 2000]


def test_the_childcare_certified_is_neither_lost_nor_doubled(regie, payer, regisseur):
    asked = ask(regie, payer, regisseur)
    (invoice,) = issue(regie, regisseur, bill(payer))
    cares = [row.care for one in (asked, invoice) for row in one.lines.all()]
    assert sum(cares) == 10_000


def test_only_the_bills_of_its_source_and_of_its_payer_are_lowered(regie, payer, make_payer, regisseur, make_invoice):
    ask(regie, payer, regisseur)
    other = make_payer(last_name="Autre")
    assert issue(regie, regisseur, bill(other))[0].total == 10_000
    assert make_invoice(5000).total == 5000
    assert DownPayment.objects.get().left == 3000


def test_the_same_bill_again_takes_nothing_more(regie, payer, regisseur):
    ask(regie, payer, regisseur)
    issue(regie, regisseur, bill(payer))
    assert issue(regie, regisseur, bill(payer)) == []
    assert DownPaymentUse.objects.count() == 1


def test_a_down_payment_is_credited_only_for_what_is_left(regie, payer, regisseur):
    asked = ask(regie, payer, regisseur)
    issue(regie, regisseur, bill(payer, 1000))
    with pytest.raises(ValidationError, match="déjà déduit"):
        actions.issue_credit_note(asked, actor=regisseur, reason="Désistement")
    actions.issue_credit_note(asked, actor=regisseur, reason="Désistement", amount=2000)
    assert DownPayment.objects.get().left == 0
    assert issue(regie, regisseur, bill(payer, 500, "essai:2"))[0].total == 500


def test_cancelling_an_invoice_gives_its_down_payment_back(regie, payer, regisseur):
    ask(regie, payer, regisseur)
    (invoice,) = issue(regie, regisseur, bill(payer))
    actions.issue_credit_note(invoice, actor=regisseur, reason="Erreur", amount=100)
    assert DownPayment.objects.get().left == 0
    actions.issue_credit_note(invoice, actor=regisseur, reason="Erreur")
    assert DownPayment.objects.get().left == 3000


def test_the_database_refuses_to_take_off_more_than_was_asked(regie, payer, regisseur):
    ask(regie, payer, regisseur)
    with pytest.raises(IntegrityError), transaction.atomic():
        DownPayment.objects.update(used=3001)


def test_the_preview_of_a_run_tells_what_will_be_asked(regie, payer, regisseur):

    day = datetime.date(2026, 10, 1)
    ask(regie, payer, regisseur)
    kept = dict(sources._sources)
    sources.register(sources.Source(code="essai", label="Essai", bills=lambda *_: iter([bill(payer)])))
    try:
        run = actions.prepare_run(
            regie=regie, source="essai", start=day, end=day, label="Essai", issued_on=day, due_on=day, actor=regisseur
        )
        assert actions.preview(run).expected_total == 7000
        actions.launch_run(run, actor=regisseur)
        assert actions.issue_run(run).total == 7000
    finally:
        sources._sources.clear()
        sources._sources.update(kept)


def typed(*lines, **fields):
    data = {
        "client_uuid": str(uuid.uuid4()),
        "label": "Location de la salle",
        "due_on": "2099-01-31",
        "ligne-TOTAL_FORMS": "6",
        "ligne-INITIAL_FORMS": "0",
    }
    for rank, (label, quantity, price) in enumerate(lines):
        data |= {f"ligne-{rank}-label": label, f"ligne-{rank}-quantity": quantity, f"ligne-{rank}-price": price}
    return data | fields


def test_a_one_off_invoice_is_read_before_it_is_issued_and_issued_once(client, regie, payer, regisseur):
    client.force_login(regisseur)
    address = f"/bureau/regie/facture-isolee/{regie.code}/{payer.pk}/"
    assert address in client.get("/bureau/regie/facture-isolee/", {"q": "dupré"}).content.decode()
    data = typed(("Salle, une journée", "1", "120"), ("Chauffage", "2,5", "8,50"))
    page = client.post(address, data).content.decode()
    assert "141,25" in page
    assert not Invoice.objects.exists()
    assert "Salle, une journée" in client.post(address, data | {"corriger": "oui"}).content.decode()
    answer = client.post(address, data | {"emettre": "oui"})
    assert answer.status_code == 302
    invoice = Invoice.objects.get()
    assert (invoice.total, invoice.label, invoice.lines.count()) == (14_125, "Location de la salle", 2)
    client.post(address, data | {"emettre": "oui"})
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "fields", "said"),
    [
        ([], {}, "au moins une ligne"),
        ([("Salle", "1", "")], {}, "Écrivez le prix"),
        ([("", "1", "5")], {}, "ce qui est facturé"),
        ([("Salle", "1", "5")], {"due_on": "2020-01-01"}, "échéance"),
        ([("Salle", "1", "cinq")], {}, "montant en euros"),
    ],
)
def test_what_is_wrong_in_a_one_off_invoice_is_said_and_kept(client, regie, payer, regisseur, lines, fields, said):
    client.force_login(regisseur)
    address = f"/bureau/regie/facture-isolee/{regie.code}/{payer.pk}/"
    page = client.post(address, typed(*lines, **fields) | {"emettre": "oui"}).content.decode()
    assert said in page
    assert "Location de la salle" in page
    assert not Invoice.objects.exists()


def test_who_may_not_invoice_sees_none_of_it(client, regie, payer, make_user):
    client.force_login(make_user())
    assert client.get("/bureau/regie/facture-isolee/").status_code in (403, 404)
    assert client.get(f"/bureau/regie/facture-isolee/{regie.code}/{payer.pk}/").status_code in (403, 404)


def test_prices_and_costs_are_told_unit_by_unit(client, regie, payer, regisseur, make_invoice):
    rule = {
        "bands": [{"upto": None, "prices": {"resident": 1000}}],
        "penalties": {"late_amount": 500},
        "weekly_cap": 1500,
    }
    tariff = Tariff(regie=regie, unit="jour", label="Journée", start=datetime.date(2020, 1, 1), rule=rule, cost=3000)
    actions.save_tariff(tariff, actor=regisseur)
    day, at = datetime.date(2026, 11, 2), datetime.time
    uses = [
        rates.Use(
            unit="jour",
            day=day + datetime.timedelta(days=rank),
            family=rates.Family(),
            subject="Léa",
            pickup=at(18, 30),
            closing=at(18),
        )
        for rank in range(2)
    ]
    make_invoice(lines=tariffs.book(regie).price(uses).lines)
    today = timezone.localdate()
    (row,) = figures.costs([regie], today, today)
    assert (row.label, row.quantity, row.amount, row.price, row.share) == ("Journée", 2, 1500, 750, 25)
    client.force_login(regisseur)
    page = client.get("/bureau/regie/couts/").content.decode()
    assert "7,50" in page
    assert "30,00" in page
