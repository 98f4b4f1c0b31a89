"""Two years of letters, written at once: registered, routed, answered or closed, with their lines in the journal."""

import datetime
import random
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from beffroi.kernel import search
from beffroi.kernel.models import Entry
from beffroi.modules.mail import deadlines, demo_texts
from beffroi.modules.mail.models import Correspondent, Dispatch, Kind, Letter, LetterType, Priority, Register, Version
from beffroi.modules.mail.models.letter import Channel
from beffroi.modules.mail.workflow import State

DAY = datetime.timedelta(days=1)
WEEKS = 104
A_WEEK, TOWN_A_WEEK = 9, 1
PEOPLE = 90
CHANNELS = (Channel.POST, Channel.POST, Channel.POST, Channel.EMAIL, Channel.COUNTER, Channel.REGISTERED)


def load(operator, towns, clerk, agent, teams) -> None:
    """The letters of the EPCI, then those of each commune."""
    draw = random.Random(1898)  # noqa: S311  sample data, the same each time
    lines: list[Entry] = []
    subjects = [(text, kind, teams[team], nature) for text, kind, team, nature in demo_texts.SUBJECTS]
    lines += _body(operator, subjects, A_WEEK, draw, clerk, agent)
    town_subjects = [(text, kind, None, nature) for text, kind, nature in demo_texts.TOWN_SUBJECTS]
    for town in towns:
        lines += _body(town, town_subjects, TOWN_A_WEEK, draw, None, None)
    Entry.objects.bulk_create(sorted(lines, key=lambda one: one.at), batch_size=1000)
    search.refresh_all(Letter.objects.with_parties())


def _directory(body, draw) -> dict[str, list[Correspondent]]:
    """Invented people and companies of that body; two of them twice, for the merge."""
    made = {"p": [], "c": []}
    for rank in range(PEOPLE if body.is_operator else PEOPLE // 5):
        first = demo_texts.FIRST_NAMES[(rank * 7) % len(demo_texts.FIRST_NAMES)]
        last = demo_texts.LAST_NAMES[(rank * 11 + rank // 20) % len(demo_texts.LAST_NAMES)]
        code, city = draw.choice(demo_texts.PLACES)
        made["p"].append(
            Correspondent(
                organisation=body,
                name=f"{first} {last}",
                postal_code=code,
                city=city,
                address=f"{draw.randint(1, 60)} rue du Château",
                email=f"{first}.{last}{rank}@example.invalid".lower().replace("é", "e").replace("è", "e")
                if rank % 3 == 0
                else "",
            )
        )
    for name in demo_texts.COMPANIES:
        code, city = draw.choice(demo_texts.PLACES)
        made["c"].append(
            Correspondent(
                organisation=body,
                nature=Correspondent.Nature.COMPANY,
                name=name,
                postal_code=code,
                city=city,
                address=f"{draw.randint(1, 20)} zone de la Gare",
            )
        )
    twice = made["c"][0]
    made["c"].append(Correspondent(organisation=body, nature=twice.nature, name=twice.name.upper(), city=twice.city))
    Correspondent.objects.bulk_create([*made["p"], *made["c"]])
    return made


def _body(body, subjects, a_week: int, draw, clerk, agent) -> Iterator[Entry]:
    """The letters of one body, in the order of the days so that their numbers follow."""
    books = {register.code: register for register in Register.objects.filter(organisation=body)}
    types = {kind.name: kind for kind in LetterType.objects.filter(organisation=body)}
    people = _directory(body, draw)
    received = sorted(
        _received(body, books["A"], subjects, types, people, a_week, draw), key=lambda one: one.arrived_on
    )
    Letter.objects.bulk_create(received, batch_size=400)
    replies = [reply for letter in received if (reply := _reply(letter, books["D"], agent))]
    replies.sort(key=lambda one: one.registered_on)
    Letter.objects.bulk_create(replies, batch_size=400)
    Version.objects.bulk_create(
        [Version(letter=reply, number=1, body=demo_texts.ANSWER, author=agent) for reply in replies], batch_size=500
    )
    Dispatch.objects.bulk_create(
        [Dispatch(letter=reply, mode=Dispatch.Mode.POST, day=reply.sent_on) for reply in replies], batch_size=500
    )
    return [*_journal(received, clerk, agent), *_journal(replies, agent, clerk)]


def _received(body, book, subjects, types, people, a_week, draw) -> Iterator[Letter]:
    today = timezone.localdate()
    monday = today - datetime.timedelta(days=today.weekday())
    for week in range(WEEKS, 0, -1):
        for rank in range(a_week):
            arrived = monday - week * 7 * DAY + ((rank * 2 + week) % 5) * DAY
            text, kind, team, nature = subjects[(week * 5 + rank * 7) % len(subjects)]
            priority = draw.choices(list(Priority), weights=(88, 9, 3))[0]
            values = {
                "organisation": body,
                "register": book,
                "kind": Kind.INCOMING,
                "year": arrived.year,
                "number": 1,
                "registered_on": arrived,
                "arrived_on": arrived,
                "document_date": arrived - draw.randint(1, 4) * DAY,
                "object": text,
                "channel": draw.choice(CHANNELS),
                "correspondent": draw.choice(people[nature]),
                "type": types[kind],
                "priority": priority,
                "regime": types[kind].regime,
                "months": types[kind].months,
                "team": team,
            }
            values |= deadlines.reckon(Letter(**values))
            yield Letter(**values, **_end(Letter(**values), today, draw))


def _end(letter: Letter, today: datetime.date, draw) -> dict:
    """How it finished, if it is old enough: answered most of the time, in time four times out of five."""
    due = letter.due_on or letter.arrived_on
    spent = (due - letter.arrived_on).days
    day = letter.arrived_on + max(2, int(spent * draw.uniform(0.2, 1.15))) * DAY
    while day.weekday() > 4:
        day += DAY
    if day >= today - DAY and (today - letter.arrived_on).days <= 60:
        return {"state": State.ROUTED}
    day = min(day, today - 2 * DAY)
    without = letter.type.name in ("Facture", "Invitation") or draw.random() < 0.08
    closed = timezone.make_aware(datetime.datetime.combine(day, datetime.time(16)))
    return {
        "state": State.CLOSED,
        "closed_at": closed,
        "closing": "Traité sans réponse écrite." if without else "",
        "alarms": 2,
        "answered_on": None if without else day,
    }


def _reply(letter: Letter, book, agent) -> Letter | None:
    day = letter.answered_on
    if day is None:
        return None
    return Letter(
        organisation=letter.organisation,
        register=book,
        kind=Kind.OUTGOING,
        year=day.year,
        number=1,
        registered_on=day,
        object=letter.object,
        correspondent=letter.correspondent,
        type=letter.type,
        team=letter.team,
        assignee=agent,
        answers=letter,
        state=State.CLOSED,
        sent_on=day,
        closed_at=letter.closed_at,
    )


def _journal(letters: list[Letter], first, second) -> Iterator[Entry]:
    """Registered at nine, routed at ten, ended on its day."""
    kind = ContentType.objects.get_for_model(Letter)
    for letter in letters:
        coming = letter.kind == Kind.INCOMING
        steps = [("register" if coming else "write", letter.registered_on, 9, first)]
        if coming:
            steps.append(("route", letter.registered_on, 10, first))
        elif letter.sent_on:
            steps.append(("send", letter.sent_on, 15, second))
        if letter.answered_on:
            steps.append(("answer", letter.answered_on, 15, second))
        if letter.closed_at:
            steps.append(("close", timezone.localdate(letter.closed_at), 16, second))
        for verb, day, hour, actor in steps:
            at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))
            yield Entry(verb=f"mail.{verb}", target_type=kind, target_id=letter.pk, actor=actor, at=at, data={})
