"""What the acts do by themselves: remind the desk."""

from procrastinate.contrib.django import app

from beffroi.modules.deliberations.actions import reminding


@app.periodic(cron="25 6 * * *")
@app.task(name="deliberations.remind", queueing_lock="deliberations.remind")
def remind(timestamp: int = 0) -> int:
    """Every morning: the lists whose week ends; on Monday, the acts that wait."""
    return reminding.remind_lists() + reminding.remind_acts()
