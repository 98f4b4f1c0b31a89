"""The bell of the heads of pages: how many notices wait to be read."""

from django.urls import reverse

from beffroi.kernel.models import Delivery


def unread(user) -> int:
    """How many notices this person has not read: an index made for this very question answers."""
    return Delivery.objects.filter(user=user, channel=Delivery.Channel.INAPP, read_at=None).count()


def connect() -> None:
    from beffroi.kernel.ui import context  # the interface stands on the kernel

    context.register(
        "notices",
        lambda request: context.Counter(label="Mes avis", url=reverse("kernel:inbox"), count=unread(request.user)),
    )
