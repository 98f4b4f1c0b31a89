"""Nightly jobs of accounts: warn the owners of unused accounts, drop expired sessions."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from beffroi.shared.accounts import actions, retention

AT_ONCE = 200


@app.periodic(cron="40 3 * * *")
@app.task(name="accounts.warn_unused", queue="nightly", pass_context=False)
def warn_unused(timestamp: int) -> int:
    """Tell those whose account will be erased in a month; returns how many. The rest waits for the next night."""
    users = list(retention.to_warn(timezone.now()).order_by("pk")[:AT_ONCE])
    for user in users:
        actions.warn_unused_account(user)
    return len(users)


@app.periodic(cron="50 3 * * *")
@app.task(name="accounts.clear_sessions", queue="nightly", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Drop the sessions that have expired."""
    call_command("clearsessions")
