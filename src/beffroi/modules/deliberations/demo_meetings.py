"""Invented assemblies and their meetings: one that was held, one convened, one in preparation."""

import datetime

from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.deliberations import quorum
from beffroi.modules.deliberations.actions import meetings as actions
from beffroi.modules.deliberations.actions import votes
from beffroi.modules.deliberations.models import Act, Councillor, Item, Meeting, Seat
from beffroi.shared.organisations.days import add_working_days

NAMES = """
Camille Morel, Alix Delattre, Dominique Lenglet, Pascale Carpentier, Maxime Boulanger, Louison Vasseur, Sacha Lefebvre,
Charlie Caron, Eden Dubois, Morgan Petit, Noa Roussel, Robin Fontaine, Andrea Masson, Lou Bouvier, Jo Leclercq,
Camille Duval, Alix Cordier, Dominique Wattel, Pascale Hennequin, Maxime Thuillier
"""
QUALITIES = ("président", "première vice-présidente", "deuxième vice-président", "troisième vice-présidente")
COMING = (
    ("Débat d’orientation budgétaire", "Camille Morel", "Le rapport présente les recettes, la dette et les projets."),
    ("Tarifs 2027 des accueils de loisirs", "Alix Delattre", "Deux hypothèses sont chiffrées dans la note."),
    ("Convention avec le Département pour la fibre", "Pascale Carpentier", ""),
)


def load(body, today: datetime.date, agent) -> None:
    """The assembly of `body` and its meetings."""
    names = [name.split() for name in NAMES.split(",")]
    members = [
        Councillor(
            organisation=body,
            first_name=first,
            last_name=last,
            quality=QUALITIES[rank] if rank < len(QUALITIES) else "",
            email="" if rank == 7 else f"{first}.{last}@example.invalid".lower(),
            rank=rank + 1,
            start=datetime.date(2026, 4, 1),
        )
        for rank, (first, last) in enumerate(names)
    ]
    Councillor.objects.bulk_create(members)
    _held(body, agent)
    coming = _prepare(body, _evening(add_working_days(today + datetime.timedelta(days=13), 0)), agent, COMING)
    actions.convene_meeting(coming, actor=agent)
    later = ((title, who, note) for title, who, note in (("Vote du budget primitif", "Camille Morel", ""),))
    _prepare(body, _evening(add_working_days(today + datetime.timedelta(days=60), 0)), agent, later)


def _held(body, agent) -> None:
    """The last meeting: its deliberations are those published on that day."""
    last = (
        Act.objects.online().filter(organisation=body, nature=Act.Nature.DELIBERATION).order_by("-decided_on").first()
    )
    acts = list(Act.objects.filter(organisation=body, decided_on=last.decided_on).order_by("number"))
    moment = _evening(last.decided_on)
    sent = _evening(add_working_days(last.decided_on, -7))
    with journal.dated(sent):
        meeting = _prepare(body, moment, agent, [(act.object, "", "") for act in acts])
        actions.convene_meeting(meeting, actor=agent, now=sent)
    with journal.dated(moment):
        _settle(meeting, acts, agent)


def _settle(meeting, acts, agent) -> None:
    seats = list(meeting.seats.select_related("councillor"))
    noted: dict[int, tuple[str, int | None]] = {seat.pk: (Seat.Status.PRESENT, None) for seat in seats}
    noted[seats[5].pk] = (Seat.Status.PROXY, seats[0].councillor_id)
    noted[seats[9].pk] = (Seat.Status.EXCUSED, None)
    actions.note_attendance(meeting, actor=agent, noted=noted)
    for item, act in zip(meeting.items.all(), acts, strict=True):
        actions.settle_item(item, actor=agent, outcome=Item.Outcome.PENDING, act=act)
        _vote(item, act, agent)
    actions.hold_meeting(meeting, actor=agent)
    actions.publish_list(meeting, actor=agent)


def _vote(item, act, agent) -> None:
    """The vote that the published deliberation tells: the first members against, the next abstaining, one who takes no
    part when fewer voted than could."""
    item.refresh_from_db()
    members = [member for member in quorum.of_item(item).voices if member != item.meeting.chair_id]
    said = ["against"] * act.votes_against + ["abstain"] * act.abstentions
    said += ["none"] * (len(members) + 1 - act.votes_cast)
    choices = dict(zip(members, said, strict=False))
    vote = votes.Vote(voting=Item.Voting.SHOW, chair=item.meeting.chair, choices=choices)
    votes.vote_item(item, actor=agent, vote=vote)


def _prepare(body, moment, agent, points) -> Meeting:
    meeting = Meeting(organisation=body, held_at=moment, place="salle communautaire, Doullens")
    actions.save_meeting(meeting, actor=agent)
    for title, rapporteur, note in points:
        actions.add_item(meeting, actor=agent, title=title, rapporteur=rapporteur, note=note)
    return meeting


def _evening(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(19)))
