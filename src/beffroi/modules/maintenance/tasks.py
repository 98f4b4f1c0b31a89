"""What the maintenance does by itself."""

from procrastinate.contrib.django import app

from beffroi.modules.maintenance import actions


@app.periodic(cron="20 4 * * *")
@app.task(queueing_lock="maintenance.plans", name="maintenance.open_due_orders")
def open_due_orders(timestamp: int) -> int:
    """Open the orders that the plans ask for; a run that was killed goes on at the next one."""
    return actions.generate()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="maintenance.low", lock="maintenance.low", name="maintenance.tell_low_parts")
def tell_low_parts(timestamp: int) -> int:
    """Tell the stock keepers of the parts that have fallen to their threshold."""
    return actions.tell_low_parts()
