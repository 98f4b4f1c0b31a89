"""What the maintenance does by itself, at night."""

from procrastinate.contrib.django import app

from beffroi.modules.maintenance import actions


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="maintenance.plans", name="maintenance.open_due_orders")
def open_due_orders(timestamp: int) -> int:
    """Open the orders that the plans ask for; a run that was killed goes on at the next one."""
    return actions.generate()
