"""What becomes of an invented report: its steps at past dates, each allowed by the workflow's own table."""

import datetime
import random
from dataclasses import dataclass, field

from django.utils import timezone

from beffroi.modules.reports.demo import texts
from beffroi.modules.reports.models import Refusal
from beffroi.modules.reports.workflow import CLOSED, S, report_workflow

DAY = datetime.timedelta(days=1)


@dataclass
class Step:
    """One line of its life: a verb of the workflow, or "transfer"."""

    verb: str
    at: datetime.datetime
    words: str = ""


@dataclass
class Life:
    """Its steps so far; `until` = the present, after which nothing is told."""

    created: datetime.datetime
    until: datetime.datetime
    steps: list[Step] = field(default_factory=list)
    refusal: str = ""

    def step(self, verb: str, at: datetime.datetime, words: str = "") -> bool:
        """Take a step; False, and nothing is done, when that day has not come yet."""
        if at >= self.until:
            return False
        if verb != "transfer" and self.state not in report_workflow.transitions[verb].sources:
            raise ValueError(f"{verb} from {self.state}")
        self.steps.append(Step(verb, at, words))
        return True

    @property
    def state(self) -> str:
        """Where its last step led."""
        taken = [step.verb for step in self.steps if step.verb != "transfer"]
        return report_workflow.transitions[taken[-1]].target if taken else S.NEW

    def moment(self, *verbs: str) -> datetime.datetime | None:
        """When it last took one of these steps."""
        return next((step.at for step in reversed(self.steps) if step.verb in verbs), None)

    @property
    def closed_at(self) -> datetime.datetime | None:
        return self.steps[-1].at if self.state in CLOSED else None

    @property
    def acknowledged_at(self) -> datetime.datetime | None:
        return next((step.at for step in self.steps if step.verb != "transfer"), None)


def live(life: Life, family: str, draw: random.Random, *, strays: bool) -> Life:
    """As far as its age allows: the older, the likelier to be ended. `strays` = it may be sent to another body."""
    age = (life.until - life.created) / DAY
    if age < 9 and draw.random() < 0.55:
        return life
    taken = worked(life.created + DAY * min(draw.expovariate(0.55) + 0.3, 12), draw)
    if strays and life.step("transfer", taken - datetime.timedelta(hours=2), texts.TRANSFERRED):
        taken = worked(taken + DAY, draw)
    if not life.step("acknowledge", taken):
        return life
    if draw.random() < 0.1:
        refuse(life, worked(taken + DAY * draw.uniform(1, 6), draw), draw)
        return life
    if draw.random() < 0.1 and life.step("ask", worked(taken + DAY, draw), draw.choice(texts.QUESTIONS)):
        if age < 45 and draw.random() < 0.4:
            return life
        taken = life.steps[-1].at + DAY * draw.uniform(0.5, 4)
        if not life.step("answer", taken, draw.choice(texts.ANSWERS)):
            return life
    if draw.random() < 0.5:
        when = worked(taken + DAY * draw.uniform(1, 3), draw)
        if not life.step("schedule", when, draw.choice(texts.SCHEDULED)):
            return life
        taken = when
    if draw.random() < (0.03 if age > 150 else 0.12 if age > 60 else 0.3):
        return life
    when = worked(taken + DAY * min(draw.lognormvariate(1.7, 0.8) + 0.5, 70), draw)
    if life.step("resolve", when, draw.choice(texts.DONE[family])) and draw.random() < 0.04:
        life.step("reopen", worked(when + DAY * 4, draw), draw.choice(texts.REOPENED))
    return life


def refuse(life: Life, at: datetime.datetime, draw: random.Random) -> None:
    refusal, words = draw.choice(texts.REFUSED)
    if life.step("refuse", at, f"{Refusal(refusal).label}.\n\n{words}"):
        life.refusal = refusal


def worked(moment: datetime.datetime, draw: random.Random) -> datetime.datetime:
    """An hour at which agents work, the same day or the next Monday."""
    local = timezone.localtime(moment).replace(hour=draw.randint(8, 16), minute=draw.randint(0, 59))
    if local < moment:
        local += DAY
    return local + DAY * (7 - local.weekday() if local.weekday() > 4 else 0)


def filed(day: datetime.datetime, draw: random.Random, until: datetime.datetime) -> datetime.datetime:
    """An hour at which people report: from seven in the morning to ten in the evening."""
    local = timezone.localtime(day).replace(hour=draw.randint(7, 21), minute=draw.randint(0, 59))
    return min(local, until - datetime.timedelta(minutes=draw.randint(5, 90)))
