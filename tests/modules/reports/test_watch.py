"""Be told of what is reported around a place: a commune or a circle, confirmed, stopped at any time."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import Delivery, Entry
from beffroi.modules.reports import actions, privacy
from beffroi.modules.reports.models import Report, Watch
from beffroi.modules.reports.notices import watching
from tests.modules.reports.conftest import OTHER_PLACE, OUTSIDE, PLACE

pytestmark = pytest.mark.django_db
ADDRESS = "/signalements/veilles/"
EAST = 1 / 71_330  # about a metre, in degrees of longitude, at fifty degrees of latitude


def told(report) -> list[str]:
    created = next(entry for entry in journal.lines_about(report) if entry.verb == "reports.create")
    return sorted(recipient.email for recipient in watching(created))


@pytest.fixture
def watch(db):
    def make(email="voisin@example.invalid", *, confirmed=True, **fields):
        made = actions.ask_watch(email=email, **fields)
        if confirmed:
            actions.confirm_watch(made)
        return made

    return make


def test_watch_of_a_commune_is_asked_confirmed_and_stopped(client, doullens, roads):
    given = {"email": "Jeanne@Example.invalid", "commune": doullens.slug, "family": roads.code}
    assert client.post(ADDRESS, given)["Location"] == f"{ADDRESS}demande/"
    assert client.post(ADDRESS, given)["Location"] == f"{ADDRESS}demande/"
    watch = Watch.objects.get()
    assert (watch.email, watch.commune, watch.family, watch.confirmed_at) == (
        "jeanne@example.invalid",
        doullens,
        roads,
        None,
    )
    letter = Delivery.objects.get(address="jeanne@example.invalid")
    assert "jeanne" not in letter.subject.lower()
    link = re.search(r"/signalements/veilles/\S+/", letter.body)[0]
    assert "Confirmer" in client.get(link).content.decode()
    watch.refresh_from_db()
    assert watch.confirmed_at is None  # mail programs open links alone
    client.post(link, {"geste": "confirm"})
    watch.refresh_from_db()
    assert watch.confirmed_at is not None
    page = client.get(link).content.decode()
    assert f"commune={doullens.slug}&amp;categorie={roads.code}" in page
    client.post(link, {"geste": "stop"})
    assert not Watch.objects.exists()
    assert client.get(link).status_code == 404
    assert "jeanne" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_circle_holds_what_is_inside_and_nothing_else(make_report, watch, doullens):
    watch("loin@example.invalid", location=(PLACE[0] + 700 * EAST, PLACE[1]), radius=500)
    watch("pres@example.invalid", location=(PLACE[0] + 400 * EAST, PLACE[1]), radius=500)
    watch("coin@example.invalid", location=(PLACE[0] + 420 * EAST, PLACE[1] + 0.0037), radius=500)
    watch("vaste@example.invalid", location=(PLACE[0] + 700 * EAST, PLACE[1]), radius=1000)
    watch("muet@example.invalid", location=PLACE, radius=500, confirmed=False)
    assert told(make_report()) == ["pres@example.invalid", "vaste@example.invalid"]


def test_commune_and_family_are_those_asked_for(make_report, watch, doullens, beauval, roads, make_user):
    make_user("secretary", beauval)
    other = type(roads).objects.create(code="eclairage", label="Éclairage", icon="lightbulb")
    watch("tout@example.invalid", commune=doullens)
    watch("voirie@example.invalid", commune=doullens, family=roads)
    watch("lampes@example.invalid", commune=doullens, family=other)
    watch("beauval@example.invalid", commune=beauval)
    assert told(make_report()) == ["tout@example.invalid", "voirie@example.invalid"]
    assert told(make_report(location=OTHER_PLACE)) == ["beauval@example.invalid"]


def test_author_is_not_told_of_their_own_and_nobody_of_a_private_one(make_report, watch, doullens):
    watch("jeanne@example.invalid", commune=doullens)
    watch("jeanne@example.invalid", location=PLACE)
    watch("voisin@example.invalid", commune=doullens)
    watch("voisin@example.invalid", location=PLACE)
    assert told(make_report(contact_email="Jeanne@example.invalid")) == ["voisin@example.invalid"]
    assert told(make_report(is_private=True)) == []
    hidden = make_report()
    Report.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    assert told(Report.objects.get(pk=hidden.pk)) == []


def test_point_is_kept_to_a_hundred_metres_and_asked_for_once(watch, doullens):
    for _ in range(2):
        watch(location=(2.3401234, 50.1609876), radius=500)
    assert Watch.objects.get().location == (2.34, 50.161)
    with pytest.raises(ValidationError):
        actions.ask_watch(email="voisin@example.invalid")
    with pytest.raises(ValidationError):
        actions.ask_watch(email="voisin@example.invalid", commune=doullens, location=PLACE)


def test_address_has_ten_watches_at_most_and_the_answer_is_the_same(client, watch, doullens):
    for rank in range(12):
        watch(confirmed=False, location=(2.31 + rank / 500, 50.15))
    assert Watch.objects.count() == 10
    assert client.post(ADDRESS, {"email": "voisin@example.invalid", "commune": doullens.slug}).status_code == 302
    assert Watch.objects.count() == 10


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": "voisin@example.invalid"}, "Choisissez une commune, ou placez un point"),
        ({"email": "voisin", "commune": "doullens"}, "Cette adresse est incomplète"),
        ({"email": "v@example.invalid", "longitude": OUTSIDE[0], "latitude": OUTSIDE[1]}, "en dehors du territoire"),
        ({"email": "v@example.invalid", "commune": "doullens", "site": "x"}, "écarter les robots"),
    ],
)
def test_form_says_what_is_missing_and_keeps_what_was_typed(client, doullens, given, words):
    page = client.post(ADDRESS, given).content.decode()
    assert words in page
    assert f'value="{given["email"]}"' in page
    assert not Watch.objects.exists()


def test_watch_never_confirmed_is_forgotten(watch, doullens):
    kept, forgotten = watch(commune=doullens), watch("autre@example.invalid", commune=doullens, confirmed=False)
    now = timezone.now() + datetime.timedelta(days=8)
    assert list(privacy.WATCHES.due(now)) == [forgotten]
    privacy.WATCHES.apply(forgotten)
    assert list(Watch.objects.all()) == [kept]


def test_list_map_and_feed_keep_to_the_circle(client, make_report):
    inside = make_report(location=(PLACE[0] + 300 * EAST, PLACE[1]))
    outside = make_report(location=(PLACE[0] + 800 * EAST, PLACE[1]))
    query = f"pres={PLACE[1]},{PLACE[0]}&rayon=500"
    page = client.get(f"/signalements/?{query}")
    assert [report.pk for report in page.context["page_obj"]] == [inside.pk]
    assert "À moins de 500" in page.content.decode()
    feed = client.get(f"/signalements/flux.atom?{query}").content.decode()
    assert (inside.reference in feed, outside.reference in feed) == (True, False)
    points = client.get(f"/carte/couches/signalements.geojson?{query}").json()["features"]
    assert [point["id"] for point in points] == [inside.pk]
    for wrong in ("pres=x,y", "pres=50.1", "pres=nan,2&rayon=5", "pres=50.1,2.3&rayon=x", "pres=99,2"):
        assert client.get(f"/signalements/?{wrong}").context["page_obj"].paginator.count == 2
