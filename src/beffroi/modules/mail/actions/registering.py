"""Register a letter, correct its line."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal, offline
from beffroi.modules.mail.actions.correspondents import find_or_add
from beffroi.modules.mail.actions.dates import reckon
from beffroi.modules.mail.actions.routing import apply_rule
from beffroi.modules.mail.models import Letter
from beffroi.modules.mail.workflow import ENDED
from beffroi.shared.files.actions import attach

LINE = (
    "object",
    "details",
    "channel",
    "correspondent",
    "sender_team",
    "reference",
    "document_date",
    "arrived_on",
    "first_received_on",
    "first_received_by",
)


def enter(letter: Letter) -> Letter:
    """Write the line: the database gives its number. To be called in a transaction that ends soon, for it holds the
    counter of the register. Raises ValidationError."""
    register = letter.register
    if not register.is_active:
        raise ValidationError({"register": "Ce registre n’est plus en service."})
    letter.organisation, letter.kind = register.organisation, register.kind
    letter.year, letter.number = letter.registered_on.year, 1  # both given by the database
    letter.full_clean(exclude=["state"], validate_constraints=False)
    letter.save(force_insert=True)
    letter.refresh_from_db(fields=["kind", "year", "number"])
    return letter


@transaction.atomic
def register_letter(
    letter: Letter, *, actor, sender: str = "", sender_details: dict | None = None, pieces=(), client_uuid=None
) -> Letter:
    """Give an incoming or internal letter its number, keep its pieces, and route it if a rule fits.

    `sender` is a record of the directory as it was chosen, or a new name. Records "mail.register", then "mail.route".
    A replay with the same `client_uuid` is harmless. Raises ValidationError beside the field at fault.
    """

    def write() -> Letter:
        letter.client_uuid = client_uuid
        if sender:
            body = letter.register.organisation
            letter.correspondent = find_or_add(body, sender, actor=actor, **(sender_details or {}))
        enter(letter)
        attach(pieces, letter, kind="scan")
        journal.record("mail.register", letter, actor=actor, data={"number": letter.chrono})
        apply_rule(letter, actor=actor)
        return letter

    return offline.once(Letter, client_uuid, write)[0]


@transaction.atomic
def correct_letter(letter: Letter, *, actor, sender: str = "", sender_details: dict | None = None, pieces=()) -> Letter:
    """Correct a line that was badly written, add pieces; its number and its day of registration do not change.

    Records "mail.correct". Raises ValidationError once the letter is closed.
    """
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state in ENDED:
        raise ValidationError(f"Ce courrier est « {locked.get_state_display()} » : il ne se corrige plus.")
    if sender:
        letter.correspondent = find_or_add(letter.organisation, sender, actor=actor, **(sender_details or {}))
    letter.full_clean(exclude=["state"], validate_constraints=False)
    changed = [name for name in LINE if getattr(locked, name) != getattr(letter, name)]
    letter.save(update_fields=[*LINE, *reckon(letter)])
    attach(pieces, letter, kind="scan")
    journal.record("mail.correct", letter, actor=actor, data={"fields": changed})
    return letter
