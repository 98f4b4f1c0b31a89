"""Quotients, health sheets, a team, menus, the price of a morning with a meal."""

import datetime
import random

from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.ui import formats
from beffroi.modules.childcare import vaccines
from beffroi.modules.childcare.models import Child, ChildHome, Dish, HealthSheet, Quotient, Site
from beffroi.shared.billing import actions as billing
from beffroi.shared.billing.models import Regie, Run, Tariff

PAID = 30
DIETS = ("", "", "", "", "", "sans-porc", "vegetarien", "allergie")
ALLERGIES = ("Arachides : adrénaline dans le sac bleu.", "Asthme à l’effort : deux bouffées, repos.", "Lait de vache.")
MENUS = (
    ("Carottes râpées", "Gratin de courge et lentilles", "Yaourt nature", "Pomme", True),
    ("Velouté de poireaux", "Rôti de dinde, purée maison", "Comté", "Compote de poires", False),
    ("Betteraves", "Lasagnes aux légumes", "Fromage blanc", "Clémentines", True),
)
COURSES = ("entrée", "plat principal", "produit laitier", "dessert")


def load(today: datetime.date, draw: random.Random) -> None:
    """Write them many at a time."""
    _quotients(today, draw)
    _health(draw)
    _menus(today)
    _tariff()
    _run(today)


def _quotients(today: datetime.date, draw: random.Random) -> None:
    households = list(ChildHome.objects.order_by("household").values_list("household", flat=True).distinct())
    known = [pk for pk in households if draw.random() < 0.85]
    rows = []
    for pk in known:
        value = max(80, int(draw.gauss(780, 320)))
        provider = "MSA" if draw.random() < 0.12 else "CAF"
        for year in (today.year - 1, today.year):
            rows.append(
                Quotient(
                    household_id=pk,
                    month=datetime.date(year, 1, 1),
                    value=value + 20 * (year - today.year),
                    source="api",
                    provider=provider,
                )
            )
    Quotient.objects.bulk_create(rows, batch_size=2000)


def _health(draw: random.Random) -> None:
    rows = []
    for child in Child.objects.order_by("pk"):
        if draw.random() < 0.3:
            continue
        given = {code: _doses(child, code, draw) for code in vaccines.required(child.birth_date)}
        content = {"doctor": "Dr Picot, Doullens", "doctor_phone": "03 53 01 20 00", "vaccines": given}
        if diet := draw.choice(DIETS):
            content["diet"] = diet
        if draw.random() < 0.08:
            content["allergies"] = draw.choice(ALLERGIES)
        rows.append(HealthSheet(child=child, content=content))
    HealthSheet.objects.bulk_create(rows, batch_size=500)


def _doses(child: Child, code: str, draw: random.Random) -> list[str]:
    """At the ages of the calendar; now and then the last one is not written."""
    born = child.birth_date
    dates = [born + datetime.timedelta(days=30 * month + 9) for month in vaccines.MONTHS[code]]
    if child.age() >= 7 and code in vaccines.BOOSTERS:
        dates.append(born + datetime.timedelta(days=6 * 365 + 40))
    kept = dates[:-1] if draw.random() < 0.04 else dates
    return [day.isoformat() for day in kept]


def _menus(today: datetime.date) -> None:
    wednesday = today + datetime.timedelta(days=(2 - today.weekday()) % 7)
    rows = []
    for site in Site.objects.order_by("pk")[:2]:
        for rank, (*dishes, vegetarian) in enumerate(MENUS):
            day = wednesday + datetime.timedelta(weeks=rank)
            for course, name in zip(COURSES, dishes, strict=True):
                rows.append(
                    Dish(
                        site=site,
                        day=day,
                        course=course,
                        name=name,
                        organic=course == "dessert",
                        vegetarian=vegetarian and course == "plat principal",
                    )
                )
    Dish.objects.bulk_create(rows)


def _tariff() -> None:
    """A morning with its meal, at the price of both, where the régie of the demonstration has them."""
    regie = Regie.objects.filter(code="ACM").first()
    if regie is None or regie.tariffs.filter(unit="childcare.half-meal").exists():
        return
    half = regie.tariffs.filter(unit="childcare.half").order_by("start").first()
    meal = regie.tariffs.filter(unit="childcare.meal").order_by("start").first()
    if half is None or meal is None:
        return
    rule = dict(half.rule)
    rule["bands"] = [
        {"upto": one["upto"], "prices": {zone: price + other["prices"][zone] for zone, price in one["prices"].items()}}
        for one, other in zip(half.rule["bands"], meal.rule["bands"], strict=True)
    ]
    snack = {"bands": [{"upto": None, "prices": {"resident": 150, "outside": 150}}]}
    billing.save_tariff(
        Tariff(regie=regie, unit="childcare.family-snack", label="Goûter des familles", start=half.start, rule=snack),
        actor=None,
    )
    tariff = Tariff(regie=regie, unit="childcare.half-meal", label="Matin avec repas", start=half.start, rule=rule)
    billing.save_tariff(tariff, actor=None)


def invoices(today: datetime.date) -> None:
    """The month before last, issued, and paid by the first families: some of it by CESU."""
    regie = Regie.objects.filter(code="ACM").first()
    last = today.replace(day=1) - datetime.timedelta(days=1)
    end = last.replace(day=1) - datetime.timedelta(days=1)
    if regie is None or not regie.tariffs.filter(unit="childcare.day", start__lte=end.replace(day=1)).exists():
        return
    issued = last.replace(day=5)
    with journal.dated(timezone.make_aware(datetime.datetime.combine(issued, datetime.time(9)))):
        run = billing.prepare_run(
            regie=regie,
            source="childcare",
            start=end.replace(day=1),
            end=end,
            label=f"Accueils de loisirs, {formats.MONTHS[end.month - 1]} {end.year}",
            issued_on=issued,
            due_on=issued + datetime.timedelta(days=30),
            actor=None,
        )
        run = billing.issue_run(billing.launch_run(billing.preview(run), actor=None))
    two = run.invoices.filter(payer__user__email__in=("habitante@example.invalid", "habitant@example.invalid"))
    others = run.invoices.exclude(pk__in=two).order_by("rank")
    for rank, invoice in enumerate([*two, *others[:PAID]]):
        day = min(issued + datetime.timedelta(days=3 + rank % 20), today)
        method = ("payfip", "payfip", "cesu", "transfer")[rank % 4]
        day = today if method == "cesu" else day  # the counter's past days are closed
        with journal.dated(timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))):
            billing.receive_payment(
                regie=regie,
                method=method,
                amount=invoice.total,
                payer=invoice.payer,
                invoices=[invoice],
                actor=None,
                day=day,
                reference=f"{2000 + rank}",
            )


def _run(today: datetime.date) -> None:
    """The invoicing of last month, whose preview is computed by the worker and that waits to be launched."""
    regie = Regie.objects.filter(code="ACM").first()
    end = today.replace(day=1) - datetime.timedelta(days=1)
    if regie is None or Run.objects.filter(regie=regie, source="childcare").exists():
        return
    billing.prepare_run(
        regie=regie,
        source="childcare",
        start=end.replace(day=1),
        end=end,
        label=f"Accueils de loisirs, {formats.MONTHS[end.month - 1]} {end.year}",
        issued_on=today,
        due_on=today + datetime.timedelta(days=30),
        actor=None,
    )
