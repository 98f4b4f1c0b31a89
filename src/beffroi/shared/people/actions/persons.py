"""Residents: register, change, look at, merge doubles, erase."""

from django.db import IntegrityError, transaction
from django.db.models import CASCADE, ForeignObjectRel
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Mandate, Person

EMPTY = {
    "title": "",
    "first_name": "",
    "last_name": "",
    "birth_date": None,
    "email": "",
    "phone": "",
    "address": "",
    "postal_code": "",
    "city": "",
    "commune": None,
    "email_verified_at": None,
    "phone_verified_at": None,
}
FILLED = ("title", "birth_date", "email", "phone", "address", "postal_code", "city", "commune")


def person_of(user) -> Person:
    """The file of an account's owner, made at the first need from what the account knows."""
    person = Person.objects.filter(user=user).first()
    if person is not None:
        return person
    try:
        with transaction.atomic():
            person = Person.objects.create(user=user, first_name=user.first_name, last_name=user.last_name)
            journal.record("people.create", person, actor=user)
    except IntegrityError:  # made at the same moment by another page
        person = Person.objects.get(user=user)
    return person


@transaction.atomic
def create_person(*, actor, registered_by=None, **values) -> Person:
    """Register a resident who has no account, from the desk of `registered_by`."""
    person = Person.objects.create(registered_by=registered_by, **values)
    journal.record("people.create", person, actor=actor)
    return person


@transaction.atomic
def change_person(person: Person, *, actor, **values) -> list[str]:
    """Change a file; an address or telephone that changes is no longer verified. Returns what changed."""
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changed = [name for name, value in values.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, values[name])
    if "email" in changed:
        held.email_verified_at = None
    if "phone" in changed:
        held.phone_verified_at = None
    if changed:
        held.save()
        journal.record("people.update", held, actor=actor, data={"fields": sorted(changed)})
    return changed


@transaction.atomic
def record_view(person: Person, *, actor) -> None:
    """Write that an agent opened this file: the person may ask who did (RGPD, art. 15 and 32)."""
    journal.record("people.view", person, actor=actor)


@transaction.atomic
def merge_persons(double: Person, *, into: Person, actor) -> Person:
    """Keep one file of two: all that named the double names `into`, whose empty fields receive what it knew.

    What is issued keeps the name and the address that it bears; only the file that it belongs to changes. Raises
    Refused: the same file, one already merged, two different accounts, or two rights that cannot both go on.
    """
    files = {p.pk: p for p in Person.objects.select_for_update(of=("self",)).filter(pk__in=[double.pk, into.pk])}
    if len(files) != 2 or any(p.merged_into_id or p.erased_at for p in files.values()):
        raise Refused("Choisissez deux dossiers différents, ni effacés ni déjà fusionnés.")
    double, into = files[double.pk], files[into.pk]
    if double.user_id and into.user_id:
        raise Refused("Ces deux dossiers ont chacun un compte : ils ne peuvent pas être fusionnés.")
    # First, for the database lets an invoice follow its payer only into the file that theirs was merged in.
    Person.objects.filter(pk=double.pk).update(merged_into=into)
    moved = _move_relations(double, into)
    for name in FILLED:
        if not getattr(into, name) and getattr(double, name):
            setattr(into, name, getattr(double, name))
            if name in ("email", "phone"):
                setattr(into, f"{name}_verified_at", getattr(double, f"{name}_verified_at"))
    user, double.user = double.user, None
    for name, value in EMPTY.items():
        setattr(double, name, value)
    double.merged_into = into
    double.save()
    into.user = into.user or user
    into.save()
    journal.record("people.merge", into, actor=actor, data={"double": double.pk, "moved": moved})
    return into


def _move_relations(double: Person, into: Person) -> int:
    """Every line of every model that names the double names the other; a home where both live keeps one line."""
    homes = into.household_links.filter(end=None).values("household")
    double.household_links.filter(end=None, household__in=homes).delete()
    double.codes.all().delete()
    moved = 0
    for relation in _namings():
        rows = relation.related_model._base_manager.filter(**{relation.field.name: double})
        try:
            with transaction.atomic():
                moved += rows.update(**{relation.field.name: into})
        except IntegrityError:
            moved += sum(_move_row(row, relation, into) for row in rows)
    Person.objects.filter(merged_into=double).update(merged_into=into)
    return moved


def _namings() -> list[ForeignObjectRel]:
    """Every field of another model that names a person, those that give no way back included."""
    return [
        relation
        for relation in Person._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and (relation.one_to_many or relation.one_to_one)
        and relation.related_model is not Person
    ]


def _move_row(row, relation: ForeignObjectRel, into: Person) -> bool:
    """Move one line; when the kept file has the same, that of the double ends today, or goes if it is only a trace."""
    name, today = relation.field.name, timezone.localdate()
    fields = {field.name for field in row._meta.concrete_fields}
    endings = [{}]
    if "end" in fields:
        endings.append({"end": max(today, row.start)})
    if "revoked_at" in fields:
        endings.append({"revoked_at": timezone.now()})
    for ending in endings:
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{name: into}, **ending)
            return True
        except IntegrityError:
            continue
    if relation.on_delete is not CASCADE:
        what = row._meta.verbose_name
        raise Refused(f"Les deux dossiers ont chacun « {what} » en cours : mettez fin à l’un, puis fusionnez.")
    row.delete()
    return False


@transaction.atomic
def anonymise_person(person: Person, *, actor=None) -> None:
    """Take away all that identifies the person; their mandates stop, their homes no longer name them."""
    held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    for name, value in EMPTY.items():
        setattr(held, name, value)
    held.user = None
    held.erased_at = timezone.now()
    held.save()
    held.household_links.all().delete()
    held.codes.all().delete()
    held.relative_invitations.all().delete()
    Mandate.objects.filter(person=held, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=actor, revoked_reason="Données effacées"
    )
    journal.record("people.erase", held, actor=actor)
