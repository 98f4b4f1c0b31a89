"""Who comes, leaves and stands aside during a meeting; the votes, point by point."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.deliberations import quorum
from beffroi.modules.deliberations.actions.drafting import redraw
from beffroi.modules.deliberations.meeting_workflow import MeetingState
from beffroi.modules.deliberations.models import Act, Ballot, Change, Councillor, Item, Meeting, Recusal, Seat
from beffroi.modules.deliberations.workflow import State

NUMBERS = {
    "voters": "in_office",
    "votes_cast": "votes_cast",
    "votes_for": "votes_for",
    "votes_against": "votes_against",
    "abstentions": "abstentions",
}


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What was said at the vote of a point.

    `choices` = {member: choice} for the voices that are not "for", except in a secret vote, which gives `votes_for`,
    `votes_against` and `blank` (blank and void papers) only. `asked_by` = how many members asked for this way of
    voting; `nomination` = the law makes it secret by itself.
    """

    voting: str
    chair: Councillor
    choices: Mapping[int, str] = field(default_factory=dict)
    votes_for: int = 0
    votes_against: int = 0
    blank: int = 0
    asked_by: int = 0
    nomination: bool = False


def _sitting(meeting: Meeting, *, written: bool = True) -> Meeting:
    """The meeting, locked, when it may still be noted."""
    found = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if found.state not in (MeetingState.CONVENED, MeetingState.HELD):
        raise ValidationError(f"La séance est « {found.get_state_display()} ».")
    if written and found.listed_at is not None:
        raise ValidationError("La liste des délibérations est publiée : les votes ne changent plus.")
    return found


def _not_voted(meeting: Meeting, since: int) -> None:
    voted = meeting.items.exclude(voting="").filter(position__gte=since).first()
    if voted is not None:
        raise ValidationError(f"Le point {voted.position} est déjà voté : effacez d’abord son vote.")


@transaction.atomic
def note_change(item: Item, seat: Seat, *, actor, status: str, proxy: Councillor | None = None) -> Change:
    """A member arrives, leaves or gives a proxy when `item` is about to be examined. Records "deliberations.movement".

    Raises ValidationError when the point is already voted, or for a proxy that the law forbids.
    """
    meeting = _sitting(item.meeting)
    _not_voted(meeting, item.position)
    proxy = proxy if status == Seat.Status.PROXY else None
    if status == Seat.Status.PROXY and proxy is None:
        raise ValidationError({"proxy": "Dites à qui le pouvoir est donné."})
    change = Change.objects.filter(seat=seat, item=item).first() or Change(seat=seat, item=item)
    change.status, change.proxy = Seat.Status(status), proxy
    change.full_clean(validate_unique=False, validate_constraints=False)
    change.save()
    if proxy is not None:
        _check_proxy(meeting, change)
    journal.record("deliberations.movement", meeting, actor=actor, data={"item": item.pk, "status": str(status)})
    return change


def _check_proxy(meeting: Meeting, change: Change) -> None:
    """The holder is in the room at that point and carries no other proxy, then or later (CGCT L2121-20)."""
    seats = list(meeting.seats.all())
    changes = list(Change.objects.filter(seat__meeting=meeting).select_related("item"))
    now = quorum.standing(seats, changes, change.item.position)
    if change.proxy_id == change.seat.councillor_id or now[change.proxy_id][0] != Seat.Status.PRESENT:
        raise ValidationError({"proxy": "Le pouvoir va à un autre membre, présent dans la salle."})
    later = {one.item.position for one in changes if one.item.position >= change.item.position}
    for position in sorted(later):
        found = quorum.standing(seats, changes, position)
        held = [proxy for _status, proxy in found.values() if proxy is not None]
        if len(held) != len(set(held)):
            raise ValidationError({"proxy": "Un élu ne porte qu’un pouvoir (CGCT, article L2121-20)."})


@transaction.atomic
def forget_change(change: Change, *, actor) -> None:
    """The movement was noted by mistake. Records "deliberations.movement"."""
    meeting = _sitting(change.item.meeting)
    _not_voted(meeting, change.item.position)
    change.delete()
    journal.record("deliberations.movement", meeting, actor=actor, data={"item": change.item_id})


@transaction.atomic
def recuse(item: Item, councillor: Councillor, *, actor, ground: str) -> Recusal:
    """A member stands aside for a point. Records "deliberations.recuse"."""
    meeting = _sitting(item.meeting)
    if item.meeting.items.filter(pk=item.pk).exclude(voting="").exists():
        raise ValidationError("Ce point est déjà voté : effacez d’abord son vote.")
    if not meeting.seats.filter(councillor=councillor).exists():
        raise ValidationError({"councillor": "Cette personne ne siège pas à cette séance."})
    recusal, _created = Recusal.objects.update_or_create(
        item=item, councillor=councillor, defaults={"ground": Recusal.Ground(ground)}
    )
    journal.record("deliberations.recuse", meeting, actor=actor, data={"item": item.pk})
    return recusal


@transaction.atomic
def forget_recusal(recusal: Recusal, *, actor) -> None:
    """The member takes part after all. Records "deliberations.recuse"."""
    meeting = _sitting(recusal.item.meeting)
    if Item.objects.filter(pk=recusal.item_id).exclude(voting="").exists():
        raise ValidationError("Ce point est déjà voté : effacez d’abord son vote.")
    recusal.delete()
    journal.record("deliberations.recuse", meeting, actor=actor, data={"item": recusal.item_id})


@transaction.atomic
def vote_item(item: Item, *, actor, vote: Vote) -> Item:
    """Note the vote of a point; its outcome follows, and the numbers go to its deliberation. Records
    "deliberations.vote".

    Raises ValidationError without quorum, for a way of voting that not enough members asked for (a quarter of those
    present for a roll-call, a third for a secret vote: CGCT L2121-21), for more votes than voices, or when the
    deliberation is past its draft with other numbers.
    """
    meeting = _sitting(item.meeting)
    item = Item.objects.select_for_update(of=("self",)).select_related("meeting", "act").get(pk=item.pk)
    if meeting.seats.filter(status=Seat.Status.UNKNOWN).exists():
        raise ValidationError("Notez d’abord les présences.")
    found = quorum.of_item(item)
    if not found.reached:
        raise ValidationError(
            f"Le quorum n’est pas atteint pour ce point : {found.present} présents, {found.needed} nécessaires."
        )
    _check_way(vote, found)
    if vote.chair.pk not in found.voices or found.voices[vote.chair.pk] != vote.chair.pk:
        raise ValidationError({"chair": "Qui préside est dans la salle et prend part à ce point."})
    secret = vote.voting == Item.Voting.SECRET
    ballots = [] if secret else _ballots(item, found, vote.choices)
    totals = _totals(vote, ballots, found)
    item.voting, item.chair, item.asked_by = Item.Voting(vote.voting), vote.chair, vote.asked_by
    item.in_office, item.present, item.represented = found.members, found.present, found.represented
    item.votes_for, item.votes_against, item.abstentions = totals
    adopted, item.casting_vote = _outcome(totals, vote, secret=secret)
    item.outcome = Item.Outcome.ADOPTED if adopted else Item.Outcome.REJECTED
    item.ballots.all().delete()
    item.save()
    Ballot.objects.bulk_create(ballots)
    tell_act(item)
    journal.record("deliberations.vote", meeting, actor=actor, data={"item": item.pk, "voting": str(item.voting)})
    return item


def _check_way(vote: Vote, found: quorum.Quorum) -> None:
    if vote.voting == Item.Voting.ROLL and vote.asked_by * 4 < found.present:
        raise ValidationError({"asked_by": "Le scrutin public est demandé par le quart des membres présents."})
    if vote.voting == Item.Voting.SECRET and not vote.nomination and vote.asked_by * 3 < found.present:
        raise ValidationError(
            {"asked_by": "Le scrutin secret est demandé par le tiers des membres présents, sauf pour une nomination."}
        )
    if vote.asked_by > found.present:
        raise ValidationError({"asked_by": "Ils ne peuvent pas être plus que les présents."})


def _ballots(item: Item, found: quorum.Quorum, choices: Mapping[int, str]) -> list[Ballot]:
    strangers = set(choices) - set(found.voices)
    if strangers:
        raise ValidationError("Un vote est donné au nom d’un membre qui ne prend pas part à ce point.")
    return [
        Ballot(
            item=item,
            councillor_id=member,
            cast_by_id=holder,
            choice=Ballot.Choice(choices.get(member, Ballot.Choice.FOR)),
        )
        for member, holder in found.voices.items()
    ]


def _totals(vote: Vote, ballots: list[Ballot], found: quorum.Quorum) -> tuple[int, int, int]:
    if vote.voting != Item.Voting.SECRET:
        said = [ballot.choice for ballot in ballots]
        return said.count("for"), said.count("against"), said.count("abstain")
    totals = vote.votes_for, vote.votes_against, vote.blank
    if sum(totals) > found.voters:
        raise ValidationError({"votes_for": f"Il y a plus de bulletins que de voix : {found.voters} au plus."})
    return totals


def _outcome(totals: tuple[int, int, int], vote: Vote, *, secret: bool) -> tuple[bool, bool]:
    """(adopted, by the casting vote): the majority of the votes cast, abstentions left out; when they are equal, the
    voice of who presides decides, except in a secret vote (CGCT L2121-20)."""
    pro, con, _abstained = totals
    if pro != con:
        return pro > con, False
    chair = vote.choices.get(vote.chair.pk, Ballot.Choice.FOR)
    if secret or pro == 0 or chair not in (Ballot.Choice.FOR, Ballot.Choice.AGAINST):
        return False, False
    return chair == Ballot.Choice.FOR, True


@transaction.atomic
def erase_vote(item: Item, *, actor) -> Item:
    """The vote was noted by mistake: the point is to be voted again. Records "deliberations.erase_vote"."""
    meeting = _sitting(item.meeting)
    item = Item.objects.select_for_update(of=("self",)).select_related("meeting", "act").get(pk=item.pk)
    if item.act is not None and item.act.state != State.DRAFT:
        raise ValidationError("La délibération est déjà numérotée : son vote ne change plus.")
    item.ballots.all().delete()
    item.voting, item.chair, item.asked_by, item.casting_vote = "", None, 0, False
    item.in_office = item.present = item.represented = None
    item.votes_for = item.votes_against = item.abstentions = None
    item.outcome = Item.Outcome.PENDING
    item.save()
    tell_act(item)
    journal.record("deliberations.erase_vote", meeting, actor=actor, data={"item": item.pk})
    return item


def tell_act(item: Item) -> None:
    """Carry the numbers of a vote to the deliberation of the point, and into its text.

    Raises ValidationError when it is past its draft and says something else.
    """
    if item.act_id is None:
        return
    act = Act.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=item.act_id)
    told = {name: getattr(item, source) for name, source in NUMBERS.items()}
    same = all(getattr(act, name) == value for name, value in told.items())
    if act.state != State.DRAFT:
        if item.voting and not same:
            raise ValidationError(f"{act} est déjà « {act.get_state_display().lower()} » avec un autre vote.")
        return
    for name, value in told.items():
        setattr(act, name, value)
    act.save(update_fields=list(told))
    item.act = act
    redraw(act)


@transaction.atomic
def save_discussion(item: Item, *, actor, discussion: str) -> Item:
    """What was said about a point, for the minutes (CGCT L2121-15). Records "deliberations.discussion"."""
    meeting = _sitting(item.meeting, written=False)
    if meeting.minutes_at is not None:
        raise ValidationError("Le procès-verbal est publié : il ne change plus.")
    item.discussion = discussion.strip()
    item.save(update_fields=["discussion"])
    journal.record("deliberations.discussion", meeting, actor=actor, data={"item": item.pk})
    return item
