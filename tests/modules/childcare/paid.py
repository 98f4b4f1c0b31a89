"""What the tests of the bodies that pay for a child share: a régie under one rule, days booked, what each is asked."""

import datetime

from beffroi.modules.childcare import actions, pricing, uses
from beffroi.modules.childcare.models import ChildHome, Support
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.billing.models import Regie, Tariff
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)
NOVEMBER = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)
DECEMBER = datetime.date(2026, 12, 1), datetime.date(2026, 12, 31)
START, END = NOVEMBER[0], DECEMBER[1]
WEDNESDAYS = [WEDNESDAY + rank * WEEK for rank in range(4)]  # 25 November, 2, 9, 16 December
RULE = {
    "bands": [{"upto": 600, "prices": {"resident": 333}}, {"upto": None, "prices": {"resident": 1001}}],
    "residents": ["80071"],
    "care": True,
}


def regie_under_rule(operator, activity, code: str = "ACM") -> Regie:
    """A régie that prices each unit of the activity by `RULE`."""
    regie = Regie.objects.create(organisation=operator, code=code, name="Régie enfance")
    for unit in {uses.code_of(one) for one in activity.units.all()}:
        Tariff.objects.create(regie=regie, unit=unit, label=unit, start=datetime.date(2026, 1, 1), rule=RULE)
    return regie


def support(home, body, percent, start=START, **more):
    return actions.save_support(Support(home=home, body=body, percent=percent, start=start, **more), actor=None)


def book(child, activity, *days, home=None):
    home = ChildHome.objects.select_related("household").get(pk=(home or child.home).pk)
    unit = activity.units.get(code="journee")
    wishes = [Wish(day, child.pk, unit.pk) for day in days]
    return actions.book(wishes, {child.pk: home}, actor=child.parent, now=NOW)


def bills(regie, start=START, end=END):
    return {bill.payer: bill for bill in pricing.bills(regie, start, end)}
