"""Reading a workbook into a plan: `reading` makes rows of it, `writing` writes them, `trial` shows what would change.

A trial writes everything for good and undoes it: what it announces is what would happen, not a guess.
"""

from beffroi.modules.roadmap.importing.reading import Fault, Unreadable, read
from beffroi.modules.roadmap.importing.trial import Outcome, apply, rehearse

__all__ = ["Fault", "Outcome", "Unreadable", "apply", "read", "rehearse"]
