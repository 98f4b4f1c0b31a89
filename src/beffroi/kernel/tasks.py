"""The kernel's jobs: messages to send, nightly seal, retention."""

from procrastinate.contrib.django import app


@app.task(name="kernel.notify", queue="notices")
def notify(entry_id: int) -> None:
    """Turn one line of the journal into messages of the outbox."""
