"""What town halls do at the desk, and what they may not."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from beffroi.modules.portal.demo.pictures import landscape
from beffroi.modules.portal.models import Alert, Event, News, SiteDetails, State
from beffroi.shared.organisations.models import Membership, Organisation
from tests.modules.portal import factories

BASE = "/bureau/publications"


@pytest.fixture
def sign_in(client, territory):
    """Sign in somebody who holds `role` in the organisation of that slug (the EPCI by default)."""

    def signed(role, slug=None):
        body = Organisation.objects.get(slug=slug) if slug else factories.operator()
        user = get_user_model().objects.create_user(f"{role}-{body.pk}@example.invalid")
        if role:
            Membership.objects.create(user=user, organisation=body, role=role)
        client.force_login(user)
        return user

    return signed


def news_values(**values):
    return {"title": "Une nouvelle", "summary": "Deux phrases.", "theme": "vie-locale", "geste": "save"} | values


def event_values(**values):
    day = timezone.localdate() + datetime.timedelta(days=10)
    return {
        "title": "Fête",
        "summary": "Deux phrases.",
        "theme": "culture",
        "day": day.isoformat(),
        "begins": "14:00",
        "ends": "18:00",
        "recurrence": "none",
        "place": "Place",
        "geste": "publish",
    } | values


def test_secretary_writes_then_publishes_without_wagtail(client, sign_in):
    sign_in("secretary", "doullens")
    answer = client.post(f"{BASE}/actualites/nouvelle/", news_values(title="Mairie fermée : pont"), follow=True)
    news = News.objects.get()
    assert "C’est enregistré" in answer.content.decode()
    assert (news.state, news.commune.slug, news.title) == (State.DRAFT, "doullens", "Mairie fermée\u202f: pont")
    assert client.get(f"{BASE}/actualites/{news.pk}/apercu/").status_code == 200
    client.post(f"{BASE}/actualites/{news.pk}/", news_values(title="Pont", geste="publish"))
    news.refresh_from_db()
    assert (news.state, news.title) == (State.PUBLISHED, "Pont")
    client.logout()
    assert "Pont" in client.get("/communes/doullens/").content.decode()


def test_agent_prepares_and_asks_for_a_reading_but_does_not_publish(client, sign_in):
    sign_in("agent", "doullens")
    client.post(f"{BASE}/actualites/nouvelle/", news_values(geste="publish"))
    news = News.objects.get()
    assert news.state == State.DRAFT
    client.post(f"{BASE}/actualites/{news.pk}/", news_values(geste="submit"))
    news.refresh_from_db()
    assert news.state == State.REVIEW
    assert client.post(f"{BASE}/actualites/{news.pk}/publish/").status_code == 403
    sign_in("secretary", "doullens")
    client.post(f"{BASE}/actualites/{news.pk}/publish/")
    news.refresh_from_db()
    assert news.state == State.PUBLISHED


def test_what_everyone_reads_is_changed_only_by_those_who_publish(client, sign_in):
    body = Organisation.objects.get(slug="doullens")
    news = factories.news("Publiée", organisation=body)
    sign_in("agent", "doullens")
    client.post(f"{BASE}/actualites/{news.pk}/", news_values(title="Détournée"))
    news.refresh_from_db()
    assert news.title == "Publiée"


def test_another_commune_and_the_intercommunality_do_not_exist_for_a_commune(client, sign_in):
    theirs = factories.news("Chez eux", organisation=Organisation.objects.get(slug="beauval"))
    general = factories.news("Pour tous")
    sign_in("editor", "doullens")
    for news in (theirs, general):
        assert client.get(f"{BASE}/actualites/{news.pk}/").status_code == 404
        assert client.post(f"{BASE}/actualites/{news.pk}/withdraw/").status_code == 404
    assert "Chez eux" not in client.get(f"{BASE}/actualites/").content.decode()
    page = client.get(f"{BASE}/actualites/nouvelle/").content.decode()
    assert 'name="commune"' not in page
    other = factories.commune("beauval")
    client.post(f"{BASE}/actualites/nouvelle/", news_values(commune=other.pk, geste="publish"))
    assert News.objects.get(title="Une nouvelle").commune.slug == "doullens"
    client.post(f"{BASE}/actualites/nouvelle/?organisation=beauval", news_values(title="Usurpée"))
    assert News.objects.get(title="Usurpée").organisation.slug == "doullens"


def test_residents_and_elected_do_not_enter(client, sign_in):
    sign_in("elected")
    assert client.get(f"{BASE}/actualites/").status_code == 403
    sign_in("")
    assert client.get(f"{BASE}/actualites/").status_code == 403
    client.logout()
    assert client.get(f"{BASE}/actualites/").status_code == 302


def test_event_with_a_photo_is_published_with_its_words(client, sign_in):
    sign_in("editor")
    photo = SimpleUploadedFile("affiche.png", landscape("x"), content_type="image/png")
    page = client.post(f"{BASE}/evenements/nouvelle/", event_values(photos=photo), follow=True).content.decode()
    assert "Dites en quelques mots ce que montre la photo" in page
    assert "affiche" in page
    photo.seek(0)
    client.post(f"{BASE}/evenements/nouvelle/", event_values(photos=photo, photo_alt="Un beffroi"))
    event = Event.objects.get()
    client.logout()
    page = client.get(event.get_absolute_url()).content.decode()
    assert 'alt="Un beffroi"' in page
    picture = client.get(event.photo.thumbnail_url("moyenne"))
    assert picture.getvalue()[8:12] == b"WEBP"
    picture.close()


def test_event_that_ends_before_it_starts_keeps_what_was_typed(client, sign_in):
    sign_in("editor")
    page = client.post(f"{BASE}/evenements/nouvelle/", event_values(ends="13:00")).content.decode()
    assert "La fin est avant le début" in page
    assert 'value="Fête"' in page
    page = client.post(f"{BASE}/evenements/nouvelle/", event_values(recurrence="weekly")).content.decode()
    assert "Dites jusqu’à quand il se répète" in page
    page = client.post(f"{BASE}/evenements/nouvelle/", event_values(begins="")).content.decode()
    assert "Donnez l’heure du début" in page
    assert not Event.objects.exists()


def test_event_all_day_needs_no_hour_and_its_form_comes_back_the_same(client, sign_in):
    sign_in("editor")
    client.post(f"{BASE}/evenements/nouvelle/", event_values(begins="", ends="", all_day="on", geste="save"))
    event = Event.objects.get()
    assert event.all_day
    page = client.get(f"{BASE}/evenements/{event.pk}/").content.decode()
    assert "checked" in page
    assert event.occurrences.count() == 1


def test_alert_is_scheduled_then_withdrawn(client, sign_in):
    sign_in("editor")
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    values = {
        "level": "vigilance",
        "title": "Vent",
        "text": "Fort.",
        "publish_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
        "ends_at": f"{tomorrow + datetime.timedelta(hours=5):%Y-%m-%dT%H:%M}",
        "communes": [factories.commune("beauval").pk],
        "geste": "publish",
    }
    page = client.post(f"{BASE}/alertes/nouvelle/", values, follow=True).content.decode()
    alert = Alert.objects.get()
    assert "C’est programmé" in page
    assert alert.is_scheduled
    client.post(f"{BASE}/alertes/{alert.pk}/withdraw/")
    alert.refresh_from_db()
    assert alert.state == State.WITHDRAWN
    past = client.post(f"{BASE}/alertes/nouvelle/", values | {"ends_at": "2020-01-01T10:00"}).content.decode()
    assert "La fin doit être après le début" in past


def test_list_is_filtered_and_exported(client, sign_in):
    sign_in("editor")
    factories.news("Travaux")
    factories.news("Brouillon de fête", published=False)
    page = client.get(f"{BASE}/actualites/?etat=draft").content.decode()
    assert "Brouillon de fête" in page
    assert "Travaux" not in page
    csv = client.get(f"{BASE}/actualites/?export=csv&q=trava").content.decode("utf-8-sig")
    assert "Travaux" in csv
    assert "Brouillon" not in csv
    assert client.get(f"{BASE}/actualites/?export=ods").status_code == 200
    assert client.get(f"{BASE}/autre/").status_code == 404


def test_details_of_the_site_are_kept_by_its_administrators(client, sign_in):
    sign_in("admin", "doullens")
    assert client.get(f"{BASE}/presentation/").status_code == 403
    sign_in("admin")
    values = {"director": "La présidente", "audit_rate": "72", "audit_date": "2026-10-01"}
    assert client.post(f"{BASE}/presentation/", values).status_code == 302
    assert SiteDetails.current().conformity == "partiellement conforme"
    client.logout()
    assert "La présidente" in client.get("/mentions-legales/").content.decode()
    page = client.get("/accessibilite/").content.decode()
    assert "72" in page
    assert "Accessibilité\u202f: partiellement conforme" in page
