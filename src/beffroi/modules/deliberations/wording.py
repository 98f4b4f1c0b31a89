"""What an act or minutes say of a meeting, in sentences made from what was noted."""

from collections.abc import Iterable

from django.utils import timezone

from beffroi.kernel.ui import formats
from beffroi.modules.deliberations import quorum
from beffroi.modules.deliberations.models import Act, Ballot, Change, Item, Meeting, Recusal, Seat

Status, Choice = Seat.Status, Ballot.Choice
FIELDS = {
    "collectivite": "nom de la collectivité",
    "numero": "numéro de l’acte",
    "objet": "objet",
    "date": "date de la décision",
    "auteur": "signataire, avec sa qualité",
    "qualite": "qualité du signataire",
    "matiere": "matière",
    "convocation": "date de la convocation",
    "lieu": "lieu de la séance",
    "heure": "heure de la séance",
    "president": "qui préside",
    "secretaire": "secrétaire de séance",
    "rapporteur": "rapporteur",
    "en_exercice": "nombre de membres en exercice",
    "nombre_presents": "nombre de présents",
    "nombre_votants": "nombre de votants",
    "presents": "noms des présents",
    "representes": "noms des représentés, avec leur mandataire",
    "absents": "noms des absents et des excusés",
    "deports": "membres qui se sont déportés",
    "note": "note de synthèse",
    "vote": "le vote, en une phrase",
    "pour": "voix pour",
    "contre": "voix contre",
    "abstentions": "abstentions",
}


def listed(names: Iterable[str]) -> str:
    """« A, B et C »."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} et {last}" if first else last


def voices(number: int) -> str:
    return formats.counted(number, "voix,voix")


def vote_sentence(item: Item, ballots: list[Ballot] | None = None) -> str:
    """The vote of a point as the minutes tell it (CGCT L2121-15, L2121-21): the names of those against and abstaining,
    all the names of a roll-call, none of a secret vote."""
    if not item.voting:
        return ""
    ballots = list(item.ballots.select_related("councillor", "cast_by")) if ballots is None else ballots
    how = {"show": "à main levée", "roll": "au scrutin public", "secret": "au scrutin secret"}[item.voting]
    outcome = "adoptée" if item.outcome == Item.Outcome.ADOPTED else "rejetée"
    if item.votes_for and not item.votes_against:
        outcome += " à l’unanimité des suffrages exprimés"
    elif item.casting_vote:
        outcome += " par la voix prépondérante du président"
    told = [
        f"{voices(item.votes_for)} pour",
        f"{voices(item.votes_against)} contre",
        formats.counted(
            item.abstentions,
            "bulletin blanc ou nul,bulletins blancs ou nuls" if item.voting == Item.Voting.SECRET else "abstention",
        ),
    ]
    lines = [f"Après vote {how}, la délibération est {outcome} : {listed(told)}."]
    shown = (
        (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)
        if item.voting == Item.Voting.ROLL
        else (Choice.AGAINST, Choice.ABSTAIN)
    )
    heads = {
        Choice.FOR: "Ont voté pour",
        Choice.AGAINST: "Ont voté contre",
        Choice.ABSTAIN: "Se sont abstenus",
        Choice.NONE: "N’ont pas pris part au vote",
    }
    for choice in (*shown, Choice.NONE):
        names = [_voice(ballot) for ballot in ballots if ballot.choice == choice]
        if names:
            lines.append(f"{heads[choice]} : {', '.join(names)}.")
    return " ".join(lines)


def _voice(ballot: Ballot) -> str:
    if ballot.cast_by_id == ballot.councillor_id:
        return str(ballot.councillor)
    return f"{ballot.councillor} (par {ballot.cast_by})"


def recusal_sentence(recusals: Iterable[Recusal]) -> str:
    """Who stood aside, named (CGCT L2131-11)."""
    names = [str(one.councillor) for one in recusals]
    if not names:
        return ""
    subject = "Ne prend pas part" if len(names) == 1 else "Ne prennent pas part"
    return f"{subject} au débat ni au vote, pour conflit d’intérêts : {', '.join(names)}."


class Room:
    """Who stands where when a point is examined, by name."""

    def __init__(self, meeting: Meeting, position: int = 0, seats=None, changes=None):
        seats = list(meeting.seats.select_related("councillor")) if seats is None else seats
        if changes is None:
            changes = list(Change.objects.filter(seat__meeting=meeting).select_related("item"))
        self.names = {seat.councillor_id: str(seat.councillor) for seat in seats}
        self.found = quorum.standing(seats, changes, position)

    def those(self, *statuses) -> list[str]:
        return [self.names[member] for member, (status, _proxy) in self.found.items() if status in statuses]

    def represented(self) -> list[str]:
        """« A (pouvoir à B) »."""
        return [
            f"{self.names[member]} (pouvoir à {self.names[proxy]})"
            for member, (status, proxy) in self.found.items()
            if status == Status.PROXY and proxy is not None
        ]


def values_of(act: Act) -> dict[str, str]:
    """What a template of act may ask for; what is not known yet stays empty."""
    known = dict.fromkeys(FIELDS, "")
    known |= {
        "collectivite": act.organisation.name,
        "numero": act.number,
        "objet": act.object,
        "date": formats.day(act.decided_on),
        "auteur": act.author,
        "qualite": act.author_quality,
        "matiere": f"{act.matter} {act.matter_name}",
    }
    item = Item.objects.select_related("meeting__chair", "meeting__secretary", "chair").filter(act=act).first()
    if item is not None:
        known |= _of_item(item)
    elif act.votes_cast is not None:
        known |= {
            "vote": f"{voices(act.votes_for)} pour, {voices(act.votes_against)} contre, "
            f"{formats.counted(act.abstentions, 'abstention')}."
        }
        known |= {"pour": str(act.votes_for), "contre": str(act.votes_against), "abstentions": str(act.abstentions)}
        known |= {"en_exercice": str(act.voters), "nombre_votants": str(act.votes_cast)}
    return known


def _of_item(item: Item) -> dict[str, str]:
    meeting = item.meeting
    room = Room(meeting, item.position)
    told = {
        "convocation": formats.day(timezone.localdate(meeting.convened_at)) if meeting.convened_at else "",
        "lieu": meeting.place,
        "heure": formats.hour(meeting.held_at),
        "president": str(item.chair or meeting.chair or ""),
        "secretaire": str(meeting.secretary or ""),
        "rapporteur": item.rapporteur,
        "presents": ", ".join(room.those(Status.PRESENT)),
        "representes": ", ".join(room.represented()),
        "absents": ", ".join(room.those(Status.ABSENT, Status.EXCUSED)),
        "deports": recusal_sentence(item.recusals.select_related("councillor")),
        "note": item.note,
        "vote": vote_sentence(item),
    }
    if item.voting:
        told |= {
            "en_exercice": str(item.in_office),
            "nombre_presents": str(item.present),
            "nombre_votants": str(item.votes_cast),
            "pour": str(item.votes_for),
            "contre": str(item.votes_against),
            "abstentions": str(item.abstentions),
        }
    return told
