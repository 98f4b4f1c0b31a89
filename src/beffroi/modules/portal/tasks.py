"""What the site does by itself: let scheduled publications appear."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from beffroi.modules.portal import actions


@app.periodic(cron="*/5 * * * *")
@app.task(name="portal.announce_due", queue="default", pass_context=False)
def announce_due(timestamp: int) -> int:
    """Every five minutes: what was scheduled enters the search box. The pages show it by themselves, at its minute."""
    return actions.announce_due()


@app.periodic(cron="*/5 * * * *")
@app.task(name="portal.publish_pages", queue="default", pass_context=False)
def publish_pages(timestamp: int) -> None:
    """Every five minutes: the pages of Wagtail that were given a date appear, or expire."""
    call_command("publish_scheduled", verbosity=0)
