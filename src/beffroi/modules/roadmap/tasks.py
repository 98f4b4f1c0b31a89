"""The jobs of the night: read the automatic indicators, tell what is late, remind of revisions."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.models import Plan


@app.periodic(cron="20 2 * * *")
@app.task(name="roadmap.read_indicators", queue="nightly", pass_context=False)
def read_indicators(timestamp: int) -> int:
    """Read the indicators of the other modules for the day that has ended."""
    return actions.read_automatic(timezone.localdate() - timedelta(days=1))


@app.periodic(cron="15 7 * * *")
@app.task(name="roadmap.tell_late", queue="nightly", pass_context=False)
def tell_late(timestamp: int) -> int:
    """In the morning, tell pilots and referents what has become late; returns how many facts were recorded."""
    today = timezone.localdate()
    told = sum(actions.tell_late_step(step, today=today) for step in actions.late_steps(today))
    told += sum(actions.tell_late_action(action, today=today) for action in actions.late_actions(today))
    return told + sum(actions.remind_revision(plan, today=today) for plan in Plan.objects.all())
