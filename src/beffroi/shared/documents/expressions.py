r"""The regular expressions of the rules: looked for by PostgreSQL, which is stopped when it takes too long.

Its engine reads most expressions in a time that only grows with the text; for the others (references to what was found
before), the time is bounded, so that no expression holds a task or a page. The syntax is that of its « advanced »
expressions, and `\b` is a bound of a word as everywhere else. Capitals do not matter; accents do.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DataError, OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

LONGEST = 300
ONE_TEXT = 2000  # milliseconds
TRIAL = 500
PAST = 5000
SAMPLES = ("a" * 4000, "1" * 4000, "ab " * 1500, "\n" * 2000, "aA1-_. é" * 500 + "!", "(" * 2000)
# What the database says of an expression that it does not understand, in English whatever its language.
WRONG = (
    ("parenthes", "une parenthèse n’est pas fermée, ou de trop"),
    ("bracket", "un crochet n’est pas fermé, ou de trop"),
    ("brace", "une accolade n’est pas fermée, ou de trop"),
    ("quantifier", "« * », « + » ou « ? » ne suit rien que l’on puisse répéter"),
    ("repetition", "un nombre de répétitions n’est pas juste"),
    ("escape", "une barre oblique inverse n’est suivie de rien de connu"),
    ("range", "un intervalle entre crochets est à l’envers"),
    ("class", "une classe de caractères n’est pas connue"),
    ("backreference", "un renvoi désigne un groupe qui n’existe pas"),
    ("complex", "elle est trop compliquée"),
)


class Unusable(ValueError):
    """This expression cannot be kept; the sentence is for the user."""


class TooSlow(Exception):
    """The search was stopped: this text and this expression take too long together."""


def translated(pattern: str) -> str:
    """The expression in the words of the database: its bounds of words are `\\y` and `\\Y`."""
    own = {"b": r"\y", "B": r"\Y"}
    return re.sub(r"\\(.)", lambda found: own.get(found[1], found[0]), pattern, flags=re.S)


@contextmanager
def bounded(milliseconds: int) -> Iterator:
    """A cursor whose questions, and those of the connection meanwhile, are stopped after that time. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (before,) = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield cursor
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as fault:
        if isinstance(fault.__cause__, QueryCanceled):
            raise TooSlow(str(fault)) from fault
        raise


def search(pattern: str, text: str, *, milliseconds: int = ONE_TEXT, capitals: bool = False) -> bool:
    """Is the expression in the text? `capitals` = they matter. Raises TooSlow, or DataError for one that the database
    does not understand."""
    asked = "SELECT %s::text ~ %s::text" if capitals else "SELECT %s::text ~* %s::text"
    with bounded(milliseconds) as cursor:
        cursor.execute(asked, [text.replace("\x00", ""), translated(pattern)])
        return cursor.fetchone()[0]


def check(pattern: str) -> None:
    """May it be kept? Raises Unusable, with the reason."""
    if len(pattern) > LONGEST:
        raise Unusable(f"{LONGEST} signes au plus.")
    if "\x00" in pattern:
        raise Unusable("Cette expression contient un signe interdit.")
    try:
        if search(pattern, "", milliseconds=TRIAL):
            raise Unusable("Cette expression convient à tout, même à un texte vide.")
        for sample in SAMPLES:
            search(pattern, sample, milliseconds=TRIAL)
    except DataError as fault:
        raise Unusable(f"Cette expression n’est pas correcte : {_why(str(fault))}.") from fault
    except TooSlow as fault:
        raise Unusable("Cette expression est trop longue à chercher : rendez-la plus simple.") from fault


def _why(told: str) -> str:
    told = told.lower()
    return next((words for sign, words in WRONG if sign in told), "vérifiez ses parenthèses et ses crochets")
