"""Children, homes, guardians, contacts, custody."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.actions.doubles import signal_doubles
from beffroi.modules.childcare.actions.transport import end_rides_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Child, ChildHome, Contact, Custody, CustodyException, Guardian
from beffroi.shared.files import actions as files
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Household, Person


@transaction.atomic
def create_child(*, actor, household: Household, guardian: Person, relation: str, organisation, **values) -> Child:
    """Open the file of a child who lives in `household`, where `guardian` answers for them.

    Raises Refused when this home already has that child. When another home does, the file is opened all the same and
    the agents are told (`doubles`): who opens it learns nothing. Records "childcare.child".
    """
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    Household.objects.select_for_update().get(pk=household.pk)
    same = Child.objects.kept().filter(
        homes__household=household,
        homes__end=None,
        first_name__iexact=values["first_name"],
        birth_date=values["birth_date"],
    )
    if same.exists():
        raise Refused(f"{values['first_name']} est déjà dans ce foyer.")
    author = account_of(actor)
    child = Child.objects.create(organisation=organisation, created_by=author, **values)
    home = ChildHome.objects.create(child=child, household=household, payer=guardian)
    Guardian.objects.create(home=home, person=guardian, relation=relation)
    journal.record("childcare.child", child, actor=actor)
    signal_doubles(child)
    return child


@transaction.atomic
def change_child(child: Child, *, actor, **values) -> list[str]:
    """Change a file; returns the names of the fields that changed. Records "childcare.child_update"."""
    held = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    changed = [name for name, value in values.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, values[name])
    if changed:
        held.save(update_fields=changed)
        journal.record("childcare.child_update", held, actor=actor, data={"fields": sorted(changed)})
    return changed


@transaction.atomic
def add_home(child: Child, household: Household, *, actor, guardian: Person, relation: str, share: int = 50):
    """Say that the child also lives there: an agent does it, once both parents were heard.

    The first home then bears the rest of the share. Raises Refused for a third home or the same one twice.
    """
    Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    homes = list(child.homes.filter(end=None).order_by("rank"))
    if len(homes) >= 2:
        raise Refused("Un enfant a deux foyers au plus : retirez-en un d’abord.")
    if any(home.household_id == household.pk for home in homes):
        raise Refused("L’enfant vit déjà dans ce foyer.")
    rank = 2 if homes and homes[0].rank == 1 else 1
    home = ChildHome.objects.create(child=child, household=household, rank=rank, payer=guardian, share=share)
    ChildHome.objects.filter(child=child, end=None).exclude(pk=home.pk).update(share=100 - share)
    Guardian.objects.create(home=home, person=guardian, relation=relation)
    journal.record("childcare.home_add", child, actor=actor, data={"home": home.pk})
    return home


@transaction.atomic
def end_home(home: ChildHome, *, actor, end: datetime.date | None = None) -> None:
    """The child no longer lives there: its guardians no longer see the file. Raises Refused for the last home."""
    Child.objects.select_for_update(of=("self",)).get(pk=home.child_id)
    if not ChildHome.objects.filter(child=home.child_id, end=None).exclude(pk=home.pk).exists():
        raise Refused("Un enfant garde au moins un foyer.")
    home.end = end or timezone.localdate()
    home.save(update_fields=["end"])
    ChildHome.objects.filter(child=home.child_id, end=None).update(share=100)
    Custody.objects.filter(child=home.child_id).delete()
    end_rides_of(home, home.end)
    journal.record("childcare.home_end", home.child, actor=actor, data={"home": home.pk})


@transaction.atomic
def add_guardian(home: ChildHome, person: Person, *, actor, relation: str) -> Guardian:
    """Let somebody else of this home see and book. Raises Refused when they already do."""
    try:
        with transaction.atomic():
            guardian = Guardian.objects.create(home=home, person=person, relation=relation)
    except IntegrityError as error:
        raise Refused(f"{person} est déjà responsable dans ce foyer.") from error
    journal.record("childcare.guardian", home.child, actor=actor, data={"home": home.pk})
    return guardian


@transaction.atomic
def end_guardian(guardian: Guardian, *, actor) -> None:
    """They no longer answer for the child. Raises Refused for the last one of a home."""
    others = guardian.home.guardians.filter(end=None).exclude(pk=guardian.pk)
    if not others.exists():
        raise Refused("Un foyer garde au moins un responsable.")
    if guardian.home.payer_id == guardian.person_id:
        raise Refused("Cette personne paie les factures du foyer : choisissez d’abord un autre payeur.")
    guardian.end = timezone.localdate()
    guardian.save(update_fields=["end"])
    journal.record("childcare.guardian_end", guardian.home.child, actor=actor, data={"home": guardian.home_id})


@transaction.atomic
def set_payer(home: ChildHome, payer: Person, *, actor) -> ChildHome:
    """Say who receives the bills of a home from the next invoicing on; what is invoiced already does not move.

    `payer` is a guardian of the home, or somebody else who pays for it. Records "childcare.payer".
    """
    held = ChildHome.objects.select_for_update(of=("self",)).get(pk=home.pk)
    if held.end is not None:
        raise Refused("Ce foyer n’est plus celui de l’enfant.")
    if held.payer_id != payer.pk:
        before, held.payer = held.payer_id, payer
        held.save(update_fields=["payer"])
        data = {"home": held.pk, "before": before, "after": payer.pk}
        journal.record("childcare.payer", held.child, actor=actor, data=data)
    return held


@transaction.atomic
def save_contact(contact: Contact, *, actor, photos: Iterable | None = None) -> Contact:
    """Name somebody who may pick the child up, or correct them.

    `photos` = the picture by which the team knows them (a list of one file that waits, or empty); None = as it was.
    """
    contact.full_clean()
    contact.save()
    if photos is not None:
        kept = {getattr(photo, "pk", photo) for photo in photos}
        StoredFile.objects.about(contact).exclude(pk__in=kept).delete()
        files.attach(photos, contact, kind="photo")
    journal.record("childcare.contact", contact.home.child, actor=actor, data={"home": contact.home_id})
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, actor) -> None:
    """They may no longer pick the child up."""
    journal.record("childcare.contact_remove", contact.home.child, actor=actor, data={"home": contact.home_id})
    files.remove_files_of(contact)
    contact.delete()


@transaction.atomic
def set_custody(custody: Custody, *, actor, shares: dict[int, int] | None = None) -> Custody:
    """Write whose days are whose, and who pays what (`shares`: {home: %}, whose total is 100)."""
    homes = list(custody.child.homes.filter(end=None))
    if len(homes) < 2:
        raise Refused("La garde se règle quand l’enfant a deux foyers.")
    if custody.rhythm == Custody.Rhythm.WEEKS and custody.even_home_id not in {home.pk for home in homes}:
        raise Refused("Dites quel foyer a les semaines paires.")
    if custody.holidays == Custody.Holidays.HALVES and custody.first_half_home_id not in {home.pk for home in homes}:
        raise Refused("Dites quel foyer a la première moitié des vacances, les années paires.")
    if shares:
        if set(shares) != {home.pk for home in homes} or sum(shares.values()) != 100:
            raise Refused("Les deux parts doivent faire 100 %.")
        for home in homes:
            home.share = shares[home.pk]
            home.save(update_fields=["share"])
    custody.full_clean()
    custody.save()
    journal.record("childcare.custody", custody.child, actor=actor, data={"rhythm": custody.rhythm})
    return custody


@transaction.atomic
def propose_exception(
    child: Child, home: ChildHome, *, actor, start: datetime.date, end: datetime.date, proposed_by: ChildHome | None
) -> CustodyException:
    """Days that will be with `home`. Without `proposed_by` (an agent), it is true at once."""
    if end < start:
        raise Refused("La fin doit venir après le début.")
    if child.homes.filter(end=None).count() < 2:
        raise Refused("L’enfant n’a qu’un foyer.")
    exception = CustodyException.objects.create(
        child=child,
        home=home,
        start=start,
        end=end,
        proposed_by=proposed_by,
        agreed_at=None if proposed_by else timezone.now(),
    )
    journal.record("childcare.custody_exception", child, actor=actor, data={"exception": exception.pk})
    return exception


@transaction.atomic
def agree_exception(exception: CustodyException, *, actor) -> None:
    """The other home accepts."""
    exception.agreed_at = timezone.now()
    exception.save(update_fields=["agreed_at"])
    journal.record("childcare.custody_agree", exception.child, actor=actor, data={"exception": exception.pk})


@transaction.atomic
def remove_exception(exception: CustodyException, *, actor) -> None:
    """Refuse what was proposed, or take it back."""
    journal.record("childcare.custody_remove", exception.child, actor=actor, data={"exception": exception.pk})
    exception.delete()
