"""The date and the sender of a letter, guessed from its first lines: a person confirms them."""

import datetime
import re
import unicodedata

MONTHS = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
SHORT = {"janv": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
WORDED = re.compile(r"\b(\d{1,2})\s*(?:er)?\s+([a-z]{3,9})\.?\s+((?:19|20)\d\d)\b")
FIGURED = re.compile(r"\b(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?((?:19|20)\d\d)\b")
POSTAL = re.compile(r"\b\d{5}\s+[A-Za-zÀ-ÿ]")
START = 2500


def _flat(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("\u202f", " ").replace("\xa0", " "))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def date_of(text: str, today: datetime.date) -> datetime.date | None:
    """The first date of the head of a letter that is not to come; a date in words is believed before one in figures."""
    flat = _flat(text[:START])
    for pattern, read in ((WORDED, _worded), (FIGURED, _figured)):
        for found in pattern.finditer(flat):
            day = read(*found.groups())
            if day is not None and datetime.date(1950, 1, 1) <= day <= today:
                return day
    return None


def _day(year: str, month: int, day: str) -> datetime.date | None:
    try:
        return datetime.date(int(year), month, int(day))
    except ValueError:
        return None


def _worded(day: str, month: str, year: str) -> datetime.date | None:
    number = MONTHS.index(month) + 1 if month in MONTHS else SHORT.get(month)
    return _day(year, number, day) if number else None


def _figured(day: str, month: str, year: str) -> datetime.date | None:
    return _day(year, int(month), day)


def sender_of(text: str, ours: tuple[str, ...] = ()) -> str:
    """The line above the first address of the head of a letter; empty when it is ours, or when there is none.

    `ours` = the names of the body that receives it.
    """
    lines = [" ".join(line.split()) for line in text[:START].split("\f")[0].splitlines()]
    lines = [line for line in lines if line][:14]
    known = [_flat(name) for name in ours]
    for rank, line in enumerate(lines):
        if not POSTAL.search(line):
            continue
        for above in reversed(lines[:rank] if rank else []):
            flat = _flat(above)
            letters = sum(c.isalpha() for c in above)
            if letters < 4 or re.match(r"^\d+[ ,]|.*\b(rue|route|place|avenue|chemin|impasse|boulevard|bp)\b", flat):
                continue
            return "" if any(flat in name or name in flat for name in known) else above[:160]
    return ""
