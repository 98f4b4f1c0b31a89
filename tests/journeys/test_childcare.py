"""Two separated parents; a tablet without network; what families see before they say yes."""

import datetime
import io

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from PIL import Image

from beffroi.modules.childcare import actions, sheets
from beffroi.modules.childcare.models import (
    Activity,
    Attendance,
    Booking,
    Child,
    CustodyException,
    Group,
    Period,
    Place,
    Shift,
    Site,
    Tick,
    Unit,
)
from beffroi.modules.childcare.places import slots_of
from beffroi.modules.childcare.wishes import hours_of
from beffroi.shared.files.models import StoredFile
from tests.journeys.conftest import sign_in
from tests.support.browser import overflows

MOTHER, FATHER, FACILITATOR = "habitante@example.invalid", "habitant@example.invalid", "animation@example.invalid"
FAMILY_DESK = "enfance@example.invalid"


def expected_today(child: Child | None = None) -> Booking:
    """A child expected today (or that very one); booked when nobody is, as on a Sunday."""
    today = timezone.localdate()
    expected = Booking.objects.filter(day=today, state="booked", attendance=None).select_related("child", "group__site")
    if child is not None:
        expected = expected.filter(child=child)
    found = expected.order_by("group__site", "child__last_name", "child__first_name").first()
    if found is not None:
        return found
    meals = Booking.objects.filter(state="booked", unit__meal=True).exclude(
        child__in=Booking.objects.filter(day=today).values("child")
    )
    model = meals.select_related("unit", "group__site", "child").earliest("pk")
    child = child or model.child
    for slot in slots_of(model.unit):
        Place.objects.get_or_create(group=model.group, day=today, slot=slot, defaults={"capacity": 30})
    return Booking.objects.create(
        child=child,
        home=child.homes.filter(end=None).earliest("rank"),
        activity=model.activity,
        group=model.group,
        unit=model.unit,
        day=today,
        during=DateTimeTZRange(*hours_of(model.unit, today)),
        slots=slots_of(model.unit),
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_separated_parents_each_book_their_own_days(enter, width):
    child = Child.objects.get(first_name="Lina", last_name="Leclercq")
    calendar = f"/compte/enfance/reserver/mercredis-loisirs/?enfant={child.pk}"
    mother = enter(MOTHER, viewport={"width": width, "height": 900})
    mother.goto(calendar)
    assert not overflows(mother)
    rows = mother.locator("tbody tr").filter(has=mother.locator("input[name=jour]"))
    free = rows.filter(has_not_text="autre foyer").filter(has_not_text="Réservé").filter(has_not_text="Liste")
    day = free.first.locator("th").inner_text().splitlines()[0]
    free.first.locator("input[name=jour]").last.check()
    mother.get_by_role("button", name="Vérifier ma réservation").click()
    assert mother.get_by_role("heading", name="Vérifier la réservation").is_visible()
    assert "€" in mother.locator("main").inner_text()
    assert not overflows(mother)
    before = Booking.objects.filter(child=child).count()
    mother.get_by_role("button", name="Confirmer").click()
    mother.wait_for_url("**/compte/enfance/reservations/")
    assert Booking.objects.filter(child=child).count() == before + 1
    made = Booking.objects.filter(child=child).order_by("-pk").first()
    assert made.home.household.name == "Foyer Dubois"

    father = enter(FATHER, viewport={"width": width, "height": 900})
    father.goto(calendar)
    text = father.locator("main").inner_text()
    row = father.locator("tbody tr").filter(has_text=day)
    assert "autre foyer" in row.inner_text()
    for secret in ("Dubois", "Fournier", "Tilleuls"):
        assert secret not in text
    father.goto("/compte/enfance/reservations/")
    assert "Jeanne" not in father.locator("main").inner_text()
    own = Booking.objects.filter(child=child, home=made.home, day__gte=timezone.localdate())
    for booking in own:
        assert not father.locator(f"input[name=choix][value='{booking.pk}']").count()


def page_of(booking: Booking) -> str:
    """Where the tablet shows that child."""
    part = sheets.page_of(booking)
    return f"/terrain/enfance/{booking.group.site.slug}/" + (f"?groupe={part}" if part else "")


def card_of(page, booking):
    return page.locator("li.card").filter(has=page.locator(f"input[name=booking][value='{booking.pk}']"))


def test_tablet_lives_a_whole_day_without_network_and_sends_it_once(open_without_network):
    booking = expected_today()
    site = Site.objects.get(pk=booking.group.site_id)
    shifts = Shift.objects.filter(site=site, worker__email=FACILITATOR)
    shifts.delete()
    page = open_without_network(viewport={"width": 820, "height": 1100}).new_page()
    sign_in(page, FACILITATOR)
    page.goto("/terrain/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.get_by_text("Tout est dans cet appareil").wait_for()
    assert not overflows(page)
    sheet = f"/terrain/enfance/{site.slug}/"
    page.context.set_offline(True)
    page.goto(page_of(booking))
    card = card_of(page, booking)
    page.get_by_role("button", name="J’arrive").click()
    waiting = page.locator("[data-offline-list]")
    waiting.get_by_text("Mon arrivée").first.wait_for()
    card.get_by_role("button", name="Arrivée").click()
    waiting.get_by_text("Pointage de").first.wait_for()
    page.reload()
    card.get_by_text("Présent", exact=True).wait_for()
    assert not card.get_by_role("button", name="Arrivée").is_visible()
    assert not overflows(page)
    who = card.locator("select[name=with] option[value^=g-]").first.inner_text()
    card.locator("select[name=with]").select_option(label=who)
    card.get_by_role("button", name="Départ").click()
    card.get_by_text("Parti", exact=True).wait_for()
    page.goto(f"{sheet}urgence/")
    assert page.get_by_role("button", name="Imprimer").is_visible()
    assert booking.child.last_name in page.locator("main").inner_text()
    page.go_back()
    card.get_by_text("Parti", exact=True).wait_for()
    page.get_by_role("button", name="Je pars").click()
    page.get_by_role("button", name="J’arrive").wait_for()
    assert not Tick.objects.filter(booking=booking).exists()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting.wait_for(state="detached")
    assert list(Tick.objects.filter(booking=booking).order_by("at").values_list("kind", flat=True)) == [
        "arrived",
        "left",
    ]
    held = Attendance.objects.get(booking=booking)
    assert held.arrived_at < held.left_at
    assert held.left_with in who
    assert shifts.get().left_at is not None
    page.goto(page_of(booking))
    assert "Parti" in card.inner_text()


def test_who_comes_is_recognised_and_signs_without_network(enter, open_without_network):
    child = Child.objects.get(first_name="Noé", last_name="Leclercq", homes__household__name="Foyer Dubois")
    booking = expected_today(child)
    mother = enter(MOTHER)
    mother.goto(f"/compte/enfance/enfant/{child.pk}/personne/")
    mother.get_by_label("Nom et prénom").fill("Odile Essai")
    mother.get_by_label("Téléphone").fill("03 53 01 00 09")
    picture = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(picture, "PNG")
    chosen = {"name": "photo.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    mother.locator("input[type=file]").set_input_files(chosen)
    mother.get_by_text("est bien arrivé").wait_for()
    mother.get_by_role("button", name="Enregistrer").click()
    mother.wait_for_url(f"**/compte/enfance/enfant/{child.pk}/")
    page = open_without_network(viewport={"width": 820, "height": 1100}).new_page()
    sign_in(page, FACILITATOR)
    page.goto(page_of(booking))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.reload()
    card = card_of(page, booking)
    card.get_by_role("button", name="Arrivée").click()
    card.get_by_text("Présent", exact=True).wait_for()
    card.get_by_text("Reconnaître").click()
    face = card.get_by_role("img", name="Odile Essai")
    face.wait_for()
    assert face.evaluate("image => image.complete && image.naturalWidth") > 0
    assert not overflows(page)
    card.locator("select[name=with]").select_option(label="Odile Essai")
    card.get_by_text("Faire signer").click()
    box = card.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 60, steps=8)
    page.mouse.up()
    card.get_by_role("button", name="Départ").click()
    card.get_by_text("Parti", exact=True).wait_for()
    waiting = page.locator("[data-offline-list]")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting.wait_for(state="detached")
    tick = Tick.objects.get(booking=booking, kind="left")
    assert StoredFile.objects.about(tick).count() == 1
    assert Attendance.objects.get(booking=booking).left_with == "Odile Essai"


def test_the_last_place_of_opening_day_goes_to_one_and_the_other_waits(enter):
    site = Site.objects.order_by("pk").first()
    opening = Activity(organisation=site.organisation, name="Ouverture", slug="ouverture", add_rule="none")
    opening = actions.save_activity(opening, actor=None)
    Group.objects.create(activity=opening, site=site, name="Tous", age_min=2, age_max=17, capacity=1, staff=9)
    hours = {"starts": datetime.time(9), "ends": datetime.time(17), "slots": ["jour"]}
    Unit.objects.create(activity=opening, code="jour", name="Journée", **hours)
    day = timezone.localdate() + datetime.timedelta(days=200)
    day += datetime.timedelta(days=(2 - day.weekday()) % 7)
    last = day + datetime.timedelta(days=27)
    Period.objects.create(activity=opening, name="P", start=day, end=last, weekdays=[2], in_holidays=True)
    actions.refresh_places(opening)
    pages = {}
    for email, name in ((MOTHER, "Lina"), (FATHER, "Noé")):
        child = Child.objects.get(first_name=name, last_name="Leclercq")
        CustodyException.objects.create(
            child=child,
            home=child.homes.get(rank=1 if email == MOTHER else 2),
            start=day,
            end=last,
            agreed_at=timezone.now(),
        )
        actions.enrol(child, opening, site, actor=None)
        page = enter(email)
        page.goto(f"/compte/enfance/reserver/ouverture/?enfant={child.pk}")
        page.locator("input[name=jour]").first.check()
        page.get_by_role("button", name="Vérifier ma réservation").click()
        pages[email] = page
    for page in pages.values():
        page.get_by_role("button", name="Confirmer").click()
        page.wait_for_url("**/compte/enfance/reservations/")
    assert "C’est réservé" in pages[MOTHER].locator("body").inner_text()
    assert "liste d’attente" in pages[FATHER].locator("body").inner_text()
    states = Booking.objects.filter(activity=opening).values_list("state", flat=True)
    assert sorted(states) == ["booked", "waiting"]


def test_family_moves_proves_it_and_the_rate_follows(enter):
    child = Child.objects.get(first_name="Lina", last_name="Leclercq")
    home = child.homes.filter(end=None).select_related("household").get(household__name="Foyer Dubois")
    mother = enter(MOTHER, viewport={"width": 390, "height": 900})
    mother.goto("/compte/foyer/")
    card = mother.locator("section.card").filter(has_text="Foyer Dubois")
    assert card.get_by_text("Domicile vérifié").is_visible()
    card.get_by_role("link", name="Adresse et justificatif").click()
    assert not overflows(mother)
    mother.get_by_label("Adresse", exact=False).first.fill("12 rue des Lilas")
    mother.get_by_label("Commune", exact=False).last.select_option(label="Une autre, hors du territoire")
    mother.get_by_label("Vous y vivez depuis le", exact=False).fill(timezone.localdate().isoformat())
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), "#fff").save(picture, "PNG")
    mother.locator("input[type=file]").set_input_files(
        {"name": "facture.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    mother.get_by_text("facture.png est bien arrivé.").wait_for()
    mother.get_by_role("button", name="Envoyer au service").click()
    mother.get_by_text("rien ne change avant sa réponse").wait_for()
    assert not overflows(mother)
    move = home.household.moves.get(decided_at=None)
    agent = enter(FAMILY_DESK, viewport={"width": 1280, "height": 900})
    agent.goto("/bureau/enfance/a-traiter/")
    agent.locator(f"a[href='/bureau/enfance/a-traiter/adresses/{move.pk}/']").click()
    agent.get_by_label("Accepter : Commune").uncheck()
    agent.get_by_role("button", name="Décider").click()
    assert agent.get_by_text("Dites à la famille pourquoi").first.is_visible()
    agent.get_by_label("Si vous refusez un champ, pourquoi", exact=False).fill("La facture est de Doullens.")
    agent.get_by_role("button", name="Décider").click()
    agent.wait_for_url("**/bureau/enfance/a-traiter/")
    mother.reload()
    assert mother.get_by_text("La facture est de Doullens.").is_visible()
    home.household.refresh_from_db()
    assert home.household.address == "12 rue des Lilas"
    assert home.household.commune is not None


def test_agent_changes_how_many_without_cancelling_the_day(enter):
    held = Booking.objects.filter(unit__kind="quantity", state="booked", day__gt=timezone.localdate())
    held = held.exclude(home=None).order_by("pk").first()
    Booking.objects.filter(pk=held.pk).update(quantity=1)
    agent = enter(FAMILY_DESK, viewport={"width": 390, "height": 844})
    agent.goto(held.child.get_absolute_url())
    agent.locator(f"a[href$='/quantite/{held.pk}/']").click()
    agent.get_by_label("Quantité").fill("2")
    agent.get_by_role("button", name="Voir ce qui change").click()
    assert agent.get_by_text("au lieu de 1").is_visible()
    assert not overflows(agent)
    agent.get_by_role("button", name="Confirmer").click()
    agent.get_by_text("C’est noté").first.wait_for()
    held.refresh_from_db()
    assert held.quantity == 2
