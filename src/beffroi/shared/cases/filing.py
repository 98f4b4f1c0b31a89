"""Filing for somebody else: at the counter, for a resident whose file one may open, or under a mandate."""

from beffroi.shared.people.acting import acting_for, mandates_of
from beffroi.shared.people.models import Person

PARAMETER = "personne"


def person_asked(user, query) -> Person | None:
    """The resident that the address names (`?personne=12`), among those whose file `user` may open, or whose mandate
    they hold."""
    number = query.get(PARAMETER, "")
    if not number.isdecimal():
        return None
    found = Person.objects.visible_to(user).filter(pk=int(number)).first()
    if found is None:
        mandate = mandates_of(user).filter(person_id=int(number)).first()
        found = mandate and mandate.person
    return found


def fields_for_person(user, person: Person, *, service: str = "") -> dict:
    """The fields of a case filed by `user` for `person`: with the mandate that they hold for that service, if any."""
    held = mandates_of(user).filter(person=person)
    mandate = next((one for one in held if not one.services or not service or service in one.services), None)
    return {"person": person, "mandate": mandate, "filed_by": user}


def fields_for_mandate(user, reference: str, *, service: str = "") -> dict:
    """The fields of a case filed under that mandate. Raises people's Refused when it does not allow it."""
    mandate = acting_for(user, reference, service=service)
    return {"person": mandate.person, "mandate": mandate, "filed_by": user}


def choices_of(user, *, service: str = "") -> list[tuple[str, str]]:
    """For whom `user` may ask this service: themselves, then each person who gave them a mandate."""
    held = [one for one in mandates_of(user) if not one.services or not service or service in one.services]
    return [("", "Moi-même"), *((one.reference, str(one.person)) for one in held)] if held else []
