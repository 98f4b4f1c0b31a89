"""The job of an invoicing, in a process of its own that a test kills.

`python -m tests.shared.billing.killed DATABASE RUN`. The source yields slowly enough to be killed amid its batches.
"""

import sys
import time
from datetime import date
from decimal import Decimal

COUNT = 60
BATCH = 5
PAUSE = 0.02


def bills(regie, start: date, end: date):
    """The same bills each time, for everybody named « Tuée »."""
    from beffroi.shared.billing import rates
    from beffroi.shared.billing.actions import Bill
    from beffroi.shared.people.models import Person

    for rank, payer in enumerate(Person.objects.filter(last_name="Tuée").order_by("pk")):
        time.sleep(PAUSE)
        amount = 100 + rank
        line = rates.Line(label="Jour", quantity=Decimal(1), unit_price=amount, amount=amount, explanation="")
        yield Bill(payer=payer, lines=[line], source=f"tuee:{payer.pk}", label="Octobre")


def register() -> None:
    from beffroi.shared.billing import sources

    sources.register(sources.Source(code="tuee", label="Tuée", bills=bills))


def main() -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    django.setup()
    from beffroi.shared.billing import actions
    from beffroi.shared.billing.models import Run

    register()
    print("ready", flush=True)
    actions.issue_run(Run.objects.select_related("regie").get(pk=int(sys.argv[2])), batch=BATCH)


if __name__ == "__main__":
    main()
