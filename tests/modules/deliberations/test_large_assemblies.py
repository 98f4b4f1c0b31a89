"""An assembly of 120 members: noted page by page, and no page heavier than the others."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.deliberations.actions import meetings as actions
from beffroi.modules.deliberations.actions import votes
from beffroi.modules.deliberations.models import Councillor, Meeting, Seat
from tests.contract import rules
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
P, R = Seat.Status.PRESENT, Seat.Status.PROXY
MEMBERS = 120


LONG = ("Marie-Antoinette Élisabeth", "de La Rochefoucauld-Montmorency")


@pytest.fixture
def names():
    """First and last name of each member, before their number."""
    return "Dominique", "Delahaye"


@pytest.fixture
def members():
    return MEMBERS


@pytest.fixture
def large(commune, secretary, names, members):
    """A convened meeting of all these members, the last two of whom have the same name."""
    Councillor.objects.bulk_create(
        Councillor(
            organisation=commune,
            first_name=names[0],
            last_name=f"{names[1]}{min(rank, members - 2):03}",
            quality="conseillère communautaire déléguée" if rank % 3 == 0 else "",
            rank=rank + 1,
            email=f"elue{rank}@example.invalid",
            start=dt.date(2020, 1, 1),
        )
        for rank in range(members)
    )
    found = Meeting(organisation=commune, held_at=timezone.now() + dt.timedelta(days=10), place="salle des fêtes")
    actions.save_meeting(found, actor=secretary)
    actions.add_item(found, actor=secretary, title="Budget")
    return actions.convene_meeting(found, actor=secretary)


def seats_of(meeting):
    return list(meeting.seats.select_related("councillor"))


def fill(text: str, field: str = "status_") -> dict:
    """What the form with these fields would send as it stands."""
    tree = rules.parser.document_fromstring(text)
    (found,) = [one for one in tree.forms if any(name.startswith(field) for name in one.fields)]
    return {name: value or "" for name, value in found.form_values() if not name.startswith("csrf")}


def voted(text: str) -> dict:
    return fill(text, "choice_")


@pytest.mark.parametrize("names", [("Dominique", "Delahaye"), LONG], ids=["short", "long"])
def test_every_page_of_a_large_assembly_keeps_within_the_weight(client, large, secretary):
    client.force_login(secretary)
    seats = seats_of(large)
    item = large.items.get()
    address = reverse("deliberations:attendance", args=[large.pk])
    for page in (1, 2, 3):
        text = client.get(f"{address}?page={page}").content.decode()
        assert list(rules.page(text)) == []
    noted = {seat.pk: (P, None) for seat in seats}
    noted |= {seats[rank].pk: (R, seats[rank + 60].councillor_id) for rank in range(30)}
    actions.note_attendance(large, actor=secretary, noted=noted)
    names = ("deliberations:vote", "deliberations:item", "deliberations:change", "deliberations:recuse")
    pages = [address, f"{address}?page=2", f"{address}?page=3", large.desk_url()]
    pages += [reverse(name, args=[large.pk, item.pk]) for name in names]
    for url in pages:
        assert list(rules.page(client.get(url).content.decode())) == [], url
    given = voted(client.get(pages[-4]).content.decode())
    for number in ("2", "3"):
        text = client.post(pages[-4], given | {"page": number}).content.decode()
        assert list(rules.page(text)) == [], number
    votes.vote_item(item, actor=secretary, vote=votes.Vote(voting="roll", chair=seats[40].councillor, asked_by=60))
    assert list(rules.page(client.get(pages[-3]).content.decode())) == []


def test_vote_of_a_large_assembly_goes_from_page_to_page_and_is_written_once(client, large, secretary):
    client.force_login(secretary)
    seats = seats_of(large)
    actions.note_attendance(large, actor=secretary, noted={seat.pk: (P, None) for seat in seats})
    item = large.items.get()
    address = reverse("deliberations:vote", args=[large.pk, item.pk])
    first = client.get(address).content.decode()
    assert first.count('<select name="choice_') == 40
    given = voted(first) | {f"choice_{seats[3].councillor_id}": "against", "chair": str(seats[7].councillor_id)}
    given |= {"asked_by": "12", "nomination": "on"}
    second = client.post(address, given | {"page": "2"}).content.decode()
    assert "Membres 41 à 80 des 120" in second
    assert "error-summary" not in second, "turning a page refuses nothing"
    given = voted(second)
    assert (given["asked_by"], given["nomination"], given["chair"]) == ("12", "on", str(seats[7].councillor_id))
    given[f"choice_{seats[50].councillor_id}"] = "abstain"
    third = client.post(address, given | {"page": "3"}).content.decode()
    item.refresh_from_db()
    assert item.voting == "", "nothing is written before the end"
    given = voted(third) | {f"choice_{seats[119].councillor_id}": "against", "asked_by": "121"}
    refused = client.post(address, given).content.decode()
    assert "plus que les présents" in refused
    assert "Membres 81 à 120" in refused, "the fault is told on the page where they are"
    assert client.post(address, voted(refused) | {"asked_by": "0"}).status_code == 302
    item.refresh_from_db()
    assert (item.votes_for, item.votes_against, item.abstentions) == (117, 2, 1)
    assert item.chair == seats[7].councillor
    said = dict(item.ballots.exclude(choice="for").values_list("councillor_id", "choice"))
    ranks = {3: "against", 50: "abstain", 119: "against"}
    assert said == {seats[rank].councillor_id: choice for rank, choice in ranks.items()}
    again = client.get(address).content.decode()
    assert voted(again)[f"choice_{seats[119].councillor_id}"] == "against", "what was noted is there to be corrected"


def test_pages_are_noted_one_after_the_other_and_a_proxy_goes_from_one_to_another(client, large, secretary):
    client.force_login(secretary)
    seats = seats_of(large)
    address = reverse("deliberations:attendance", args=[large.pk])
    first = client.get(address).content.decode()
    assert "Préside la séance" not in first
    assert "proposé présent" in first
    given = fill(first)
    assert len([name for name in given if name.startswith("status_")]) == 50
    given[f"status_{seats[3].pk}"] = "proxy"
    given[f"proxy_{seats[3].pk}"] = "dominique  DELAHAYE100"
    answer = client.post(address, given)
    assert answer["Location"] == f"{address}?page=2"
    seat = large.seats.get(pk=seats[3].pk)
    assert (seat.status, seat.proxy_id) == (R, seats[100].councillor_id)
    assert large.seats.filter(status="unknown").count() == 70
    item = large.items.get()
    with pytest.raises(ValidationError, match="Notez d’abord les présences"):
        votes.vote_item(item, actor=secretary, vote=votes.Vote(voting="show", chair=seats[0].councillor))
    client.post(f"{address}?page=2", fill(client.get(f"{address}?page=2").content.decode()))
    third = client.get(f"{address}?page=3").content.decode()
    assert "Préside la séance" in third
    given = fill(third)
    given[f"status_{seats[100].pk}"] = "absent"
    refused = client.post(f"{address}?page=3", given).content.decode()
    assert "quelqu’un qui n’est pas présent" in refused.replace("&#x27;", "’")
    given |= {f"status_{seats[100].pk}": "present", "chair": seats[2].councillor_id}
    done = client.post(f"{address}?page=3", given)
    assert done["Location"].startswith(large.desk_url())
    large.refresh_from_db()
    assert large.chair == seats[2].councillor
    counted = dict.fromkeys(large.seats.values_list("status", flat=True), 0)
    assert set(counted) == {P, R}
    again = fill(client.get(address).content.decode())
    assert again[f"proxy_{seats[3].pk}"] == str(seats[100].councillor)
    client.post(address, again)
    large.refresh_from_db()
    assert large.chair == seats[2].councillor, "a page that does not ask who presides leaves it"


def test_name_that_is_not_of_the_assembly_is_told_beside_its_field_and_kept(client, large, secretary):
    client.force_login(secretary)
    seats = seats_of(large)
    address = reverse("deliberations:attendance", args=[large.pk])
    given = fill(client.get(address).content.decode())
    given |= {f"status_{seats[3].pk}": "proxy", f"proxy_{seats[3].pk}": "Zoé Personne"}
    page = client.post(address, given).content.decode()
    assert re.search(
        r"« Zoé Personne »\s*n’est pas un membre convoqué", page.replace("\u202f", " ").replace("\xa0", " ")
    )
    assert 'value="Zoé Personne"' in page
    assert not large.seats.exclude(status="unknown").exists()


def test_two_of_the_same_name_are_told_apart(client, large, secretary):
    client.force_login(secretary)
    twins = seats_of(large)[118:]
    assert str(twins[0].councillor) == str(twins[1].councillor)
    address = reverse("deliberations:attendance", args=[large.pk])
    page = client.get(address).content.decode()
    seat = seats_of(large)[3]
    names = re.findall(r'<option value="([^"]*rang[^"]*)">', page)
    assert len(names) == 2
    given = fill(page) | {f"status_{seat.pk}": "proxy", f"proxy_{seat.pk}": names[1]}
    client.post(address, given)
    assert large.seats.get(pk=seat.pk).proxy_id == twins[1].councillor_id


@pytest.mark.django_db(transaction=True)
def test_two_clerks_note_two_pages_at_once_and_nothing_is_lost(large, secretary):
    seats = seats_of(large)
    halves = ({seat.pk: (P, None) for seat in seats[:60]}, {seat.pk: (P, None) for seat in seats[60:]})
    answers = at_once(
        *[
            lambda half=half: actions.note_attendance(Meeting.objects.get(pk=large.pk), actor=secretary, noted=half)
            for half in halves
        ]
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    assert set(large.seats.values_list("status", flat=True)) == {"present"}


@pytest.mark.parametrize("members", [240])
@pytest.mark.parametrize("names", [("Marie-Christine", "Delahaye-Vasseur")])
def test_assembly_of_the_largest_bodies_keeps_within_the_weight_and_writes_who_presides(client, large, secretary):
    """No French body has as many as 240 members."""
    client.force_login(secretary)
    seats, item = seats_of(large), large.items.get()
    noted = {seat.pk: (P, None) for seat in seats}
    noted |= {seats[rank].pk: (R, seats[rank + 120].councillor_id) for rank in range(60)}
    actions.note_attendance(large, actor=secretary, noted=noted)
    last = f"{reverse('deliberations:attendance', args=[large.pk])}?page=5"
    given = fill(client.get(last).content.decode())
    refused = client.post(last, given | {"chair": "Zoé Personne"}).content.decode()
    assert list(rules.page(refused)) == []
    assert "Zoé Personne" in refused
    done = client.post(last, given | {"chair": str(seats[130].councillor), "secretary": str(seats[200].councillor)})
    assert done["Location"].startswith(large.desk_url())
    large.refresh_from_db()
    assert (large.chair, large.secretary) == (seats[130].councillor, seats[200].councillor)
    assert fill(client.get(last).content.decode())["chair"] == str(seats[130].councillor)
    names = ("deliberations:vote", "deliberations:item", "deliberations:change", "deliberations:recuse")
    pages = [reverse(name, args=[large.pk, item.pk]) for name in names]
    for url in (last, last.replace("page=5", "page=1"), large.desk_url(), *pages):
        assert list(rules.page(client.get(url).content.decode())) == [], url
    votes.vote_item(item, actor=secretary, vote=votes.Vote(voting="roll", chair=seats[140].councillor, asked_by=60))
    assert list(rules.page(client.get(pages[1]).content.decode())) == []
