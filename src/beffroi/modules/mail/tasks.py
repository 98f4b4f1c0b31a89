"""What the mail does by itself: the alarms, each working morning; the batches, as soon as they come; the
mailboxes, every five minutes."""

from procrastinate.contrib.django import app

from beffroi.modules.mail import actions, mailboxes
from beffroi.modules.mail.models import Batch


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="mail.alarms", name="mail.alarms")
def alarms(timestamp: int) -> int:
    """Tell the agents of what is soon due, of what is late, and of the opinions that did not come."""
    return actions.ring_alarms() + actions.ring_opinions()


@app.task(name="mail.cut", priority=10)
def cut(batch_id: int) -> int:
    """Cut a batch that has just been received: a clerk waits for it, so it goes before what nobody looks at."""
    batch = Batch.objects.filter(pk=batch_id).select_related("register", "organisation").first()
    return actions.cut_batch(batch) if batch else 0


@app.task(name="mail.read_mailbox", lock="mail.read_mailbox")
def read_mailbox(mailbox_id: int) -> int:
    """Register what is new in a mailbox."""
    return mailboxes.read(mailbox_id)


@app.periodic(cron="2-59/5 * * * *")
@app.task(name="mail.read_mailboxes", queueing_lock="mail.read_mailboxes", lock="mail.read_mailbox")
def read_mailboxes(timestamp: int = 0) -> int:
    """Every five minutes, read the mailboxes of the bodies."""
    return mailboxes.read_all()
