import datetime

import pytest

from beffroi.kernel.models import Entry

MORNING = {"d0_p0_opens": "09:00", "d0_p0_closes": "12:00"}


@pytest.fixture
def secretary(enter, doullens):
    return enter("secretary", doullens)


WEEK = "/bureau/horaires/doullens/semaine/"


def ranges(commune):
    return list(commune.opening_hours.values_list("weekday", "opens", "closes"))


def test_week_saved_is_read_by_the_public_and_kept_in_the_history(secretary, doullens):
    data = {**MORNING, "d0_p1_opens": "14:00", "d0_p1_closes": "17:30", "geste": "save"}
    assert secretary.post(WEEK, data).status_code == 302
    assert ranges(doullens) == [
        (0, datetime.time(9), datetime.time(12)),
        (0, datetime.time(14), datetime.time(17, 30)),
    ]
    page = secretary.get("/bureau/horaires/doullens/").content.decode()
    assert "9\u202fh à 12\u202fh et 14\u202fh à 17\u202fh\u202f30" in page
    assert Entry.objects.filter(verb="organisations.hours", target_id=doullens.pk).count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"d0_p1_opens": "11:00", "d0_p1_closes": "13:00"}, "se chevauchent"),
        ({"d0_p1_opens": "08:00", "d0_p1_closes": "18:00"}, "se chevauchent"),
        ({"d0_p1_opens": "14:00", "d0_p1_closes": ""}, "heure de fermeture"),
        ({"d0_p1_opens": "", "d0_p1_closes": "18:00"}, "heure d’ouverture"),
        ({"d0_p1_opens": "18:00", "d0_p1_closes": "14:00"}, "doit suivre"),
        ({"d0_p1_opens": "14:00", "d0_p1_closes": "14:00"}, "doit suivre"),
        ({"d0_p1_opens": "quatorze", "d0_p1_closes": "18:00"}, "heure valide"),
    ],
)
def test_week_with_a_fault_is_refused_beside_the_field_and_kept(secretary, doullens, wrong, words):
    held = ranges(doullens)
    answer = secretary.post(WEEK, {**MORNING, **wrong, "geste": "save"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert 'value="09:00"' in page, "what was typed is kept"
    assert ranges(doullens) == held


def test_week_periods_that_touch_are_accepted(secretary, doullens):
    data = {**MORNING, "d0_p1_opens": "12:00", "d0_p1_closes": "14:00", "geste": "save"}
    assert secretary.post(WEEK, data).status_code == 302


def test_week_preview_writes_nothing(secretary, doullens):
    held = ranges(doullens)
    page = secretary.post(WEEK, {**MORNING, "geste": "preview"}).content.decode()
    assert "Ce que le public lira" in page
    assert "9\u202fh à 12\u202fh" in page
    assert ranges(doullens) == held


def test_week_copy_fills_the_other_days_without_writing(secretary, doullens):
    held = ranges(doullens)
    page = secretary.post(WEEK, {**MORNING, "copied": "0", "targets": ["1", "4"], "geste": "copy"}).content.decode()
    for day in (0, 1, 4):
        assert f'<input type="time" name="d{day}_p0_opens" value="09:00"' in page
    assert '<input type="time" name="d2_p0_opens" value=' not in page
    assert ranges(doullens) == held


def test_week_copy_without_a_day_says_what_is_missing(secretary):
    assert "Choisissez le jour à recopier" in secretary.post(WEEK, {"geste": "copy"}).content.decode()


def test_exceptional_closing_is_added_then_removed(secretary, doullens):
    day = (datetime.date.today() + datetime.timedelta(days=3)).isoformat()
    secretary.post("/bureau/horaires/doullens/", {"kind": "closed", "start": day, "reason": "Formation"})
    held = doullens.exceptional_days.get()
    assert (held.start, held.end, held.opens, held.reason) == (held.end, held.start, None, "Formation")
    assert "(Formation)" in secretary.get("/bureau/horaires/doullens/").content.decode()
    secretary.post(f"/bureau/horaires/doullens/exceptions/{held.pk}/retirer/")
    assert not doullens.exceptional_days.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "closed", "start": "2020-01-01"}, "sont passés"),
        ({"kind": "closed", "start": "2099-01-02", "end": "2099-01-01"}, "précéder"),
        ({"kind": "closed", "start": "2099-01-01", "end": "2101-01-01"}, "un an au plus"),
        ({"kind": "open", "start": "2099-01-01"}, "Donnez l’heure d’ouverture"),
        ({"kind": "open", "start": "2099-01-01", "opens": "14:00", "closes": "10:00"}, "doit suivre"),
    ],
)
def test_exceptional_day_with_a_fault_is_refused_in_words(secretary, doullens, data, words):
    assert words in secretary.post("/bureau/horaires/doullens/", data).content.decode()
    assert not doullens.exceptional_days.exists()


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [
        ("secretary", 200, 404),
        ("admin", 200, 404),
        ("agent", 403, 403),
        ("adviser", 403, 403),
        ("elected", 403, 403),
        ("editor", 403, 403),
        ("dpo", 403, 403),
        ("", 403, 403),
    ],
)
def test_hours_are_edited_by_those_of_the_town_hall_only(enter, doullens, role, own, other):
    client = enter(role, doullens)
    assert client.get(WEEK).status_code == own
    assert client.post(WEEK.replace("doullens", "beauval"), {**MORNING, "geste": "save"}).status_code == other


def test_hours_of_the_communes_are_edited_by_the_administrator_of_the_epci(enter, doullens):
    client = enter("admin")
    page = client.get("/bureau/horaires/").content.decode()
    assert all(name in page for name in ("Doullens", "Beauval", "Communauté de communes d’essai"))
    assert "Amiens" not in page
    assert client.get(WEEK).status_code == 200
    assert client.get("/bureau/horaires/amiens/semaine/").status_code == 404, "a neighbour is only named"


def test_hours_list_of_one_town_hall_leads_to_it(secretary):
    assert secretary.get("/bureau/horaires/").headers["Location"] == "/bureau/horaires/doullens/"


def test_hours_page_of_a_visitor_asks_to_sign_in(doullens, client):
    assert client.get(WEEK).status_code == 302
