import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.deliberations import deadlines, quorum
from beffroi.modules.deliberations.actions import meetings as actions
from beffroi.modules.deliberations.actions import votes
from beffroi.modules.deliberations.models import Act, Councillor, Item, Meeting, Seat
from beffroi.modules.deliberations.retention import RULES
from beffroi.shared.organisations.models import Commune

pytestmark = pytest.mark.django_db
P, A, R = Seat.Status.PRESENT, Seat.Status.ABSENT, Seat.Status.PROXY


def _at(day: dt.date, hour: int = 19) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


@pytest.fixture
def members(commune):
    return [
        Councillor.objects.create(
            organisation=commune,
            first_name="Élu",
            last_name=f"N{rank}",
            email=f"elu{rank}@example.invalid" if rank else "",
            rank=rank,
            start=dt.date(2020, 1, 1),
        )
        for rank in range(5)
    ]


@pytest.fixture
def meeting(commune, secretary, members):
    found = Meeting(organisation=commune, held_at=timezone.now() + dt.timedelta(days=10), place="mairie")
    actions.save_meeting(found, actor=secretary)
    for title in ("Budget", "Travaux", "Divers"):
        actions.add_item(found, actor=secretary, title=title)
    return found


@pytest.fixture
def convened(meeting, secretary):
    return actions.convene_meeting(meeting, actor=secretary)


def vote_by_hand(item, actor, default="for", **choices):
    """Everyone votes `default`, but those named by their rank."""
    item.refresh_from_db()
    voices = quorum.of_item(item).voices
    said = {member: choices.get(f"n{rank}", default) for rank, member in enumerate(sorted(voices))}
    holder = next(iter(voices.values()), None)
    chair = item.meeting.chair or Councillor.objects.get(pk=holder)
    return votes.vote_item(item, actor=actor, vote=votes.Vote(voting="show", chair=chair, choices=said))


def _note(meeting, secretary, *statuses, proxies=()):
    seats = list(meeting.seats.all())
    noted = {seat.pk: (status, None) for seat, status in zip(seats, statuses, strict=True)}
    for giver, holder in proxies:
        noted[seats[giver].pk] = (R, seats[holder].councillor_id)
    return actions.note_attendance(meeting, actor=secretary, noted=noted)


@pytest.mark.parametrize(
    ("meeting_on", "days", "last"),
    [
        (dt.date(2026, 12, 4), 3, dt.date(2026, 11, 30)),
        (dt.date(2026, 12, 4), 5, dt.date(2026, 11, 28)),
        (dt.date(2028, 3, 3), 3, dt.date(2028, 2, 28)),  # over 29 February
        (dt.date(2026, 12, 28), 3, dt.date(2026, 12, 24)),  # Christmas and Sunday count
        (dt.date(2026, 12, 4), 1, dt.date(2026, 12, 2)),
    ],
)
def test_clear_days_count_neither_the_sending_nor_the_meeting(meeting_on, days, last):
    assert deadlines.convene_by(meeting_on, days) == last


@pytest.mark.parametrize(("population", "days"), [(900, 3), (3499, 3), (3500, 5), (None, 3)])
def test_larger_communes_convene_earlier(commune, population, days):
    commune.population = population
    commune.save(update_fields=["population"])
    assert deadlines.clear_days(commune) == days
    assert deadlines.clear_days(commune, urgent=True) == 1
    assert deadlines.clear_days(commune, second_call=True) == 3


def test_epci_with_a_larger_commune_convenes_five_clear_days_before(operator, commune):
    Commune.objects.filter(pk=commune.pk).update(population=900, parent=operator)
    assert deadlines.clear_days(operator) == 3
    Commune.objects.filter(pk=commune.pk).update(population=6000)
    assert deadlines.clear_days(operator) == 5


def test_convocation_too_late_is_refused_and_says_until_when(meeting, secretary):
    late = _at(meeting.convene_by + dt.timedelta(days=1), 8)
    with pytest.raises(ValidationError, match="au plus tard"):
        actions.convene_meeting(meeting, actor=secretary, now=late)
    assert not meeting.seats.exists()
    actions.convene_meeting(meeting, actor=secretary, now=_at(meeting.convene_by, 23))


def test_convocation_reaches_each_member_once_with_its_proof(convened, secretary):
    (line,) = Entry.objects.filter(verb="deliberations.convene")
    filling.fill(line)
    filling.fill(line)
    letters = Delivery.objects.filter(entry=line)
    assert sorted(letter.address for letter in letters) == [f"elu{rank}@example.invalid" for rank in range(1, 5)]
    assert "1. Budget\n2. Travaux\n3. Divers" in letters[0].body
    assert f"/actes/convocations/{convened.token}/" in letters[0].body


def test_agenda_is_ordered_then_fixed_by_the_convocation(meeting, secretary):
    items = list(meeting.items.all())
    actions.move_item(items[2], actor=secretary, up=True)
    assert [item.title for item in meeting.items.all()] == ["Budget", "Divers", "Travaux"]
    actions.remove_item(meeting.items.get(title="Budget"), actor=secretary)
    assert [(item.position, item.title) for item in meeting.items.all()] == [(1, "Divers"), (2, "Travaux")]
    actions.convene_meeting(meeting, actor=secretary)
    with pytest.raises(ValidationError, match="Convoquée"):
        actions.add_item(meeting, actor=secretary, title="Trop tard")


@pytest.mark.parametrize(
    ("statuses", "proxies", "present", "reached"),
    [
        ((P, P, P, A, A), (), 3, True),
        ((P, P, A, A, A), (), 2, False),
        ((P, P, R, R, A), ((2, 0), (3, 1)), 2, False),  # proxies never make the quorum
        ((P, P, P, R, R), ((3, 0), (4, 1)), 3, True),
    ],
)
def test_quorum_is_the_majority_in_the_room(convened, secretary, statuses, proxies, present, reached):
    found = _note(convened, secretary, *statuses, proxies=proxies)
    assert (found.present, found.reached, found.needed) == (present, reached, 3)
    assert found.voters == present + len(proxies)


def test_second_call_needs_no_quorum(convened, secretary):
    Meeting.objects.filter(pk=convened.pk).update(second_call=True)
    convened.refresh_from_db()
    _note(convened, secretary, P, A, A, A, A)
    assert quorum.of_meeting(convened).reached


@pytest.mark.parametrize(
    ("statuses", "proxies", "told"),
    [
        ((P, P, P, R, R), ((3, 0), (4, 0)), "un seul pouvoir|qu’un pouvoir"),
        ((P, P, P, R, A), ((3, 4),), "pas présent"),
        ((P, P, P, R, R), ((3, 4), (4, 3)), "pas présent"),
    ],
)
def test_proxy_that_the_law_forbids_is_refused(convened, secretary, statuses, proxies, told):
    with pytest.raises(ValidationError, match=told):
        _note(convened, secretary, *statuses, proxies=proxies)
    assert set(convened.seats.values_list("status", flat=True)) == {"unknown"}


def test_proxies_may_be_exchanged_in_one_go(convened, secretary):
    _note(convened, secretary, P, P, P, R, R, proxies=((3, 0), (4, 1)))
    _note(convened, secretary, P, P, P, R, R, proxies=((3, 1), (4, 0)))
    seats = list(convened.seats.all())
    assert [seats[3].proxy_id, seats[4].proxy_id] == [seats[1].councillor_id, seats[0].councillor_id]


def test_database_holds_one_proxy_for_each_member(convened):
    first, second, third, *_others = convened.seats.all()
    Seat.objects.filter(pk=second.pk).update(status=R, proxy=first.councillor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=third.pk).update(status=R, proxy=first.councillor)


def test_nothing_is_decided_without_quorum(convened, secretary):
    _note(convened, secretary, P, A, A, A, A)
    with pytest.raises(ValidationError, match="quorum"):
        vote_by_hand(convened.items.first(), secretary)
    with pytest.raises(ValidationError, match="vient de son vote"):
        actions.settle_item(convened.items.first(), actor=secretary, outcome=Item.Outcome.ADOPTED)
    actions.settle_item(convened.items.first(), actor=secretary, outcome=Item.Outcome.DEFERRED)


def test_meeting_goes_from_its_attendance_to_its_list(client, convened, secretary):
    _note(convened, secretary, P, P, P, A, A)
    with pytest.raises(ValidationError, match="pas encore eu lieu"):
        actions.hold_meeting(convened, actor=secretary)
    Meeting.objects.filter(pk=convened.pk).update(held_at=timezone.now() - dt.timedelta(hours=3))
    convened.refresh_from_db()
    actions.hold_meeting(convened, actor=secretary)
    with pytest.raises(ValidationError, match="issue de chaque point"):
        actions.publish_list(convened, actor=secretary)
    first, *others = convened.items.all()
    act = actions.draft_act(first, actor=secretary, matter="7.1")
    assert (act.object, act.decided_on) == ("Budget", convened.day)
    vote_by_hand(first, secretary)
    for item in others:
        vote_by_hand(item, secretary, default="against")
    actions.publish_list(convened, actor=secretary)
    page = client.get(convened.get_absolute_url()).content.decode()
    assert "Délibérations examinées" in page
    assert page.count("Rejetée") == 2
    assert Act.objects.get(pk=act.pk).state == "draft"


def test_commission_and_draft_are_not_public(client, meeting, secretary):
    assert client.get(meeting.get_absolute_url()).status_code == 404
    Meeting.objects.filter(pk=meeting.pk).update(kind="commission", name="Finances")
    meeting.refresh_from_db()
    actions.convene_meeting(meeting, actor=secretary)
    assert client.get(meeting.get_absolute_url()).status_code == 404
    papers = client.get(reverse("deliberations:papers", args=[meeting.token]))
    assert papers.status_code == 200
    assert "noindex" in papers.content.decode()
    assert client.get(reverse("deliberations:papers", args=["inconnu"])).status_code == 404


def test_desk_prepares_convenes_notes_and_publishes(client, secretary, commune, members):
    client.force_login(secretary)
    when = timezone.localtime() + dt.timedelta(days=10)
    given = {"organisation": commune.pk, "kind": "council", "held_at": f"{when:%Y-%m-%dT%H:%M}", "place": "mairie"}
    client.post(reverse("deliberations:new_meeting"), given)
    meeting = Meeting.objects.get()
    client.post(reverse("deliberations:add_item", args=[meeting.pk]), {"title": "Budget"})
    page = client.post(reverse("deliberations:meeting_step", args=[meeting.pk, "convene"]))
    assert page["Location"] == meeting.desk_url()
    seats = list(meeting.seats.all())
    form = {f"status_{seat.pk}": "present" for seat in seats}
    form[f"status_{seats[4].pk}"] = "proxy"
    page = client.post(reverse("deliberations:attendance", args=[meeting.pk]), form)
    assert "à qui" in page.content.decode()
    form[f"proxy_{seats[4].pk}"] = str(seats[0].councillor_id)
    client.post(reverse("deliberations:attendance", args=[meeting.pk]), form)
    text = re.sub(r"\s+", " ", client.get(meeting.desk_url()).content.decode().replace("\u202f", " "))
    assert "Quorum atteint" in text
    item = meeting.items.get()
    voices = {f"choice_{seat.councillor_id}": "for" for seat in seats}
    vote = {"voting": "show", "chair": seats[0].councillor_id, "asked_by": "0", **voices}
    done = client.post(reverse("deliberations:vote", args=[meeting.pk, item.pk]), vote)
    assert done.status_code == 302
    Meeting.objects.filter(pk=meeting.pk).update(held_at=timezone.now() - dt.timedelta(hours=1))
    client.post(reverse("deliberations:meeting_step", args=[meeting.pk, "hold"]))
    client.post(reverse("deliberations:publish_list", args=[meeting.pk]))
    document = SimpleUploadedFile("pv.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    client.post(reverse("deliberations:minutes", args=[meeting.pk]), {"document": document})
    client.logout()
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "procès-verbal" in page
    assert "Adoptée" in page


@pytest.mark.parametrize(("role", "write"), [("agent", 200), ("elected", 403), ("secretary", 200)])
def test_roles_and_meetings(client, make_user, commune, meeting, role, write):
    client.force_login(make_user(role, commune))
    assert client.get(meeting.desk_url()).status_code == 200
    assert client.get(reverse("deliberations:add_item", args=[meeting.pk])).status_code == write
    assert client.get(reverse("deliberations:meeting_step", args=[meeting.pk, "convene"])).status_code == write


def test_agent_of_another_body_sees_no_meeting_of_a_commune(client, agent, meeting):
    client.force_login(agent)
    assert client.get(meeting.desk_url()).status_code == 404


def test_address_dies_a_year_after_the_mandate(members):
    rule = next(rule for rule in RULES if rule.model == "deliberations.Councillor")
    Councillor.objects.filter(pk=members[1].pk).update(end=timezone.localdate() - dt.timedelta(days=400))
    (due,) = rule.due(timezone.now())
    rule.apply(due)
    assert Councillor.objects.get(pk=due.pk).email == ""
    assert not rule.due(timezone.now()).exists()


def test_meeting_called_off_leaves_its_hour_to_another(meeting, convened, secretary):
    def again():
        return actions.save_meeting(
            Meeting(
                organisation=meeting.organisation,
                kind=meeting.kind,
                name=meeting.name,
                held_at=meeting.held_at,
                place="mairie",
            ),
            actor=secretary,
        )

    with pytest.raises(ValidationError):
        again()
    actions.call_off_meeting(convened, actor=secretary, reason="Neige")
    assert again().pk
