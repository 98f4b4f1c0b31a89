"""Sample data: a régie, its tariffs, a year of invoices and payments, made by the same actions as anyone's."""

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format

from beffroi.kernel import journal
from beffroi.kernel.models import User
from beffroi.shared.billing import actions, rates, tariffs
from beffroi.shared.billing.layouts_ready import READY
from beffroi.shared.billing.models import Account, DebitMandate, Invoice, Regie, Tariff, TariffDraft
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people.models import Person

DAY = datetime.timedelta(days=1)
CODE = "ACM"
PAYERS = 8
MONTHS = 12
TARIFFS = (
    ("childcare.day", "Journée avec repas", (450, 720, 980, 1290), ("1", "0.9", "0.8"), 240),
    ("childcare.half", "Demi-journée sans repas", (210, 340, 460, 590), ("1", "0.9", "0.8"), 0),
    ("childcare.meal", "Repas", (240, 310, 380, 420), ("1",), None),
)
COSTS = {"childcare.day": 3850, "childcare.half": 1720, "childcare.meal": 820}
BOUNDS = (450, 750, 1100, None)


def _rule(prices, siblings, residents, meal: int | None, raised: int = 0) -> dict:
    """`meal` = what of the price pays for food; None = all of it: no childcare for the tax."""
    care = {} if meal is None else {"care": True, "meal": meal}
    return care | {
        "bands": [
            {
                "upto": upto,
                "prices": {
                    "resident": price + raised,
                    "agreement": price + raised + 150,
                    "outside": (price + raised) * 2,
                },
            }
            for upto, price in zip(BOUNDS, prices, strict=True)
        ],
        "siblings": list(siblings),
        "penalties": {"unbooked": "2", "absent": "1", "late_amount": 500, "late_step": 15, "late_grace": 5},
        "residents": residents,
        "agreements": [],
    }


def _care_rule(residents) -> dict:
    """The hourly rate of the early morning and of the evening: a share of the quotient, by quarters begun."""
    return {
        "effort": {
            "rates": ["0.18", "0.15", "0.12"],
            "floor": {"resident": 60, "outside": 150},
            "ceiling": {"resident": 220, "outside": 400},
        },
        "clock": {"step": 15},
        "care": True,
        "residents": residents,
    }


def make_regie() -> Regie | None:
    """The régie of the demonstration with its tariffs, the same at each load; None before the territory is there."""
    found = Regie.objects.filter(code=CODE).first()
    operator = Organisation.objects.filter(is_operator=True).first()
    chief = User.objects.filter(email="regie@example.invalid").first()
    if found is not None or operator is None or chief is None:
        return found
    regie = Regie(
        organisation=operator,
        code=CODE,
        name="Accueils de loisirs",
        manager=chief,
        payfip_client="000123",
        address="Maison de l’intercommunalité",
        hours="mardi et jeudi, 9 h – 12 h",
        phone="03 53 01 00 80",
        email="regie@example.invalid",
        pes_post="080012",
        pes_body="012",
        pes_budget="01",
        pes_product="5401",
        pes_nature="588",
        pes_siret=operator.siret,
        iban="FR7630006000011234567890189",
        bic="TRPUFRP1",
        creditor_id="FR72ZZZ123456",
        decided_on=timezone.localdate().replace(month=1, day=2),
    )
    actions.save_regie(regie, actor=chief)
    residents = sorted(Commune.objects.members().values_list("code_insee", flat=True))
    today = timezone.localdate()
    start, next_year = (
        today.replace(year=today.year - 1, month=1, day=1),
        today.replace(year=today.year + 1, month=1, day=1),
    )
    for unit, label, prices, siblings, meal in TARIFFS:
        tariff = Tariff(
            regie=regie,
            unit=unit,
            label=label,
            start=start,
            rule=_rule(prices, siblings, residents, meal),
            cost=COSTS.get(unit, 0),
            decision="Délibération de démonstration",
        )
        actions.save_tariff(tariff, actor=chief)
        new = Tariff(
            label=label,
            start=next_year,
            cost=COSTS.get(unit, 0),
            rule=_rule(prices, siblings, residents, meal, raised=20),
        )
        actions.replace_tariff(tariff, new, actor=chief)
    care = Tariff(
        regie=regie, unit="childcare.hour", label="Accueil du matin et du soir", start=start, rule=_care_rule(residents)
    )
    actions.save_tariff(care, actor=chief)
    _draft(regie, chief)
    return regie


def _draft(regie, chief) -> None:
    """The price of a day as it is thought of for the year after: to simulate, never applied."""
    old = regie.tariffs.filter(unit="childcare.day").order_by("-start").first()
    rule = old.rule | {"penalties": old.rule["penalties"] | {"late_from": 3, "late_period": "month"}}
    rule["bands"] = [
        {
            "upto": band["upto"],
            "prices": {zone: price * (95 + 5 * rank) // 100 for zone, price in band["prices"].items()},
        }
        for rank, band in enumerate(rule["bands"])
    ]
    start = old.start.replace(month=9)
    draft = TariffDraft(
        regie=regie,
        replaces=old,
        unit=old.unit,
        label="Journée avec repas, projet",
        start=start,
        rule=rule,
        cost=old.cost,
    )
    actions.save_draft(draft, actor=chief)


def load() -> None:
    """The billing of the demonstration; running it again changes nothing."""
    regie = make_regie()
    chief = User.objects.filter(email="regie@example.invalid").first()
    if regie is None or chief is None or regie.invoices.exists():
        return
    book = tariffs.book(regie)
    accounts = Person.objects.living().filter(user__email__in=("habitante@example.invalid", "habitant@example.invalid"))
    others = Person.objects.living().exclude(address="").exclude(pk__in=accounts.values("pk")).order_by("pk")
    payers = [*accounts.order_by("pk"), *others[: PAYERS - 2]]
    months = list(_months())
    for month in months:
        for rank, payer in enumerate(payers):
            forgotten = month == months[-4] and payer.user_id is None and not payer.email
            _invoice(regie, book, payer, rank, month, chief, forgotten=forgotten)
    _late_gestures(regie, chief)
    actions.save_layout(READY["titres"].make(regie.organisation), actor=chief)


def _months() -> Iterator[datetime.date]:
    """The first days of the last months, the oldest first."""
    day = timezone.localdate().replace(day=1)
    months = []
    for _rank in range(MONTHS):
        day = (day - DAY).replace(day=1)
        months.append(day)
    return iter(reversed(months))


def _uses(payer, rank: int, month: datetime.date) -> list[rates.Use]:
    family = rates.Family(
        qf=None if rank == 5 else 300 + rank * 180, commune=payer.commune.code_insee if payer.commune_id else "80253"
    )
    days = [month + day * DAY for day in range(28) if (month + day * DAY).weekday() == 2]
    uses = [
        rates.Use(unit="childcare.day", day=day, family=family, subject=name, label="Journée avec repas", rank=order)
        for order, name in enumerate(("Léa", "Noé")[: 1 + rank % 2], 1)
        for day in days
    ]
    return uses[: 3 + rank % 4 * 2]


def _invoice(regie, book, payer, rank, month, chief, *, forgotten: bool) -> None:
    """One invoice, and what was paid of it: most in full, some in part, the last ones not yet."""
    end = (month + 31 * DAY).replace(day=1) - DAY
    issued = end + 5 * DAY
    if issued > timezone.localdate():
        issued = timezone.localdate()
    moment = timezone.make_aware(datetime.datetime.combine(issued, datetime.time(9)))
    with journal.dated(moment):
        invoice = actions.issue_invoice(
            regie=regie,
            payer=payer,
            lines=book.price(_uses(payer, rank, month)).lines,
            actor=chief,
            source=f"demo:{month:%Y-%m}:{payer.pk}",
            label=f"Accueil de loisirs, {date_format(month, 'F Y')}",
            period=(month, end),
            issued_on=issued,
        )
    paid_on = issued + (6 + rank) * DAY
    unpaid = (rank == 3 and month.month % 3 == 0) or (rank == 6 and month.month % 4 == 1)
    # The two accounts that a visitor may try still have their last invoice to pay.
    to_try = rank < 2 and end >= timezone.localdate().replace(day=1) - DAY
    if forgotten or unpaid or to_try or paid_on >= timezone.localdate():
        return
    method = ("payfip", "payfip", "cheque", "cash", "payfip", "cesu", "ancv", "card")[rank]
    amount = invoice.total // 2 if rank == 4 and month.month % 5 == 0 else invoice.total
    with journal.dated(timezone.make_aware(datetime.datetime.combine(paid_on, datetime.time(10)))):
        actions.receive_payment(
            regie=regie,
            method=method,
            amount=amount,
            payer=payer,
            invoices=[invoice],
            actor=chief,
            day=paid_on,
            reference=f"{1000 + invoice.rank}",
            bank="Banque d’essai" if method == "cheque" else "",
        )


def _late_gestures(regie, chief) -> None:
    """A credit note, a bounced cheque, reminders, deposits, a slip of titles, a closed day."""
    settled = Invoice.objects.filter(regie=regie, kind="invoice", paid__gt=0).order_by("-pk")
    if first := settled.first():
        actions.issue_credit_note(
            first, actor=chief, reason="Absence justifiée par un certificat", amount=min(450, first.total)
        )
    _reminders(regie, chief)
    old = list(actions.to_hand_over(regie).late().order_by("pk")[:2])
    if old:
        slip = actions.write_slip(regie, old, period=old[0].issued_on.month, label="Restes à recouvrer", actor=chief)
        actions.move_slip(slip, "sent", actor=chief)
    _debits(regie, chief)
    _advance(regie, chief)
    for kind in ("cheque", "voucher", "card", "online"):
        waiting = list(actions.to_deposit(regie, kind)[:30])
        if len(waiting) > 2:
            actions.deposit_payments(regie, kind, waiting[:-2], reference="R-2026", actor=chief)
    yesterday = timezone.localdate() - DAY
    held = actions.balance(regie, Account.CASH, yesterday)
    pieces = {}
    for value in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        pieces[value], held = divmod(held, value)
    actions.close_day(regie, yesterday, pieces=pieces, actor=chief)


def _reminders(regie, chief) -> None:
    """Each late invoice reminded; the letters of who has no e-mail: one posted, another waiting."""
    for invoice in list(Invoice.objects.filter(regie=regie).late().order_by("-pk")[:12]):
        actions.remind(invoice, actor=chief)
    if first := actions.letters_of(regie).first():
        batch = actions.prepare_letters(regie, [first.pk], actor=chief)
        actions.mark_posted(actions.mark_printed(batch, actor=chief), actor=chief)


def _advance(regie, chief) -> None:
    """Somebody has paid in advance, and asks for a part of it."""
    payer = Person.objects.living().filter(user=None).exclude(email="").exclude(address="").order_by("-pk").first()
    if payer is None:
        return
    actions.receive_payment(regie=regie, method="transfer", amount=6000, payer=payer, actor=chief, reference="AVANCE")
    actions.ask_refund(regie, payer, amount=2500, holder=str(payer), iban="FR7630004000031234567890143", actor=None)


def _debits(regie, chief) -> None:
    """Two mandates on accounts of examples, one to sign, and one file of debits to transmit."""
    due = regie.invoices.unpaid().filter(titles__isnull=True, payer__user=None).order_by("payer")
    for payer in Person.objects.filter(pk__in=due.values("payer")).order_by("pk")[:2]:
        mandate = DebitMandate(
            regie=regie,
            payer=payer,
            holder=str(payer),
            iban="FR7630001007941234567890185",
            signed_on=timezone.localdate() - 60 * DAY,
        )
        actions.sign_mandate(mandate, actor=chief)
    family = Person.objects.filter(user__email="habitant@example.invalid").first()
    if family is not None:
        mandate = DebitMandate(regie=regie, payer=family, holder=str(family), iban="FR7630004000031234567890143")
        actions.prepare_mandate(mandate, actor=family.user)
    waiting = list(actions.to_debit(regie)[:3])
    if waiting:
        actions.write_debits(regie, waiting, day=actions.first_day(regie), actor=chief)
