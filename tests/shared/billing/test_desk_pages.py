"""The pages of the régie: filters, gestures, bad input kept, rights; the same queries whatever the rows."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from beffroi.shared.billing import actions, sources
from beffroi.shared.billing.models import Closing, Deposit, Invoice, Payment, Regie, Run, Slip, Tariff
from tests.shared.billing.conftest import line

DESK = "/bureau/regie"


@pytest.fixture
def desk(client, regisseur, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    return client


def text(answer):
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_list_filters_sorts_and_exports(desk, make_invoice):
    late = make_invoice(1000, issued_on=date(2026, 1, 5))
    make_invoice(2000)
    page = text(desk.get(f"{DESK}/factures/?etat=retard&tri=-total&q=ACM"))
    assert late.number in page
    assert "plus de 90 jours" in page
    assert "1 facture" in page.replace("\u00a0", " ")
    export = desk.get(f"{DESK}/factures/export.csv?etat=retard").content.decode("utf-8-sig")
    assert len(export.splitlines()) == 2
    assert "10,00" in export
    assert "Aucune" in text(desk.get(f"{DESK}/factures/?q=introuvable"))


def test_list_asks_the_same_number_of_queries_for_few_and_many(desk, make_invoice):
    make_invoice()
    desk.get(f"{DESK}/factures/")
    with CaptureQueriesContext(connection) as few:
        desk.get(f"{DESK}/factures/")
    for _rank in range(9):
        make_invoice()
    desk.get(f"{DESK}/factures/")
    with CaptureQueriesContext(connection) as many:
        desk.get(f"{DESK}/factures/")
    assert len(few) == len(many) <= 12


def test_credit_note_keeps_what_was_typed_when_it_is_refused(desk, make_invoice):
    invoice = make_invoice(4200)
    path = f"{DESK}/factures/{invoice.number}/avoir/"
    page = text(desk.post(path, {"amount": "42,01", "reason": "Erreur"}))
    assert "42,01" in page
    assert "déjà annulé" in page
    assert "par exemple 12,50" in text(desk.post(path, {"amount": "beaucoup", "reason": "Erreur"}))
    desk.post(path, {"amount": "2,00", "reason": "Erreur"})
    assert invoice.credit_notes.get().total == -200
    assert invoice.credit_notes.get().number in text(desk.get(f"{DESK}/factures/{invoice.number}/"))


def test_reminder_is_sent_once_by_step(desk, make_invoice):
    invoice = make_invoice(4200, issued_on=date(2026, 1, 5))
    for _rank in range(4):
        desk.post(f"{DESK}/factures/{invoice.number}/relancer/")
    assert list(invoice.reminders.values_list("step", flat=True)) == [1, 2, 3]


def test_counter_finds_the_payer_and_collects_once(desk, make_invoice, payer):
    invoice = make_invoice(4200)
    assert "1 facture à payer" in text(desk.get(f"{DESK}/guichet/?q=dupre")).replace("\u00a0", " ")
    path = f"{DESK}/guichet/ACM/{payer.pk}/"
    page = desk.get(path)
    key = page.context["form"]["client_uuid"].value()
    data = {"client_uuid": key, "invoices": [invoice.number], "method": "cheque", "amount": "42,00"}
    assert "numéro" in text(desk.post(path, data))
    data |= {"reference": "0001234", "bank": "Banque"}
    first = desk.post(path, data)
    assert first["Location"] == desk.post(path, data)["Location"]
    payment = Payment.objects.get()
    assert (payment.amount, payment.reference) == (4200, "0001234")
    assert desk.get(f"{DESK}/journal/{payment.pk}/quittance.pdf").content.startswith(b"%PDF")
    assert "42,00" in text(desk.get(f"{DESK}/journal/?moyen=cheque"))
    assert desk.get(f"{DESK}/journal/export.xlsx").status_code == 200


def test_overpaid_is_used_or_given_back_and_a_cheque_bounces(desk, make_invoice, payer, regie, regisseur):
    payment, _made = actions.receive_payment(regie=regie, method="cheque", amount=5000, payer=payer, actor=regisseur)
    make_invoice(4200)
    desk.post(f"{DESK}/journal/{payment.pk}/avance/")
    payment.refresh_from_db()
    assert payment.free == 800
    path = f"{DESK}/journal/{payment.pk}/rembourser/"
    assert "Au plus" in text(desk.post(path, {"amount": "9", "method": "transfer", "reason": "Trop-perçu"}))
    desk.post(path, {"amount": "8", "method": "transfer", "reason": "Trop-perçu"})
    assert Payment.objects.filter(kind="refund").get().amount == -800
    other, _made = actions.receive_payment(regie=regie, method="cheque", amount=100, payer=payer, actor=regisseur)
    desk.post(f"{DESK}/journal/{other.pk}/rejeter/", {"reason": "Sans provision"})
    assert Payment.objects.filter(kind="bounce").get().origin == other
    assert "Rejet" in text(desk.get(f"{DESK}/journal/{other.pk}/"))


def test_day_is_counted_and_closed(desk, regie, payer, regisseur):
    actions.receive_payment(regie=regie, method="cash", amount=2500, payer=payer, actor=regisseur)
    today = timezone.localdate()
    assert "25,00" in text(desk.get(f"{DESK}/caisse/ACM/"))
    path = f"{DESK}/caisse/ACM/arreter/"
    page = text(desk.post(path, {"day": today, "p2000": "1"}))
    assert "expliquez" in page
    assert 'value="1"' in page
    answer = desk.post(path, {"day": today, "p2000": "1", "p500": "1"}, follow=True)
    assert "aucun" in text(answer)
    assert Closing.objects.get().difference == 0


def test_deposit_takes_what_is_ticked(desk, regie, payer, regisseur):
    made = [
        actions.receive_payment(
            regie=regie, method="cheque", amount=amount, payer=payer, actor=regisseur, reference=str(amount)
        )[0]
        for amount in (100, 200, 300)
    ]
    path = f"{DESK}/caisse/ACM/remise/"
    assert "remis" in text(desk.post(path, {"kind": "cheque"}))
    answer = desk.post(path, {"kind": "cheque", "choix": [made[0].pk, made[2].pk], "reference": "R1"})
    deposit = Deposit.objects.get()
    assert deposit.amount == 400
    assert "4,00" in text(desk.get(answer["Location"]))
    assert desk.get(f"{answer['Location']}bordereau.pdf").content.startswith(b"%PDF")
    assert "La caisse contient" in text(desk.post(path, {"kind": "cash", "amount": "5"}))


def test_slip_is_written_followed_and_its_return_read(desk, make_invoice):
    from tests.shared.billing.test_slips import collected

    make_invoice(4205, issued_on=date(2026, 1, 5))
    data = {"label": "Restes", "period": "1", "late_only": "on"}
    answer = desk.post(f"{DESK}/bordereaux/ACM/nouveau/", data)
    slip = Slip.objects.get()
    assert desk.get(f"{answer['Location']}fichier.xml").content.startswith(b"<?xml")
    desk.post(f"{answer['Location']}suite/", {"geste": "sent"})
    assert "Transmis" in text(desk.get(answer["Location"]))
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("retour.xml", collected(slip, "42.05"))
    page = text(desk.post(f"{DESK}/bordereaux/ACM/retour/", {"file": file}))
    assert "1 encaissement reçu" in page.replace("\u00a0", " ")
    assert not Invoice.objects.unpaid().exists()


def test_tariff_is_written_read_back_and_followed(desk, regie, make_invoice):
    data = {
        "regie": regie.pk,
        "unit": "childcare.day",
        "label": "Journée",
        "start": "2026-01-01",
        "age_min": "3",
        "age_max": "11",
        "method": "bands",
        "upto0": "400",
        "resident0": "4,50",
        "resident1": "8",
        "siblings": "1 ; 0,9",
        "unbooked": "2",
        "exceptions": "24/12/2026 ; 24/12/2026 ; 0,5 ; Veille de Noël",
    }
    assert "ne peut pas être plus bas" in text(desk.post(f"{DESK}/tarifs/nouveau/", data | {"resident1": "1"}))
    assert "écrivez du" in text(desk.post(f"{DESK}/tarifs/nouveau/", data | {"exceptions": "Noël"}))
    desk.post(f"{DESK}/tarifs/nouveau/", data)
    tariff = Tariff.objects.get()
    assert tariff.rule["bands"][0] == {"upto": 400, "prices": {"resident": 450}}
    page = text(desk.get(f"{DESK}/tarifs/{tariff.pk}/"))
    assert "Quotient de 0 à 400" in page
    assert "prix × 2" in page
    page = text(desk.get(f"{DESK}/tarifs/{tariff.pk}/corriger/"))
    assert "4,50" in page
    assert "24/12/2026 ; 24/12/2026 ; 0,5 ; Veille de Noël" in page
    make_invoice(lines=[line(450, tariff=tariff.pk)])
    later = timezone.localdate() + timedelta(days=10)
    desk.post(f"{DESK}/tarifs/{tariff.pk}/corriger/", data | {"start": later.isoformat(), "resident0": "5"})
    tariff.refresh_from_db()
    assert tariff.end == later - timedelta(days=1)
    assert tariff.followers.get().rule["bands"][0]["prices"] == {"resident": 500}


def test_effort_rate_goes_through_the_form(desk, regie):
    data = {
        "regie": regie.pk,
        "unit": "childcare.hour",
        "label": "Heure",
        "start": "2026-01-01",
        "age_min": "0",
        "age_max": "150",
        "method": "effort",
        "effort_rates": "0,2 ; 0,15",
        "floor_resident": "0,50",
        "ceiling_resident": "2",
        "hourly": "on",
        "step": "15",
        "siblings": "",
    }
    desk.post(f"{DESK}/tarifs/nouveau/", data)
    rule = Tariff.objects.get().rule
    assert rule["effort"] == {"rates": ["0.2", "0.15"], "floor": {"resident": 50}, "ceiling": {"resident": 200}}
    assert rule["clock"]["step"] == 15


@pytest.fixture
def tariffs(regie, regisseur):
    for start, end, price in ((date(2026, 1, 1), date(2026, 12, 31), 1000), (date(2027, 1, 1), None, 1100)):
        rule = {"bands": [{"upto": 500, "prices": {"resident": price}}, {"upto": None, "prices": {"resident": 1200}}]}
        actions.save_tariff(
            Tariff(regie=regie, unit="jour", label="Jour", start=start, end=end, rule=rule), actor=regisseur
        )


def test_simulator_compares_two_dates(desk, regie, tariffs):
    data = {
        "regie": regie.pk,
        "before": "2026-12-01",
        "after": "2027-01-01",
        "table": "famille;quotient;prestation;quantite\nA;300;jour;2\nB;900;jour;1\nC;;autre;1",
    }
    page = text(desk.post(f"{DESK}/tarifs/simuler/", data))
    assert "+" in page or "2,00" in page
    assert "Sans tarif" in page
    export = desk.post(f"{DESK}/tarifs/simuler/", data | {"geste": "csv"}).content.decode("utf-8-sig")
    assert export.splitlines()[1] == "A;300;20,00;22,00;2,00"
    assert "Il manque la colonne" in text(desk.post(f"{DESK}/tarifs/simuler/", data | {"table": "a;b\n1;2"}))


def test_anybody_estimates_a_price(client, tariffs):
    page = text(client.get("/tarifs/?regie=ACM&qf=300"))
    assert "10,00" in page
    assert "QF 300" in page
    assert "quotient familial inconnu" in text(client.get("/tarifs/?regie=ACM"))


def test_regie_is_opened_and_its_code_stays(desk, operator, make_invoice):
    data = {
        "organisation": operator.pk,
        "code": "MED",
        "name": "Médiathèque",
        "payment_days": "30",
        "cash_limit": "1200",
        "payfip_mode": "T",
        "debit_notice_days": "14",
        "is_active": "on",
    }
    assert "capitales" in text(desk.post(f"{DESK}/regies/nouvelle/", data | {"code": "médi"}))
    desk.post(f"{DESK}/regies/nouvelle/", data)
    assert Regie.objects.get(code="MED").cash_limit == 120_000
    make_invoice()
    assert "ne change plus" in text(desk.post(f"{DESK}/regies/ACM/", data | {"code": "XYZ"}))


def test_run_is_prepared_looked_at_and_launched(desk, regie, payer):
    def bills(regie, start, end):
        yield actions.Bill(payer=payer, lines=[line(900)], source=f"e:{start}", anomalies=["Quotient inconnu"])

    sources.register(sources.Source(code="essai", label="Essai", bills=bills))
    today = timezone.localdate()
    data = {
        "regie": regie.pk,
        "source": "essai",
        "label": "Octobre",
        "start": "2026-10-01",
        "end": "2026-10-31",
        "issued_on": today,
        "due_on": today + timedelta(days=30),
    }
    try:
        assert "finit avant" in text(desk.post(f"{DESK}/facturations/nouvelle/", data | {"end": "2026-09-01"}))
        desk.post(f"{DESK}/facturations/nouvelle/", data)
        run = Run.objects.get()
        assert "Aperçu en cours" in text(desk.get(run.get_absolute_url()))
        actions.preview(run)
        page = text(desk.get(run.get_absolute_url()))
        assert "Quotient inconnu" in page
        assert "Émettre 1" in page.replace("\u00a0", " ")
        assert desk.get(f"{run.get_absolute_url()}anomalies.csv").status_code == 200
        desk.post(f"{run.get_absolute_url()}lancer/")
        run.refresh_from_db()
        actions.issue_run(run)
        assert "Terminée" in text(desk.get(run.get_absolute_url()))
        assert "déjà facturée" in text(desk.post(f"{DESK}/facturations/nouvelle/", data))
    finally:
        sources._sources.pop("essai")


PATHS = ("factures/", "journal/", "caisse/ACM/", "bordereaux/", "tarifs/", "regies/", "facturations/")
WRITES = ("guichet/", "caisse/ACM/arreter/", "caisse/ACM/remise/", "bordereaux/ACM/nouveau/", "tarifs/nouveau/")


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [("regisseur", 200, 200), ("admin", 200, None), ("agent", 403, 403), ("elected", 403, 403), ("", 403, 403)],
)
def test_roles_open_what_they_may(client, settings, make_user, operator, regie, role, reads, writes):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(make_user(role, operator) if role else make_user())
    assert {client.get(f"{DESK}/{path}").status_code for path in PATHS} == {reads}
    if writes:
        assert {client.get(f"{DESK}/{path}").status_code for path in WRITES} == {writes}


def test_agent_of_another_body_sees_nothing(client, settings, make_user, commune, make_invoice):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    invoice = make_invoice()
    client.force_login(make_user("regisseur", commune))
    assert client.get(f"{DESK}/factures/{invoice.number}/").status_code == 404
    assert client.get(f"{DESK}/caisse/ACM/").status_code == 404
    assert invoice.number not in text(client.get(f"{DESK}/factures/"))
    assert json.dumps(client.get(f"{DESK}/factures/export.csv").content.decode()).count("ACM-") == 0
