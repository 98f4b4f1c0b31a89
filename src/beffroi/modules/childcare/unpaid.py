"""The homes whose days nobody pays: told before the invoices leave, since they would be charged to nobody."""

import datetime
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from beffroi.modules.childcare.models import Booking, ChildHome, Support
from beffroi.shared.billing.actions import Bill
from beffroi.shared.people.models import Person


def bills(booked: QuerySet[Booking], period: tuple[datetime.date, datetime.date]) -> Iterator[Bill]:
    """One blocked bill without line for each home that booked something and has no payer (erased since, maybe).

    A day that a body pays whole needs none.
    """
    paying = Support.objects.whole().filter(Q(end=None) | Q(end__gte=OuterRef("day")), start__lte=OuterRef("day"))
    owed = booked.exclude(Exists(paying.filter(home=OuterRef("home"))))
    homes = ChildHome.objects.filter(payer=None, pk__in=owed.values("home")).select_related("household", "child")
    for home in homes.order_by("pk"):
        words = f"{home.child} : personne ne paie pour ce foyer. Choisissez un payeur dans le dossier de l’enfant."
        yield Bill(
            payer=Person(last_name=home.household.name),
            lines=[],
            label="Accueils de loisirs",
            period=period,
            anomalies=[words],
            blocked=True,
        )
