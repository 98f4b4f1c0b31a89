"""Prepare a meeting, convene it, note who came and what came out, publish the list and the minutes."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.deliberations import minutes, quorum
from beffroi.modules.deliberations.actions.votes import tell_act
from beffroi.modules.deliberations.meeting_workflow import MeetingState, meeting_workflow
from beffroi.modules.deliberations.models import Act, Change, Councillor, Item, Meeting, Seat
from beffroi.shared.files.actions import attach, remove_file, store_upload
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def save_councillor(councillor: Councillor, *, actor) -> Councillor:
    """Add or change a member of an assembly. Records "deliberations.councillor"."""
    councillor.full_clean()
    councillor.save()
    journal.record("deliberations.councillor", councillor, actor=actor)
    return councillor


@transaction.atomic
def save_meeting(meeting: Meeting, *, actor) -> Meeting:
    """Open a meeting, or change it before it is convened. Records "deliberations.meeting"."""
    if meeting.pk and Meeting.objects.select_for_update().get(pk=meeting.pk).state != MeetingState.DRAFT:
        raise ValidationError("La séance est déjà convoquée : annulez-la pour en changer la date ou le lieu.")
    meeting.full_clean()
    meeting.save()
    journal.record("deliberations.meeting", meeting, actor=actor)
    return meeting


def _open(meeting: Meeting, *states) -> Meeting:
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state not in states:
        raise ValidationError(f"La séance est « {locked.get_state_display()} ».")
    return locked


@transaction.atomic
def add_item(meeting: Meeting, *, actor, title: str, rapporteur: str = "", note: str = "") -> Item:
    """Put a point at the end of the agenda, before the convocation. Records "deliberations.agenda"."""
    _open(meeting, MeetingState.DRAFT)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = Item(meeting=meeting, position=last + 1, title=title.strip(), rapporteur=rapporteur.strip(), note=note)
    item.full_clean()
    item.save()
    journal.record("deliberations.agenda", meeting, actor=actor, data={"item": item.pk})
    return item


@transaction.atomic
def move_item(item: Item, *, actor, up: bool) -> None:
    """Exchange a point with its neighbour. Records "deliberations.agenda"."""
    meeting = _open(item.meeting, MeetingState.DRAFT)
    others = meeting.items.filter(position__lt=item.position).order_by("-position")
    if not up:
        others = meeting.items.filter(position__gt=item.position).order_by("position")
    other = others.first()
    if other is None:
        return
    item.position, other.position = other.position, item.position
    Item.objects.bulk_update([item, other], ["position"])
    journal.record("deliberations.agenda", meeting, actor=actor, data={"item": item.pk})


@transaction.atomic
def remove_item(item: Item, *, actor) -> None:
    """Take a point off the agenda, before the convocation. Records "deliberations.agenda"."""
    meeting = _open(item.meeting, MeetingState.DRAFT)
    position = item.position
    item.delete()
    for later in meeting.items.filter(position__gt=position).order_by("position"):
        later.position -= 1
        later.save(update_fields=["position"])
    journal.record("deliberations.agenda", meeting, actor=actor)


@transaction.atomic
def convene_meeting(meeting: Meeting, *, actor, now=None) -> Meeting:
    """Send the agenda to every member in office; the seats are those of that day. Records "deliberations.convene",
    which posts one convocation to each member who has an address: the outbox keeps the proof of each dispatch.

    Raises ValidationError when the agenda is empty or the legal delay is passed.
    """
    now = now or timezone.now()
    if not meeting.items.exists():
        raise ValidationError("L’ordre du jour est vide.")
    if timezone.localdate(now) > meeting.convene_by:
        days = meeting.clear_days
        raise ValidationError(
            f"Il fallait convoquer au plus tard le {meeting.convene_by:%d/%m/%Y} "
            f"({days} jour{'s' if days > 1 else ''} franc{'s' if days > 1 else ''} avant la séance)."
        )
    members = list(meeting.organisation.councillors.active(meeting.day))
    if not members:
        raise ValidationError("Aucun membre de l’assemblée n’est enregistré à cette date.")
    meeting_workflow.fire("convene", meeting, actor=actor, update={"convened_at": now})
    Seat.objects.bulk_create([Seat(meeting=meeting, councillor=member) for member in members])
    return meeting


@transaction.atomic
def note_attendance(
    meeting: Meeting,
    *,
    actor,
    noted: Mapping[int, tuple[str, int | None]],
    chair: Councillor | None = None,
    secretary: Councillor | None = None,
) -> quorum.Quorum:
    """Who is there at the opening: {seat id: (status, id of the councillor who holds the proxy)}; who presides (the
    first present of the table, unless said) and who writes. The seats that are not given stay as they were: a large
    assembly is noted page by page. Records "deliberations.attendance".

    Raises ValidationError for a proxy given to someone who is not in the room, or to one who already holds one, and
    once a point is voted.
    """
    _open(meeting, MeetingState.CONVENED)
    if meeting.items.exclude(voting="").exists():
        raise ValidationError("Des points sont déjà votés : notez une arrivée ou un départ sur le point concerné.")
    if Change.objects.filter(seat__meeting=meeting).exists():
        raise ValidationError("Des arrivées ou des départs sont déjà notés : effacez-les d’abord.")
    seats = {seat.pk: seat for seat in meeting.seats.select_related("councillor").select_for_update(of=("self",))}
    for pk, (status, proxy) in noted.items():
        if pk in seats:
            seats[pk].status = Seat.Status(status)
            seats[pk].proxy_id = proxy if status == Seat.Status.PROXY else None
    _check_proxies(seats.values())
    Seat.objects.filter(pk__in=seats).update(status=Seat.Status.UNKNOWN, proxy=None)
    Seat.objects.bulk_update(seats.values(), ["status", "proxy"])
    _preside(meeting, list(seats.values()), chair, secretary)
    found = quorum.of_meeting(meeting, list(seats.values()))
    data = {"present": found.present, "represented": found.represented}
    journal.record("deliberations.attendance", meeting, actor=actor, data=data)
    return found


def _preside(meeting: Meeting, seats: list[Seat], chair: Councillor | None, secretary: Councillor | None) -> None:
    present = [seat.councillor for seat in seats if seat.status == Seat.Status.PRESENT]
    for name, person in (("chair", chair), ("secretary", secretary)):
        if person is not None and person not in present:
            raise ValidationError({name: f"{person} n’est pas noté présent."})
    meeting.chair = chair or min(present, key=lambda one: (one.rank, one.last_name), default=None)
    meeting.secretary = secretary
    meeting.save(update_fields=["chair", "secretary"])


def _check_proxies(seats: Iterable[Seat]) -> None:
    """Someone not noted yet may hold a proxy: they are checked again when they are noted, and nothing is voted before
    all are."""
    seats = list(seats)
    present = {seat.councillor_id for seat in seats if seat.status in (Seat.Status.PRESENT, Seat.Status.UNKNOWN)}
    taken: dict[int, Seat] = {}
    for seat in seats:
        if seat.status != Seat.Status.PROXY:
            continue
        if seat.proxy_id is None:
            raise ValidationError(f"Dites à qui {seat.councillor} a donné son pouvoir.")
        if seat.proxy_id not in present:
            raise ValidationError(f"{seat.councillor} a donné son pouvoir à quelqu’un qui n’est pas présent.")
        if seat.proxy_id in taken:
            raise ValidationError(
                f"{seat.councillor} et {taken[seat.proxy_id].councillor} ont le même mandataire : "
                "un élu ne porte qu’un pouvoir (CGCT, article L2121-20)."
            )
        taken[seat.proxy_id] = seat


@transaction.atomic
def settle_item(item: Item, *, actor, outcome: str, act: Act | None = None) -> Item:
    """What came of a point without a vote, or its deliberation; "adopted" and "rejected" come from the vote alone.
    Records "deliberations.settle".

    Raises ValidationError when the deliberation is of another body, or says another vote.
    """
    meeting = _open(item.meeting, MeetingState.CONVENED, MeetingState.HELD)
    item.refresh_from_db()
    outcome = Item.Outcome(outcome)
    if outcome != item.outcome and (item.voting or outcome in (Item.Outcome.ADOPTED, Item.Outcome.REJECTED)):
        raise ValidationError({"outcome": "L’issue d’un point voté vient de son vote : notez-le ou effacez-le."})
    if act is not None and act.organisation_id != meeting.organisation_id:
        raise ValidationError("Cette délibération est celle d’une autre collectivité.")
    item.outcome, item.act = outcome, act
    item.save(update_fields=["outcome", "act"])
    if item.voting:
        tell_act(item)
    journal.record("deliberations.settle", meeting, actor=actor, data={"item": item.pk, "outcome": str(outcome)})
    return item


@transaction.atomic
def draft_act(item: Item, *, actor, matter: str) -> Act:
    """Open the deliberation of a point: a project before the meeting, with the numbers of the vote after it. Records
    "deliberations.create"."""
    meeting = _open(item.meeting, MeetingState.DRAFT, MeetingState.CONVENED, MeetingState.HELD)
    item.refresh_from_db()
    if item.act_id is not None:
        raise ValidationError("Ce point a déjà sa délibération.")
    act = Act(organisation=meeting.organisation, object=item.title, matter=matter, decided_on=meeting.day)
    last = Act.objects.filter(organisation=meeting.organisation).exclude(author_quality="").order_by("-pk").first()
    if last is not None:
        act.author_first_name, act.author_last_name = last.author_first_name, last.author_last_name
        act.author_quality = last.author_quality
    act.full_clean(exclude=["number"])
    act.save(force_insert=True)
    journal.record("deliberations.create", act, actor=actor, data={"meeting": meeting.pk})
    item.act = act
    item.save(update_fields=["act"])
    if item.voting:
        tell_act(item)
    return act


@transaction.atomic
def hold_meeting(meeting: Meeting, *, actor) -> Meeting:
    """The meeting is over. Records "deliberations.hold"."""
    if timezone.now() < meeting.held_at:
        raise ValidationError("La séance n’a pas encore eu lieu.")
    if meeting.seats.filter(status=Seat.Status.UNKNOWN).exists():
        raise ValidationError("Notez d’abord la présence de chaque membre.")
    meeting_workflow.fire("hold", meeting, actor=actor)
    return meeting


@transaction.atomic
def call_off_meeting(meeting: Meeting, *, actor, reason: str) -> Meeting:
    """The meeting will not take place: those who were convened are told. Records "deliberations.call_off"."""
    meeting_workflow.fire("call_off", meeting, actor=actor, data={"reason": reason.strip()})
    return meeting


@transaction.atomic
def publish_list(meeting: Meeting, *, actor) -> Meeting:
    """Put online the list of the deliberations examined (CGCT L2121-25). Records "deliberations.list"."""
    locked = _open(meeting, MeetingState.HELD)
    if locked.listed_at is not None:
        return locked
    if meeting.items.filter(outcome=Item.Outcome.PENDING).exists():
        raise ValidationError("Dites d’abord l’issue de chaque point de l’ordre du jour.")
    meeting.listed_at = timezone.now()
    meeting.save(update_fields=["listed_at"])
    journal.record("deliberations.list", meeting, actor=actor)
    return meeting


@transaction.atomic
def publish_minutes(meeting: Meeting, *, actor, document=None) -> Meeting:
    """Put online the minutes, once approved at the next meeting (CGCT L2121-15): those given, or those made from what
    was noted. Records "deliberations.minutes"."""
    _open(meeting, MeetingState.HELD)
    if document is None:
        sent = SimpleUploadedFile(f"proces-verbal-{meeting.day}.pdf", minutes.render(meeting), "application/pdf")
        document = store_upload(sent, actor=actor)
    if document.blob.mime != "application/pdf":
        raise ValidationError({"document": "Donnez le procès-verbal en PDF."})
    for old in StoredFile.objects.about(meeting).filter(kind="minutes"):
        remove_file(old, actor=actor)
    attach([document], meeting, public=meeting.kind == Meeting.Kind.COUNCIL, kind="minutes")
    meeting.minutes_at = timezone.now()
    meeting.save(update_fields=["minutes_at"])
    journal.record("deliberations.minutes", meeting, actor=actor)
    return meeting
