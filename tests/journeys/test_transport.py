"""A line without network; a family that chooses its stop and gives its opinion, on a telephone."""

import datetime

from django.utils import timezone

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Boarding, Child, Ride, Stop, Survey, SurveyAnswer, TransportLine
from tests.journeys.conftest import sign_in
from tests.journeys.test_childcare import MOTHER, expected_today
from tests.support.browser import overflows

ESCORT = "ligne@example.invalid"


def evening_ride() -> Ride:
    """A child expected today, who takes a line in the evening, whatever the day of the week."""
    booking, today = expected_today(), timezone.localdate()
    site = booking.group.site
    line = TransportLine(
        organisation=site.organisation,
        site=site,
        name="Car de tous les jours",
        slug="car-de-tous-les-jours",
        weekdays=list(range(7)),
        start=today,
        capacity=12,
    )
    actions.save_line(line, actor=None)
    stop = actions.save_stop(Stop(line=line, name="Place", evening_at=datetime.time(18)), actor=None)
    (made,) = actions.register_rides(booking.home, stop, ["evening"], [today.weekday()], actor=None, start=today)
    return made


def test_line_is_ticked_without_network_and_sent_once(open_without_network):
    ride = evening_ride()
    page = open_without_network(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, ESCORT)
    page.goto("/terrain/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.get_by_text("Tout est dans cet appareil").wait_for()
    assert not overflows(page)
    page.context.set_offline(True)
    page.goto(f"/terrain/lignes/{ride.line.slug}/soir/")
    card = page.locator("li.card").filter(has=page.locator(f"input[name=ride][value='{ride.pk}']"))
    card.get_by_role("button", name="Monté").click()
    waiting = page.locator("[data-offline-list]")
    waiting.get_by_text(ride.child.first_name).first.wait_for()
    page.reload()
    card.get_by_text("Monté", exact=True).wait_for()
    assert not overflows(page)
    who = card.locator("select[name=with] option[value^=g-]").first.inner_text()
    card.locator("select[name=with]").select_option(label=who)
    card.get_by_role("button", name="Remis").click()
    card.get_by_text("Remis", exact=True).wait_for()
    assert not Boarding.objects.filter(ride=ride).exists()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting.wait_for(state="detached")
    ticks = Boarding.objects.filter(ride=ride).order_by("at")
    assert [one.kind for one in ticks] == ["aboard", "handed"]
    assert ticks[1].with_name in who


def test_family_chooses_a_stop_and_answers_a_questionnaire(enter):
    child = Child.objects.get(first_name="Lina", last_name="Leclercq")
    page = enter(MOTHER, viewport={"width": 390, "height": 844})
    page.goto(f"/compte/enfance/enfant/{child.pk}/transport/")
    assert not overflows(page)
    before = Ride.objects.filter(home__child=child, home__rank=1).values_list("stop", flat=True)[0]
    stops = page.locator("select[name=stop]")
    other = next(
        one.get_attribute("value")
        for one in stops.locator("option").all()
        if one.get_attribute("value") not in ("", str(before)) and one.inner_text().count(",") == 2
    )
    stops.select_option(value=other)
    page.locator("input[name=weekdays][value='0']").check()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("est attendu à l’arrêt").wait_for()
    start = timezone.localdate() + datetime.timedelta(days=1)
    assert Ride.objects.filter(home__child=child, stop=other, weekday=0, start=start).count() == 2
    survey = Survey.objects.open().filter(invites__household__name="Foyer Dubois").earliest("pk")
    page.goto("/compte/enfance/questionnaires/")
    assert not overflows(page)
    page.get_by_role("link", name=survey.title).click()
    assert page.get_by_text("Réponses nominatives").is_visible()
    assert not overflows(page)
    for question in survey.questions.all():
        if question.options:
            page.get_by_role("radio", name=question.options[0]).first.check()
        else:
            page.get_by_label(question.text).fill(str(question.low))
    page.get_by_role("button", name="Envoyer la réponse").click()
    page.get_by_text("la réponse de votre foyer est enregistrée").wait_for()
    assert SurveyAnswer.objects.filter(survey=survey, invite__household__name="Foyer Dubois").exists()
