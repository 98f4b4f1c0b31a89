"""Open and close the calendar of a team."""

from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.models import TeamFeed
from beffroi.modules.maintenance.models.feeds import draw_key
from beffroi.shared.organisations.models import Team


@transaction.atomic
def open_feed(team: Team, *, actor) -> TeamFeed:
    """Draw a secret address for the calendar of a team; the former one is closed. Records "maintenance.feed"."""
    feed, _created = TeamFeed.objects.update_or_create(
        team=team, defaults={"key": draw_key(), "created_by": account_of(actor)}
    )
    journal.record("maintenance.feed", team, actor=actor)
    return feed


@transaction.atomic
def close_feed(team: Team, *, actor) -> None:
    """The address opens nothing any more. Records "maintenance.feed_close"."""
    if TeamFeed.objects.filter(team=team).delete()[0]:
        journal.record("maintenance.feed_close", team, actor=actor)
