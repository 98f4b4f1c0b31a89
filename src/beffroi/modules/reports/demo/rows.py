"""The rows of the invented reports, written together: cases, reports, messages, followers, photos, journal."""

import datetime
import random
import uuid
from collections import Counter as Tally
from dataclasses import dataclass, field
from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from beffroi.kernel.models import Entry, User
from beffroi.modules.reports.demo import texts
from beffroi.modules.reports.demo.lives import Life, Step
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.models.report import title_of
from beffroi.modules.reports.routing import Route
from beffroi.modules.reports.workflow import S, report_workflow
from beffroi.shared.assets.models import Asset
from beffroi.shared.cases import deadlines
from beffroi.shared.cases.models import Case, Counter, Follower, Message
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.organisations.models import Commune, Membership, Organisation

SPACE = uuid.UUID("5f0c2f5e-4d5b-4b39-9a3e-3f1f1e6c9d10")
# Days since when nobody has read the texts again.
UNREAD = 6


@dataclass
class Invented:
    """A report before it is written; `into` = the one that it is brought together with."""

    number: int
    category: Category
    commune: Commune
    place: tuple[float, float]
    address: str
    way: Route
    life: Life
    description: str
    photos: list[tuple[Blob, str]] = field(default_factory=list)
    asset: Asset | None = None
    into: "Invented | None" = None
    case: Case | None = None

    @property
    def may_have_twin(self) -> bool:
        old = self.life.until - self.life.created > datetime.timedelta(days=3)
        late = self.life.closed_at is None or self.life.closed_at - self.life.created > datetime.timedelta(days=3)
        return old and late

    @property
    def is_read(self) -> bool:
        return self.life.until - self.life.created > datetime.timedelta(days=UNREAD)

    def photograph(self, album: dict[tuple[str, bool], list[Blob]], draw: random.Random) -> None:
        before, after = (album.get((self.category.code, ended), []) for ended in (False, True))
        if before and draw.random() < 0.42:
            self.photos.append((draw.choice(before), "photo"))
        if after and self.life.moment("resolve") and draw.random() < 0.4:
            self.photos.append((after[0], "after"))

    @property
    def holder(self) -> Organisation:
        """The body that has it now."""
        return _operator() if self.life.moment("transfer") else self.way.organisation


@cache
def _operator() -> Organisation:
    return Organisation.objects.prefetch_related("opening_hours", "exceptional_days").get(is_operator=True)


def write(invented: list[Invented], draw: random.Random) -> None:
    """Write them all; those of the same year are numbered in the order in which they came."""
    _operator.cache_clear()
    agents, account = _Agents(), User.objects.filter(email="habitante@example.invalid").first()
    numbers: Tally = Tally()
    cases = []
    for one in invented:
        year = timezone.localtime(one.life.created).year
        numbers[year] += 1
        one.case = _case(one, f"{Report.prefix}-{year}-{numbers[year]:06d}", draw, account)
        cases.append(one.case)
    Case.objects.bulk_create(cases, batch_size=300)
    for one in invented:
        _report(one, draw).save_base(raw=True, force_insert=True)
    merged = [one for one in invented if one.into is not None]
    for one in merged:
        one.case.merged_into = one.into.case
    Case.objects.bulk_update([one.case for one in merged], ["merged_into"])
    for year, last in numbers.items():
        Counter.objects.update_or_create(prefix=Report.prefix, year=year, defaults={"last": last})
    _photos(invented)
    _journal(invented, agents, _followers(invented, draw))


def _case(one: Invented, reference: str, draw: random.Random, account: User | None) -> Case:
    life = one.life
    due, paused = _deadline(one)
    return Case(
        reference=reference,
        kind=Report._meta.label_lower,
        title=title_of(one.category, one.address, one.commune),
        state=life.state,
        organisation=one.holder,
        team=None if life.moment("transfer") else one.way.team,
        commune=one.commune,
        channel=draw.choices(["web", "phone", "counter", "api"], [70, 20, 8, 2])[0],
        client_uuid=uuid.uuid5(SPACE, str(one.number)),
        created_at=life.created,
        acknowledged_at=None if one.into else life.acknowledged_at,
        closed_at=life.closed_at,
        due_at=due,
        paused_at=life.moment("ask") if paused is not None else None,
        paused_minutes=paused,
        news_at=life.steps[-1].at if life.steps else None,
        **_author(one.number, draw, account),
    )


def _author(number: int, draw: random.Random, account: User | None) -> dict:
    kind = draw.random()
    if kind < 0.35:
        return {}
    if kind < 0.37 and account is not None:
        return {"requester": account}
    return {"contact_name": draw.choice(texts.NAMES), "contact_email": f"habitant{number}@example.invalid"}


def _deadline(one: Invented) -> tuple[datetime.datetime | None, int | None]:
    """Its due date, and the working minutes that were left where it waits for its author."""
    life, taken = one.life, one.life.acknowledged_at is not None
    hours = one.category.fix_hours if taken else one.category.acknowledge_hours
    due = deadlines.due_date(_operator(), hours=hours, start=life.created)
    asked, answered = life.moment("ask"), life.moment("answer")
    if due is None or asked is None:
        return due, None
    if life.state == S.WAITING:
        return due, deadlines.pause(_operator(), due, asked)
    return (due + (answered - asked) if answered else due), None


def _report(one: Invented, draw: random.Random) -> Report:
    shown = one.life.created if one.is_read else None
    moved = one.life.moment("transfer") is not None
    return Report(
        case_ptr_id=one.case.pk,
        category=one.category,
        location=one.place,
        address=one.address,
        address_is_known=True,
        asset=one.asset,
        description=one.description,
        answers={
            spec.name: draw.choice(spec.choices) for spec in one.category.specs if spec.choices and draw.random() < 0.6
        },
        external=None if moved else one.way.external,
        competence_reason="" if moved else one.way.reason,
        text_shown_at=shown,
        checked_at=shown,
        refusal=one.life.refusal,
    )


def _photos(invented: list[Invented]) -> None:
    kind = ContentType.objects.get_for_model(Report)
    files = [
        StoredFile(
            blob=blob,
            name=f"{one.category.code}.jpg",
            kind=role,
            public=one.is_read,
            target_type=kind,
            target_id=one.case.pk,
        )
        for one in invented
        for blob, role in one.photos
    ]
    StoredFile.objects.bulk_create(files, batch_size=500)


def _followers(invented: list[Invented], draw: random.Random) -> dict[int, list[Follower]]:
    """Neighbours who follow, by case; the author of a twin follows the one that is kept."""
    made: dict[int, list[Follower]] = {}

    def follow(one: Invented, email: str, at) -> None:
        follower = Follower(case_id=one.case.pk, email=email, confirmed_at=at)
        made.setdefault(one.case.pk, []).append(follower)

    for one in invented:
        if one.into is not None:
            if one.case.contact_email:
                follow(one.into, one.case.contact_email, one.life.steps[0].at)
        elif draw.random() < 0.14:
            for rank in range(draw.randint(1, 4)):
                follow(one, f"voisin{one.number}.{rank}@example.invalid", one.life.created)
    Follower.objects.bulk_create([one for many in made.values() for one in many])
    return made


def _journal(invented: list[Invented], agents: "_Agents", followers: dict[int, list[Follower]]) -> None:
    """The messages of the steps, then the lines of the journal that carry them."""
    said: list[tuple[Invented, Step, Message]] = []
    for one in invented:
        for step in one.life.steps:
            if step.words:
                mine = step.verb == "answer"
                author = None if mine or step.verb == "reopen" else agents.of(one)
                message = Message(
                    case_id=one.case.pk, author=author, from_requester=mine, body=step.words, created_at=step.at
                )
                said.append((one, step, message))
    Message.objects.bulk_create([message for _one, _step, message in said], batch_size=500)
    words = {id(step): message.pk for _one, step, message in said}
    kind = ContentType.objects.get_for_model(Report)
    lines = []
    for one in invented:
        for verb, at, actor, data in _facts(one, agents.of(one), words, followers.get(one.case.pk, [])):
            line = Entry(verb=f"reports.{verb}", at=at, actor=actor, data=data, target_type=kind, target_id=one.case.pk)
            lines.append(line)
    Entry.objects.bulk_create(sorted(lines, key=lambda line: line.at), batch_size=800)


def _facts(one: Invented, agent, words: dict[int, int], followers: list[Follower]):
    """(verb, moment, actor, data) of everything that happened to it."""
    yield "create", one.life.created, None, {"channel": one.case.channel}
    for follower in followers:
        yield "follow", follower.confirmed_at, None, {"follower": follower.pk}
    state = S.NEW
    for step in one.life.steps:
        message = {"message": words[id(step)]} if step.words else {}
        if step.verb == "transfer":
            yield "transfer", step.at, agent, {"from": one.way.organisation.pk, "to": one.holder.pk} | message
            continue
        if step.verb == "answer":
            yield "message", step.at, None, message | {"from_requester": True}
            message = {}
        target = report_workflow.transitions[step.verb].target
        data = {"from": str(state), "to": str(target)} | message
        if step.verb == "merge":
            data["into"] = one.into.case.pk
        yield step.verb, step.at, None if step.verb in ("answer", "reopen") else agent, data
        state = target


class _Agents:
    """Who acts for each body: the first agent of the team, else the first of the body."""

    def __init__(self):
        held = Membership.objects.active().filter(role__in=("agent", "secretary")).select_related("user")
        self.found: dict[tuple, User] = {}
        for one in held.order_by("pk"):
            self.found.setdefault((one.organisation_id, one.team_id), one.user)
            self.found.setdefault((one.organisation_id, None), one.user)

    def of(self, one: Invented) -> User | None:
        body, team = one.way.organisation.pk, one.way.team.pk if one.way.team else None
        return self.found.get((body, team)) or self.found.get((body, None))
