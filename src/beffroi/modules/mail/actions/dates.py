"""The dates of a letter, each time that what they follow from changes."""

from beffroi.modules.mail import deadlines
from beffroi.modules.mail.models import Letter, Suspension


def reckon(letter: Letter) -> dict:
    """The dates of the letter as it is now, set on it; returns what must be saved with it. A deadline that moved may
    be told again."""
    suspensions = list(Suspension.objects.filter(letter=letter)) if letter.pk else []
    found = deadlines.reckon(letter, suspensions)
    changed = {name: value for name, value in found.items() if getattr(letter, name) != value}
    if "due_on" in changed:
        changed["alarms"] = 0
    for name, value in changed.items():
        setattr(letter, name, value)
    return changed
