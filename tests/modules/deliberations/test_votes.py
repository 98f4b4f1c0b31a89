"""The law of the votes as cases: presences, proxies, departures, members who stand aside, ways of voting."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.kernel.models import Entry
from beffroi.modules.deliberations import exports, minutes, quorum, wording
from beffroi.modules.deliberations.actions import meetings, votes
from beffroi.modules.deliberations.actions import publication as publishing
from beffroi.modules.deliberations.actions.acts import adopt_act
from beffroi.modules.deliberations.models import Act, Ballot, Councillor, Item, Meeting, Recusal, Seat
from beffroi.shared.documents.reading.texts import PDF
from beffroi.shared.documents.reading.texts import read as read_text
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
P, A, R = Seat.Status.PRESENT, Seat.Status.ABSENT, Seat.Status.PROXY
SHOW, ROLL, SECRET = Item.Voting.SHOW, Item.Voting.ROLL, Item.Voting.SECRET


def convened(body, secretary, count=7, points=("Budget", "Travaux", "Divers")):
    for rank in range(count):
        Councillor.objects.create(
            organisation=body, first_name="Élu", last_name=f"N{rank}", rank=rank, start=dt.date(2020, 1, 1)
        )
    found = Meeting(organisation=body, held_at=timezone.now() + dt.timedelta(days=10), place="mairie")
    meetings.save_meeting(found, actor=secretary)
    for title in points:
        meetings.add_item(found, actor=secretary, title=title)
    meetings.convene_meeting(found, actor=secretary)
    return found


@pytest.fixture
def meeting(commune, secretary):
    return convened(commune, secretary)


def seats_of(meeting):
    return list(meeting.seats.select_related("councillor"))


def note(meeting, secretary, statuses, proxies=None):
    seats = seats_of(meeting)
    noted = {seat.pk: (status, None) for seat, status in zip(seats, statuses, strict=True)}
    for giver, holder in (proxies or {}).items():
        noted[seats[giver].pk] = (R, seats[holder].councillor_id)
    return meetings.note_attendance(meeting, actor=secretary, noted=noted)


def cast(item, secretary, said=None, *, voting=SHOW, chair=None, **more):
    """`said` = {rank of the member: choice}; the others vote for."""
    item.refresh_from_db()
    seats = seats_of(item.meeting)
    choices = {seats[rank].councillor_id: choice for rank, choice in (said or {}).items()}
    who = seats[chair].councillor if chair is not None else item.meeting.chair
    return votes.vote_item(item, actor=secretary, vote=votes.Vote(voting=voting, chair=who, choices=choices, **more))


def test_vote_counts_each_voice_and_those_carried(meeting, secretary):
    note(meeting, secretary, [P, P, P, P, P, R, A], {5: 0})
    item = cast(meeting.items.first(), secretary, {1: "against", 5: "abstain", 4: "none"})
    assert (item.votes_for, item.votes_against, item.abstentions, item.votes_cast) == (3, 1, 1, 5)
    assert (item.in_office, item.present, item.represented) == (7, 5, 1)
    assert item.outcome == Item.Outcome.ADOPTED
    assert not item.casting_vote
    carried = item.ballots.get(councillor__last_name="N5")
    assert (carried.cast_by.last_name, carried.choice) == ("N0", "abstain")


@pytest.mark.parametrize(
    ("voting", "said", "counts", "adopted", "casting"),
    [
        (SHOW, {1: "against", 2: "against"}, None, True, True),  # 2 to 2: the chair voted for
        (SHOW, {0: "against", 2: "against"}, None, False, True),  # 2 to 2: the chair voted against
        (SHOW, {0: "abstain", 1: "abstain", 2: "against"}, None, False, False),  # 1 to 1, the chair said nothing
        (SHOW, {1: "against", 2: "abstain", 3: "abstain"}, None, True, True),  # 1 to 1, abstentions left out
        (SHOW, {0: "abstain", 1: "abstain", 2: "abstain", 3: "abstain"}, None, False, False),  # nobody decided
        (SECRET, {}, (2, 2, 0), False, False),  # no casting vote in a secret ballot
        (SECRET, {}, (2, 1, 1), True, False),
    ],
)
def test_equal_voices_and_who_decides(commune, secretary, voting, said, counts, adopted, casting):
    meeting = convened(commune, secretary, count=4)
    note(meeting, secretary, [P, P, P, P])
    more = {"asked_by": 4} if voting == SECRET else {}
    if counts:
        more |= dict(zip(("votes_for", "votes_against", "blank"), counts, strict=True))
    item = cast(meeting.items.first(), secretary, said, voting=voting, **more)
    assert (item.outcome == Item.Outcome.ADOPTED, item.casting_vote) == (adopted, casting)


@pytest.mark.parametrize(
    ("voting", "asked", "nomination", "allowed"),
    [
        (ROLL, 1, False, False),  # 7 present: a quarter is 1.75
        (ROLL, 2, False, True),
        (SECRET, 2, False, False),  # a third is 2.33
        (SECRET, 3, False, True),
        (SECRET, 0, True, True),  # a nomination is secret by law
        (SHOW, 0, False, True),
        (ROLL, 8, False, False),  # more than were there
    ],
)
def test_roll_call_and_secret_vote_are_asked_for(meeting, secretary, voting, asked, nomination, allowed):
    note(meeting, secretary, [P] * 7)
    counts = {"votes_for": 4, "votes_against": 2, "blank": 1} if voting == SECRET else {}
    gesture = lambda: cast(  # noqa: E731
        meeting.items.first(), secretary, voting=voting, asked_by=asked, nomination=nomination, **counts
    )
    if allowed:
        assert gesture().voting == voting
    else:
        with pytest.raises(ValidationError):
            gesture()


def test_secret_vote_keeps_no_name_and_the_database_holds_it(meeting, secretary):
    note(meeting, secretary, [P] * 7)
    item = cast(meeting.items.first(), secretary, voting=SECRET, asked_by=3, votes_for=4, votes_against=2, blank=1)
    assert not item.ballots.exists()
    member = Councillor.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(item=item, councillor=member, cast_by=member, choice="for")
    told = wording.vote_sentence(item)
    assert "N1" not in told
    with pytest.raises(ValidationError, match="plus de bulletins"):
        cast(item, secretary, voting=SECRET, asked_by=3, votes_for=6, votes_against=2, blank=0)


def test_minutes_name_who_voted_as_the_law_wants(meeting, secretary):
    note(meeting, secretary, [P] * 6 + [R], {6: 0})
    first, second, _third = meeting.items.all()
    shown = wording.vote_sentence(cast(first, secretary, {1: "against", 6: "abstain"}))
    assert "Ont voté contre : Élu N1" in shown
    assert "Se sont abstenus : Élu N6 (par Élu N0)" in shown
    assert "Ont voté pour" not in shown
    called = wording.vote_sentence(cast(second, secretary, {1: "against"}, voting=ROLL, asked_by=2))
    assert called.count("Élu N") == 8, "each member by name, and the holder of the proxy"


def test_quorum_is_reckoned_again_when_members_leave(meeting, secretary):
    note(meeting, secretary, [P, P, P, P, A, A, A])
    first, second, third = meeting.items.all()
    cast(first, secretary)
    seat = seats_of(meeting)[3]
    votes.note_change(second, seat, actor=secretary, status=A)
    assert quorum.of_item(first).reached
    assert not quorum.of_item(second).reached
    with pytest.raises(ValidationError, match="quorum n’est pas atteint pour ce point : 3 présents, 4"):
        cast(second, secretary)
    late = seats_of(meeting)[5]
    votes.note_change(third, late, actor=secretary, status=P)
    assert quorum.of_item(third).present == 4
    assert cast(third, secretary).outcome == Item.Outcome.ADOPTED


def test_who_leaves_gives_one_proxy_and_carries_none_any_more(meeting, secretary):
    note(meeting, secretary, [P, P, P, P, P, R, R], {5: 0, 6: 1})
    first, second, _third = meeting.items.all()
    seats = seats_of(meeting)
    with pytest.raises(ValidationError, match="qu’un pouvoir"):
        votes.note_change(second, seats[2], actor=secretary, status=R, proxy=seats[0].councillor)
    with pytest.raises(ValidationError, match="présent dans la salle"):
        votes.note_change(second, seats[2], actor=secretary, status=R, proxy=seats[5].councillor)
    votes.note_change(second, seats[0], actor=secretary, status=R, proxy=seats[3].councillor)
    before, after = quorum.of_item(first), quorum.of_item(second)
    assert (before.present, before.represented) == (5, 2)
    assert (after.present, after.represented) == (4, 2), "the proxy that the one who left carried has fallen"
    assert after.voices[seats[0].councillor_id] == seats[3].councillor_id
    assert seats[5].councillor_id not in after.voices


def test_movement_before_a_voted_point_is_refused(meeting, secretary):
    note(meeting, secretary, [P] * 7)
    first, second, _third = meeting.items.all()
    cast(second, secretary)
    seats = seats_of(meeting)
    for gesture in (
        lambda: votes.note_change(first, seats[1], actor=secretary, status=A),
        lambda: votes.recuse(second, seats[1].councillor, actor=secretary, ground="interest"),
        lambda: note(meeting, secretary, [P] * 6 + [A]),
    ):
        with pytest.raises(ValidationError, match="déjà voté"):
            gesture()
    votes.erase_vote(second, actor=secretary)
    change = votes.note_change(first, seats[1], actor=secretary, status=A)
    votes.forget_change(change, actor=secretary)
    assert quorum.of_item(first).present == 7


@pytest.mark.parametrize(
    ("ground", "members", "needed"),
    [(Recusal.Ground.INTEREST, 7, 4), (Recusal.Ground.MANDATE, 6, 4)],
)
def test_who_stands_aside_counts_for_nothing_and_is_named(meeting, secretary, ground, members, needed):
    note(meeting, secretary, [P, P, P, P, P, R, A], {5: 4})
    item = meeting.items.first()
    seats = seats_of(meeting)
    votes.recuse(item, seats[4].councillor, actor=secretary, ground=ground)
    found = quorum.of_item(item)
    assert (found.members, found.needed) == (members, needed)
    assert (found.present, found.represented) == (4, 0), "neither they nor the voice that they carry"
    with pytest.raises(ValidationError, match="ne prend pas part"):
        cast(item, secretary, {4: "for"})
    cast(item, secretary)
    text = read_text(PDF, minutes.render(Meeting.objects.get(pk=meeting.pk))).text.replace("\n", " ")
    assert "pour conflit d’intérêts : Élu N4" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert quorum.of_item(meeting.items.last()).present == 5, "on that point only"


def test_recusal_may_lose_the_quorum(commune, secretary):
    meeting = convened(commune, secretary, count=5)
    note(meeting, secretary, [P, P, P, A, A])
    item = meeting.items.first()
    votes.recuse(item, seats_of(meeting)[2].councillor, actor=secretary, ground="interest")
    with pytest.raises(ValidationError, match="quorum"):
        cast(item, secretary)


def test_chair_takes_part_in_the_point(meeting, secretary):
    note(meeting, secretary, [P] * 7)
    item = meeting.items.first()
    votes.recuse(item, seats_of(meeting)[0].councillor, actor=secretary, ground="interest")
    with pytest.raises(ValidationError, match="préside"):
        cast(item, secretary)
    assert cast(item, secretary, chair=1).chair.last_name == "N1"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_voices_are_never_more_than_members_nor_two_in_a_hand(data):
    """Whatever happens in the room."""
    count = data.draw(st.integers(1, 12))
    found = {}
    free = list(range(count))
    for member in range(count):
        status = data.draw(st.sampled_from(["present", "absent", "proxy", "excused"]))
        holder = None
        if status == "proxy":
            others = [one for one in free if one != member]
            if not others:
                status = "absent"
            else:
                holder = data.draw(st.sampled_from(others))
                free.remove(holder)
        found[member] = (status, holder)
    aside = data.draw(st.sets(st.integers(0, count - 1)))
    grounds = [Recusal(councillor_id=one, ground=data.draw(st.sampled_from(["interest", "mandate"]))) for one in aside]
    counted = quorum.count(found, recusals=grounds)
    assert counted.voters == len(counted.voices) <= counted.members
    assert counted.present <= counted.members <= count
    hands = list(counted.voices.values())
    assert all(hands.count(hand) <= 2 for hand in hands), "their own voice and one proxy at most"
    assert all(found[hand][0] == "present" and hand not in aside for hand in hands)
    assert not set(counted.voices) & aside
    if counted.reached:
        assert counted.present * 2 > counted.members


def test_numbers_are_the_same_everywhere(meeting, secretary, commune):
    """The vote, the act, its document, the open data."""
    note(meeting, secretary, [P] * 6 + [A])
    item = meeting.items.first()
    author = {"author_first_name": "Alix", "author_last_name": "Delattre", "author_quality": "maire"}
    act = meetings.draft_act(item, actor=secretary, matter="7.5")
    Act.objects.filter(pk=act.pk).update(**author, must_transmit=False, decided_on=timezone.localdate())
    act.refresh_from_db()
    from beffroi.modules.deliberations.actions import edit_act, write_text
    from beffroi.modules.deliberations.model_texts import DELIBERATION

    write_text(act, actor=secretary, text=DELIBERATION)
    cast(item, secretary, {1: "against", 2: "abstain"})
    act.refresh_from_db()
    assert (act.voters, act.votes_cast, act.votes_for, act.votes_against, act.abstentions) == (7, 6, 4, 1, 1)
    act.votes_for = 6
    act.votes_against = act.abstentions = 0
    edit_act(act, actor=secretary)
    act.refresh_from_db()
    assert act.votes_for == 4, "an edition does not change the vote of a meeting"
    adopt_act(act, actor=secretary, decided_on=timezone.localdate())
    document = next(file for file in act.documents() if file.kind == "act")
    text = _text_of(document)
    assert act.number in text
    assert "4 voix pour" in text
    assert "1 voix contre" in text
    publishing.publish_act(act, actor=secretary)
    (line,) = exports.rows()
    assert [line[f"VOTE_{word}"] for word in ("EFFECTIF", "REEL", "POUR", "CONTRE", "ABSTENTION")] == [7, 6, 4, 1, 1]
    with pytest.raises(ValidationError, match="un autre vote"):
        cast(item, secretary)
    with pytest.raises(ValidationError, match="déjà numérotée"):
        votes.erase_vote(item, actor=secretary)


def _text_of(file) -> str:
    from beffroi.shared.files import storage

    content = b"".join(storage.contents().read(storage.address(file.blob.sha256)))
    return " ".join(read_text(PDF, content).text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_votes_do_not_change_once_the_list_is_online(meeting, secretary):
    note(meeting, secretary, [P] * 7)
    for item in meeting.items.all():
        cast(item, secretary)
    Meeting.objects.filter(pk=meeting.pk).update(state="held", listed_at=timezone.now())
    with pytest.raises(ValidationError, match="liste des délibérations est publiée"):
        cast(meeting.items.first(), secretary, {1: "against"})


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_note_the_same_vote_leave_one(commune, secretary):
    meeting = convened(commune, secretary)
    note(meeting, secretary, [P] * 7)
    item = meeting.items.first()
    answers = at_once(
        *(
            lambda said=said: cast(Item.objects.get(pk=item.pk), secretary, said)
            for said in ({1: "against"}, {2: "against", 3: "against"})
        )
    )
    assert not [one for one in answers if isinstance(one, Exception)]
    item.refresh_from_db()
    assert item.ballots.count() == 7
    assert item.votes_against == item.ballots.filter(choice="against").count()
    assert Entry.objects.filter(verb="deliberations.vote").count() == 2


def test_clerk_notes_a_point_in_the_pages(client, meeting, secretary):
    client.force_login(secretary)
    note(meeting, secretary, [P] * 6 + [A])
    first, second, _third = meeting.items.all()
    seats = seats_of(meeting)
    page = client.get(reverse("deliberations:vote", args=[meeting.pk, first.pk])).content.decode()
    assert page.count('name="choice_') == 6
    voices = {f"choice_{seat.councillor_id}": "for" for seat in seats[:6]}
    said = {"voting": "roll", "asked_by": "1", "chair": seats[0].councillor_id, **voices}
    refused = client.post(reverse("deliberations:vote", args=[meeting.pk, first.pk]), said).content.decode()
    assert "quart des membres" in refused
    client.post(reverse("deliberations:vote", args=[meeting.pk, first.pk]), said | {"asked_by": "2"})
    shown = client.get(reverse("deliberations:item", args=[meeting.pk, first.pk])).content.decode()
    assert "Scrutin public" in shown
    leave = {"councillor": seats[3].councillor_id, "status": "absent", "proxy": ""}
    client.post(reverse("deliberations:change", args=[meeting.pk, second.pk]), leave)
    client.post(
        reverse("deliberations:recuse", args=[meeting.pk, second.pk]),
        {"councillor": seats[2].councillor_id, "ground": "mandate"},
    )
    client.post(reverse("deliberations:discussion", args=[meeting.pk, second.pk]), {"discussion": "Un débat."})
    shown = client.get(reverse("deliberations:item", args=[meeting.pk, second.pk])).content.decode()
    assert "Un débat." in shown
    assert "Représentant de la collectivité" in shown
    undo = reverse("deliberations:undo", args=[meeting.pk, first.pk, "vote", 0])
    client.post(undo)
    first.refresh_from_db()
    assert first.voting == ""
    minutes_page = client.get(reverse("deliberations:draft_minutes", args=[meeting.pk]))
    assert minutes_page.content.startswith(b"%PDF")


def test_elected_member_reads_a_point_and_does_not_write(client, make_user, commune, meeting, secretary):
    note(meeting, secretary, [P] * 7)
    item = meeting.items.first()
    client.force_login(make_user("elected", commune))
    assert client.get(reverse("deliberations:item", args=[meeting.pk, item.pk])).status_code == 200
    for name in ("vote", "change", "recuse", "discussion"):
        assert client.get(reverse(f"deliberations:{name}", args=[meeting.pk, item.pk])).status_code == 403
