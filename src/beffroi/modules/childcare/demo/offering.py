"""Six sites, three activities, the periods of two school years."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import slugify

from beffroi.modules.childcare import actions, calendars
from beffroi.modules.childcare.models import Activity, DocumentKind, Group, Period, Site, Unit
from beffroi.shared.organisations.models import Commune, Organisation

SITES = 6
SMALL = 9  # the last site is small: its days fill up, families wait
AGES = (("Les petits", 3, 5, 24, 3), ("Les moyens", 6, 8, 36, 3), ("Les grands", 9, 12, 36, 3))
T = datetime.time
UNITS = (
    ("matin", "Matin", "half", T(9), T(12), ["matin"], False),
    ("matin-repas", "Matin avec repas", "half", T(9), T(13, 30), ["matin", "midi"], True, "childcare.half-meal"),
    ("apres-midi", "Après-midi", "half", T(13, 30), T(17), ["apres-midi"], False),
    ("journee", "Journée avec repas", "day", T(9), T(17), ["matin", "midi", "apres-midi"], True),
)
AROUND = (
    ("avant", "Avant l’école", "hour", T(7, 30), T(8, 30), ["avant"], False),
    ("apres", "Après l’école", "hour", T(16, 30), T(18, 30), ["apres"], False),
)


@dataclass
class Offer:
    sites: list[Site]
    wednesdays: Activity
    holidays: Activity
    around: Activity


def year_of(day: datetime.date) -> int:
    """The year in which the school year of `day` began."""
    return day.year if day.month >= 9 else day.year - 1


def make(operator: Organisation, today: datetime.date) -> Offer:
    """Write the offer, with the same gestures as the person in charge; places come with it, from today on."""
    sites = _sites(operator)
    kinds = [
        DocumentKind(organisation=operator, name="Assurance de responsabilité civile", months=12),
        DocumentKind(organisation=operator, name="Carnet de vaccination", is_health=True),
    ]
    for kind in kinds:
        actions.save_document_kind(kind, actor=None)
    offer = Offer(sites, *_activities(operator))
    wednesdays, holidays, around = activities = (offer.wednesdays, offer.holidays, offer.around)
    for activity in activities:
        _groups(activity, sites)
    _periods(wednesdays, holidays, around, today)
    for activity in activities:
        actions.refresh_places(activity, since=today - datetime.timedelta(days=365))
    return offer


def _sites(operator: Organisation) -> list[Site]:
    communes = list(Commune.objects.members().exclude(population=None).order_by("-population")[:SITES])
    return [
        actions.save_site(
            Site(
                organisation=operator,
                name=f"Accueil de {one.name}",
                slug=f"accueil-{slugify(one.name)}"[:80],
                commune=one,
                address="rue des Écoles",
                phone="03 53 01 10 00",
                kitchen_email="cuisine@example.invalid",
            ),
            actor=None,
        )
        for one in communes
    ]


def _activities(operator: Organisation) -> tuple[Activity, Activity, Activity]:
    wednesdays = _activity(
        operator,
        "Mercredis loisirs",
        "pedt",
        "Jeux, ateliers, sorties et grands jeux de plein air, chaque mercredi d’école.",
        UNITS,
        add_rule="weekday",
        add_weekday=0,
        add_hour=T(12),
        cancel_rule="weekday",
        cancel_weekday=0,
        cancel_hour=T(12),
    )
    holidays = _activity(
        operator,
        "Centre de loisirs des vacances",
        "extra",
        "À la semaine ou à la journée, pendant les vacances : thèmes, piscine, une veillée par semaine.",
        UNITS[3:],
        add_rule="week",
        add_number=1,
        add_weekday=3,
        add_hour=T(12),
        cancel_rule="days",
        cancel_number=7,
        cancel_hour=T(12),
        down_payment=2000,
    )
    around = _activity(
        operator,
        "Avant et après l’école",
        "peri",
        "Un accueil calme, le goûter, le temps des leçons.",
        AROUND,
        add_rule="days",
        add_number=1,
        add_hour=T(17),
        cancel_rule="days",
        cancel_number=1,
        cancel_hour=T(17),
    )
    Unit.objects.create(
        activity=wednesdays,
        code="gouter",
        name="Goûter des familles",
        kind="quantity",
        starts=T(17),
        ends=T(18),
        slots=["gouter"],
        most=4,
        order=9,
        tariff="childcare.family-snack",
    )
    return wednesdays, holidays, around


def _groups(activity: Activity, sites: list[Site]) -> None:
    Group.objects.bulk_create(
        Group(
            activity=activity,
            site=site,
            name=name,
            age_min=youngest,
            age_max=oldest,
            staff=staff,
            capacity=SMALL if site == sites[-1] else capacity,
        )
        for site in sites
        for name, youngest, oldest, capacity, staff in AGES
    )


def _activity(operator, name, structure, description, units, **rules) -> Activity:
    activity = Activity(
        organisation=operator, name=name, slug=slugify(name), structure=structure, description=description, **rules
    )
    actions.save_activity(activity, actor=None)
    Unit.objects.bulk_create(
        Unit(
            activity=activity,
            code=code,
            name=label,
            kind=kind,
            starts=starts,
            ends=ends,
            slots=slots,
            meal=meal,
            order=rank,
            tariff=tariff[0] if tariff else "",
        )
        for rank, (code, label, kind, starts, ends, slots, meal, *tariff) in enumerate(units, 1)
    )
    return activity


def _periods(wednesdays, holidays, around, today) -> None:
    first = year_of(today)
    opened = timezone.now() - datetime.timedelta(days=400)
    rows = []
    coming = [first + 1] if today.month in (6, 7, 8) else []  # families book the year to come before it begins
    for year in (first - 1, first, *coming):
        start, end = datetime.date(year, 9, 1), datetime.date(year + 1, 7, 5)
        name = f"{year}-{year + 1}"
        common = {"start": start, "end": end, "opens_at": opened, "opens_to_all_at": opened}
        rows.append(Period(activity=wednesdays, name=f"Mercredis {name}", weekdays=[2], **common))
        rows.append(Period(activity=around, name=f"Année {name}", weekdays=[0, 1, 3, 4], **common))
        for stretch in calendars.holidays_between(start, datetime.date(year + 1, 8, 31)):
            if "Noël" in stretch.name or "Ascension" in stretch.name:
                continue
            short = stretch.name.removeprefix("Vacances ").removeprefix("de la ").removeprefix("de ")
            short = short.removeprefix("d’")
            rows.append(
                Period(
                    activity=holidays,
                    name=f"{short.capitalize()} {stretch.start.year}",
                    start=stretch.start,
                    end=stretch.end,
                    weekdays=[0, 1, 2, 3, 4],
                    in_term=False,
                    in_holidays=True,
                    opens_at=opened,
                    opens_to_all_at=opened,
                )
            )
    Period.objects.bulk_create(rows)
