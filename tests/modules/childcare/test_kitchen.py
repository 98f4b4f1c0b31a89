"""The order of the meals: at its hour, by diet, then what changes; each message once."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.childcare import actions, kitchen
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, HealthSheet, MealOrder, Site
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY

KITCHEN = "cuisine@example.invalid"


def at(day, hour, minute=0):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


TUESDAY = WEDNESDAY - datetime.timedelta(days=1)


@pytest.fixture
def fed(site):
    site.kitchen_email, site.meal_hour = KITCHEN, datetime.time(10)
    site.save()
    return site


def book(child, activity, code="journee"):
    wishes = [Wish(WEDNESDAY, child.pk, activity.units.get(code=code).pk)]
    actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)


def letters():
    for entry in Entry.objects.filter(verb="childcare.meals").order_by("pk"):
        filling.fill(entry)
        filling.fill(entry)
    return list(Delivery.objects.filter(address=KITCHEN, entry__verb="childcare.meals").order_by("entry"))


def test_the_hour_skips_days_that_do_not_count(site):
    site.meal_days, site.meal_hour = 2, datetime.time(9, 30)
    # Monday 30 November 2026: two working days before is Thursday.
    assert kitchen.cut_off(site, datetime.date(2026, 11, 30)) == at(datetime.date(2026, 11, 26), 9, 30)
    # Thursday 12 November: the day before is a public holiday.
    site.meal_days = 1
    assert kitchen.cut_off(site, datetime.date(2026, 11, 12)) == at(datetime.date(2026, 11, 10), 9, 30)


def test_it_is_ordered_at_its_hour_by_diet_and_never_by_name(activity, make_family, fed):
    child = make_family(activity=activity, first_name="Zoé")
    HealthSheet.objects.create(child=child, content={"diet": "sans-porc"})
    book(child, activity)
    book(make_family(activity=activity, first_name="Tom"), activity)
    book(make_family(activity=activity, first_name="Ana", age=4), activity, "matin")
    assert actions.order_due_meals(at(TUESDAY, 9, 59)) == 0
    assert actions.order_due_meals(at(TUESDAY, 10)) == 1
    assert actions.order_due_meals(at(TUESDAY, 10, 15)) == 0
    (letter,) = letters()
    assert "Commande de repas" in letter.subject
    assert "- Sans porc\u202f: 1" in letter.body
    assert "- Tous les plats\u202f: 1" in letter.body
    assert "Total\u202f: 2" in letter.body
    assert not {"Zoé", "Tom", "Dubois"} & set(letter.body.replace(",", " ").split())


def test_what_changes_afterwards_is_told_alone_and_once(activity, make_family, fed):
    book(make_family(activity=activity), activity)
    actions.order_due_meals(at(TUESDAY, 10))
    late = make_family(activity=activity, first_name="Tom")
    HealthSheet.objects.create(child=late, content={"diet": "vegetarien"})
    book(late, activity)
    assert actions.order_due_meals(at(TUESDAY, 10, 15)) == 1
    assert actions.order_due_meals(at(TUESDAY, 10, 30)) == 0
    first, second = letters()
    assert "Changement" in second.subject
    assert "- Végétarien\u202f: +1" in second.body
    assert "Total\u202f: 2" in second.body
    assert "Changement" not in first.subject
    Booking.objects.filter(child=late).update(state="cancelled")
    assert actions.order_due_meals(at(WEDNESDAY, 12)) == 0
    assert actions.order_due_meals(at(WEDNESDAY, 11, 45)) == 1
    assert "- Végétarien\u202f: −1" in letters()[-1].body


def test_nothing_leaves_when_the_site_orders_by_hand_or_has_no_kitchen(activity, make_family, fed):
    book(make_family(activity=activity), activity)
    Site.objects.update(meal_auto=False)
    assert actions.order_due_meals(at(TUESDAY, 11)) == 0
    Site.objects.update(meal_auto=True, kitchen_email="")
    assert actions.order_due_meals(at(TUESDAY, 11)) == 0
    order = actions.order_meals(Site.objects.get(), WEDNESDAY, actor=None)
    assert letters() == []
    assert order.changed == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_order_once(activity, make_family, fed):
    book(make_family(activity=activity), activity)
    gate = threading.Barrier(2)

    def work():
        gate.wait()
        try:
            actions.order_meals(fed, WEDNESDAY, actor=None)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _rank in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert MealOrder.objects.count() == 1


def test_the_page_says_when_it_leaves_and_what_changed(client, activity, make_family, fed, clerk):
    book(make_family(activity=activity), activity)
    client.force_login(clerk)
    address = f"/bureau/enfance/repas/?site={fed.slug}&jour={WEDNESDAY}"
    page = client.get(address).content.decode()
    assert KITCHEN in page
    assert "d’office" in page
    assert KITCHEN in client.post(address, follow=True).content.decode()
    book(make_family(activity=activity, first_name="Tom"), activity)
    client.post(address)
    assert "tous les plats +1" in client.get(address).content.decode()
