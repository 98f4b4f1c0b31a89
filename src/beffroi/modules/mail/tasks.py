"""What the mail does by itself: the alarms, each working morning; the batches, as soon as they come."""

from procrastinate.contrib.django import app

from beffroi.modules.mail import actions
from beffroi.modules.mail.models import Batch


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="mail.alarms", name="mail.alarms")
def alarms(timestamp: int) -> int:
    """Tell the agents of what is soon due, and of what is late."""
    return actions.ring_alarms()


@app.task(name="mail.cut")
def cut(batch_id: int) -> int:
    """Cut a batch that has just been received."""
    batch = Batch.objects.filter(pk=batch_id).select_related("register", "organisation").first()
    return actions.cut_batch(batch) if batch else 0
