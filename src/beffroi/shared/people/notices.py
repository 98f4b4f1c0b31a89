"""Who is told of mandates."""

from collections.abc import Iterator

from django.urls import reverse

from beffroi.kernel.notices import Recipient
from beffroi.shared.people.models import Mandate, Person


def _to_person(person: Person) -> Recipient | None:
    if person.user_id and person.user.is_active:
        return Recipient(user=person.user, name=str(person), link=reverse("people:my_mandates"))
    if person.email or person.phone:
        return Recipient(email=person.email, phone=person.phone, name=str(person), link="")
    return None


def person(entry) -> Iterator[Recipient]:
    """The person in whose name somebody may now act, or will if they agree; nobody when they have no address."""
    told = _to_person(entry.target.person)
    if told is not None:
        yield told


def holder(entry) -> Iterator[Recipient]:
    """The one who may now act, unless they did it themselves."""
    mandate: Mandate = entry.target
    if entry.actor_id != mandate.agent_id and mandate.agent.is_active:
        yield Recipient(user=mandate.agent, link=reverse("people:my_mandates"))


def both(entry) -> Iterator[Recipient]:
    """The two sides of a mandate that ends, but for the one who ended it."""
    mandate: Mandate = entry.target
    if entry.actor_id != mandate.person.user_id or entry.actor_id is None:
        yield from person(entry)
    if entry.actor_id != mandate.agent_id and mandate.agent.is_active:
        yield Recipient(user=mandate.agent, link=reverse("people:my_mandates"))


def relative(entry) -> Iterator[Recipient]:
    """The relative, by the link that only this message holds."""
    if entry.target.is_open:
        yield Recipient(email=entry.target.email, link=reverse("people:invitation", args=[entry.target.token]))
