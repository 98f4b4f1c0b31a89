"""The bell of the heads of pages: how many notices wait to be read."""

from django.urls import reverse

from beffroi.kernel.models import Delivery


def unread(user) -> int:
    """How many notices this person has not read; counted once for a request, whose `user` object is its own."""
    if getattr(user, "unread_notices", None) is None:
        waiting = Delivery.objects.filter(user=user, channel=Delivery.Channel.INAPP, read_at=None)
        user.unread_notices = waiting.count()
    return user.unread_notices


def connect() -> None:
    from beffroi.kernel.ui import context  # the interface stands on the kernel

    context.register(
        "notices",
        lambda request: context.Counter(label="Mes avis", url=reverse("kernel:inbox"), count=unread(request.user)),
    )
