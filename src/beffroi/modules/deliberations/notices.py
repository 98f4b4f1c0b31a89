"""Who is told of what happens to the acts."""

from collections.abc import Iterator

from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.deliberations.models import Alert


def alerted(entry) -> Iterator[Recipient]:
    """The addresses that asked to be told of such acts: once each, whatever the number of their alerts."""
    act = entry.target
    if act is None or not act.is_online:
        return
    seen = set()
    for alert in Alert.objects.for_act(act).order_by("pk").iterator():
        email = alert.email.lower()
        if email not in seen:
            seen.add(email)
            yield Recipient(email=alert.email, link=act.get_absolute_url(), unsubscribe=alert.get_absolute_url())


NOTICES = [
    Notice(
        verb="deliberations.publish",
        recipients=alerted,
        template="deliberations/notices/published",
        category="deliberations",
        label="Un acte que je suis est publié",
    )
]
