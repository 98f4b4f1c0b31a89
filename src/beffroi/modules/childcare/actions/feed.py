"""Open and close the calendar of a family."""

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare.models import BookingFeed
from beffroi.modules.childcare.models.feed import draw_key


@transaction.atomic
def open_feed(*, actor) -> BookingFeed:
    """Draw a secret address for what the homes of `actor` book; the former one is closed. Records "childcare.feed"."""
    feed, _created = BookingFeed.objects.update_or_create(
        user=actor, defaults={"key": draw_key(), "opened_at": timezone.now()}
    )
    journal.record("childcare.feed", actor, actor=actor)
    return feed


@transaction.atomic
def close_feed(*, actor) -> None:
    """The address opens nothing any more. Records "childcare.feed_close"."""
    if BookingFeed.objects.filter(user=actor).delete()[0]:
        journal.record("childcare.feed_close", actor, actor=actor)
