"""How many children a facilitator may look after.

Source: Code de l’action sociale et des familles, art. R. 227-15 (outside school: 8 under six, 12 from six on) and
R. 227-16 (around school: 10 and 14 up to five hours in a row, 8 and 12 beyond; with a projet éducatif territorial, 14
and 18 up to five hours, 10 and 14 beyond).
"""

import math

from beffroi.modules.childcare.models.offer import Activity, Group

LONG = 5 * 60
# (structure, more than five hours in a row): (under six, six and over)
FIGURES = {
    (Activity.Structure.HOLIDAY, False): (8, 12),
    (Activity.Structure.HOLIDAY, True): (8, 12),
    (Activity.Structure.SCHOOL, False): (10, 14),
    (Activity.Structure.SCHOOL, True): (8, 12),
    (Activity.Structure.SCHOOL_PEDT, False): (14, 18),
    (Activity.Structure.SCHOOL_PEDT, True): (10, 14),
}
SIX = 6


def children_for_one(structure: str, *, under_six: bool, long: bool) -> int:
    """The most children that one facilitator may have."""
    younger, older = FIGURES[Activity.Structure(structure), long]
    return younger if under_six else older


def most_children(group: Group, structure: str, staff: int, *, long: bool) -> int:
    """What a group may receive with `staff` facilitators. A group that takes children under six counts as such."""
    return staff * children_for_one(structure, under_six=group.age_min < SIX, long=long)


def staff_needed(structure: str, *, under_six: int, over_six: int, long: bool) -> int:
    """How many facilitators must be there for so many children of each age."""
    younger, older = FIGURES[Activity.Structure(structure), long]
    return math.ceil(under_six / younger) + math.ceil(over_six / older)
