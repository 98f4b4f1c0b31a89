"""A worker killed (kill -9) while it sends: what was acknowledged is never sent again, the rest is not lost."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from beffroi.config.env import PROJECT
from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import outbox
from tests.kernel import smtp
from tests.kernel.test_modules_off import _database_url

WORK = """
import django
django.setup()
from beffroi.kernel.notices import outbox
outbox.send_due()
"""


class Slow(smtp.Handler):
    """Takes its time, so that the sender can be killed in the middle of its letters."""

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        await asyncio.sleep(0.1)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.django_db(transaction=True)
def test_worker_killed_sends_nothing_twice_and_loses_nothing(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(smtp, "Handler", Slow)
    port = smtp.free_port()
    controller, handler = smtp.start(port)
    numbers = range(30)
    for number in numbers:
        address = f"alix{number}@example.invalid"
        Delivery.objects.create(key=str(number), channel="email", address=address, subject="Suivi", body="Bonjour")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    environment |= {
        "PYTHONPATH": str(PROJECT / "src"),
        "DJANGO_SETTINGS_MODULE": "beffroi.config.settings",
        "BEFFROI_HOME": str(tmp_path),
        "BEFFROI_SMTP_PORT": str(port),
        "DATABASE_URL": _database_url(),
    }
    try:
        worker = subprocess.Popen([sys.executable, "-c", WORK], env=environment)
        deadline = time.monotonic() + 60
        while len(handler.messages) < 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert 5 <= len(handler.messages) < 30
        time.sleep(0.5)  # what was on its way arrives
        settings.EMAIL_BACKEND = "beffroi.kernel.notices.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        Delivery.objects.filter(state="sending").update(claimed_at=timezone.now() - timedelta(minutes=11))
        outbox.send_due()
    finally:
        controller.stop()
    received = [to for [to], _message in handler.messages]
    assert len(received) == len(set(received)), "sent twice"
    missing = {f"alix{number}@example.invalid" for number in numbers} - set(received)
    uncertain = set(Delivery.objects.filter(state="uncertain").values_list("address", flat=True))
    assert missing <= uncertain, "lost without a trace"
    assert not Delivery.objects.filter(state__in=["waiting", "sending"]).exists()
