"""The doses that the calendar wants at an age, by year of birth; what a family writes of them."""

import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.childcare import actions, vaccines
from beffroi.modules.childcare.models import HealthSheet

D = datetime.date


TODAY = D(2026, 11, 12)


def held(code, birth, dates, day=TODAY):
    return next(one for one in vaccines.history(birth, {code: dates}, day) if one.code == code)


# Code de la santé publique, art. R. 3111-2, and the calendar of vaccinations: what is asked for after eighteen months.
@pytest.mark.parametrize(
    ("born", "wanted"),
    [
        (D(2017, 12, 31), {"dtp": 3}),
        (
            D(2018, 1, 1),
            {"dtp": 3, "coqueluche": 3, "hib": 3, "hepatite-b": 3, "pneumocoque": 3, "meningocoque-c": 2, "ror": 2},
        ),
        (
            D(2023, 6, 30),
            {"dtp": 3, "coqueluche": 3, "hib": 3, "hepatite-b": 3, "pneumocoque": 3, "meningocoque-c": 2, "ror": 2},
        ),
        (
            D(2023, 7, 1),
            {
                "dtp": 3,
                "coqueluche": 3,
                "hib": 3,
                "hepatite-b": 3,
                "pneumocoque": 3,
                "meningocoque-acwy": 2,
                "meningocoque-b": 3,
                "ror": 2,
            },
        ),
    ],
)
def test_doses_of_a_child_of_two_years(born, wanted):
    day = born.replace(year=born.year + 2, day=1)
    assert {one.code: one.wanted for one in vaccines.history(born, {}, day)} == wanted


@pytest.mark.parametrize(("months", "wanted"), [(1, 0), (2, 1), (4, 2), (10, 2), (11, 3), (17, 3), (18, 3), (140, 3)])
def test_dtp_by_age(months, wanted):
    born = D(2018, 3, 1)
    day = D(2018 + (2 + months) // 12, (2 + months) % 12 + 1, 1)
    assert held("dtp", born, [], day).wanted == wanted


def test_what_is_begun_after_a_year_wants_fewer_doses():
    born = D(2019, 1, 10)
    for code, least in vaccines.CAUGHT_UP.items():
        if code not in vaccines.required(born):
            continue
        late = [f"2020-0{rank + 2}-15" for rank in range(least)]
        assert (held(code, born, late).words, held(code, born, late).wanted) == ("À jour", least)
        early = ["2019-03-15", *late[1:]]
        assert held(code, born, early).wanted == len(vaccines.MONTHS[code])


def test_meningococci_of_who_was_a_baby_when_they_became_mandatory():
    """Décret no. 2024-694: those born from July 2023 on owe ACWY and B, a single ACWY dose after the first birthday."""
    born = D(2024, 3, 10)
    assert held("meningocoque-acwy", born, ["2025-04-02"]).words == "À jour"
    assert held("meningocoque-acwy", born, ["2024-09-20"]).words == "1 dose sur 2"
    assert held("meningocoque-b", born, ["2025-02-01", "2025-04-02"]).words == "2 doses sur 3"


def test_words_of_what_is_known():
    born = D(2019, 1, 10)
    assert held("ror", born, []).words == "Aucune date"
    assert held("ror", born, ["2020-01-15"]).words == "1 dose sur 2"
    assert held("ror", born, ["2020-06-15", "2020-01-15"]).words == "À jour"
    assert held("ror", D(2026, 10, 1), []).words == "Pas encore l’âge"
    assert not held("ror", D(2026, 10, 1), []).is_missing


@given(born=st.dates(D(2010, 1, 1), D(2026, 11, 1)), first=st.integers(1, 600), second=st.integers(601, 1200))
def test_more_dates_never_lack_more(born, first, second):
    """A sheet to which a later date is added never goes from « à jour » to incomplete."""
    day = born + datetime.timedelta(days=4000)
    for code in vaccines.required(born):
        one = [(born + datetime.timedelta(days=first)).isoformat()]
        two = [*one, (born + datetime.timedelta(days=second)).isoformat()]
        lacking = [max(found.wanted - len(found.dates), 0) for found in (held(code, born, d, day) for d in (one, two))]
        assert lacking[1] <= lacking[0]


def test_family_writes_each_dose_and_finds_them_again(make_family, client):
    child = make_family(age=8)
    client.force_login(child.parent)
    page = reverse("childcare:my_health", args=[child.pk])
    data = {"vaccin_dtp_1": "2018-03-12", "vaccin_dtp_2": "2018-05-14", "vaccin_ror_2": "2019-01-20"}
    assert client.post(page, data).status_code == 302
    content = HealthSheet.objects.get().content
    assert content["vaccines"] == {"dtp": ["2018-03-12", "2018-05-14"], "ror": ["2019-01-20"]}
    shown = client.get(page)
    text = shown.content.decode()
    assert "2 doses sur 3" in text
    assert "1 dose sur 2" in text
    assert shown.context["form"]["vaccin_ror_1"].value() == "2019-01-20"


def test_same_date_twice_is_refused_and_nothing_typed_is_lost(make_family, client):
    child = make_family(age=8)
    client.force_login(child.parent)
    page = reverse("childcare:my_health", args=[child.pk])
    data = {"allergies": "Lait", "vaccin_dtp_1": "2018-03-12", "vaccin_dtp_2": "2018-03-12"}
    text = client.post(page, data).content.decode()
    assert "déjà celle d’une autre dose" in text
    assert "Lait" in text
    assert not HealthSheet.objects.exists()


def test_one_more_dose_can_always_be_written(make_family, client):
    child = make_family(age=8)
    dates = [f"20{18 + rank}-03-12" for rank in range(5)]
    actions.save_health(child, {"vaccines": {"dtp": dates, "grippe": ["2022-11-02"]}}, actor=child.parent)
    client.force_login(child.parent)
    page = reverse("childcare:my_health", args=[child.pk])
    form = client.get(page).context["form"]
    data = {name: form[name].value() or "" for names in form.vaccine_names.values() for name in names}
    assert client.post(page, data | {"vaccin_dtp_6": "2025-03-12"}).status_code == 302
    content = HealthSheet.objects.get().content
    assert content["vaccines"] == {"dtp": [*dates, "2025-03-12"], "grippe": ["2022-11-02"]}
