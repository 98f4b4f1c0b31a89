"""How Beffroi writes dates, hours, money and numbers in French, with the unbreakable spaces that typography asks for.

Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone

NARROW = "\u202f"
WIDE = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
SHORT_MONTHS = "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.".split()  # noqa: SIM905


def local(value: date | datetime) -> date | datetime:
    """An aware moment, at the territory's clock."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _day_number(value: date) -> str:
    return "1er" if value.day == 1 else str(value.day)


def day(value: date | datetime, year: bool = True) -> str:
    """« mardi 24 novembre 2026 »; the number never leaves its month at the end of a line."""
    value = local(value)
    text = f"{DAYS[value.weekday()]} {_day_number(value)}{WIDE}{MONTHS[value.month - 1]}"
    return f"{text} {value.year}" if year else text


def short_day(value: date | datetime) -> str:
    """« 24 nov. 2026 », unbreakable."""
    value = local(value)
    return f"{_day_number(value)}{WIDE}{SHORT_MONTHS[value.month - 1]}{WIDE}{value.year}"


def hour(value: time | datetime) -> str:
    """« 14 h 30 », « 9 h », unbreakable."""
    at = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return _clock(at)


def _clock(at: time | datetime) -> str:
    minutes = f"{NARROW}{at.minute:02d}" if at.minute else ""
    return f"{at.hour}{NARROW}h{minutes}"


def duration(minutes: int) -> str:
    """« 45 min », « 1 h 30 »"""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest}\u202fmin"
    return f"{hours}\u202fh\u202f{rest:02d}" if rest else f"{hours}\u202fh"


def moment(value: datetime) -> str:
    """« mardi 24 novembre 2026 à 14 h 30 »; a date alone keeps its day."""
    return f"{day(value)} à {hour(value)}" if isinstance(value, datetime) else day(value)


def near_day(value: date | datetime, today: date | None = None) -> str:
    """« aujourd’hui », « hier, 17 h », « vendredi 27 », else the short day: for lists where the near matters."""
    value = local(value)
    plain = value.date() if isinstance(value, datetime) else value
    gap = (plain - (today or timezone.localdate())).days
    if not -1 <= gap < 7:
        return short_day(plain)
    near = ("hier", "aujourd’hui", "demain")[gap + 1] if gap <= 1 else f"{DAYS[plain.weekday()]}{WIDE}{plain.day}"
    return f"{near}, {_clock(value)}" if isinstance(value, datetime) else near


def period(start: date | datetime, end: date | datetime | None = None) -> str:
    """« du 24 au 27 novembre 2026 », « le 24 novembre 2026 de 14 h à 16 h », « à partir du 1er mars 2026 »."""
    first, last = local(start), local(end) if end else None
    a = first.date() if isinstance(first, datetime) else first
    if last is None:
        return f"à partir du {_long(a)}"
    b = last.date() if isinstance(last, datetime) else last
    if a == b:
        if isinstance(first, datetime) and isinstance(last, datetime) and first != last:
            return f"le {_long(a)} de {hour(first)} à {hour(last)}"
        return f"le {_long(a)}"
    if a.year != b.year:
        return f"du {_long(a)} au {_long(b)}"
    if a.month != b.month:
        return f"du {_day_number(a)}{WIDE}{MONTHS[a.month - 1]} au {_long(b)}"
    return f"du {_day_number(a)} au {_long(b)}"


def _long(value: date) -> str:
    return f"{_day_number(value)}{WIDE}{MONTHS[value.month - 1]} {value.year}"


def nb(value, decimals: int | None = None) -> str:
    """« 12 345,6 »: without the zeros that end its decimals, or rounded to `decimals`."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif number.is_finite():
        number = number.normalize()
    return f"{number:,f}".replace(",", NARROW).replace(".", ",").replace("-", "\u2212")


def euros(value) -> str:
    """« 1 234,50 € »; whole amounts of 1 000 € and more lose their « ,00 »."""
    number = Decimal(str(value))
    whole = number == number.to_integral_value() and abs(number) >= 1000
    return f"{nb(number, 0 if whole else 2)}{NARROW}€"


def percent(value, decimals: int = 0) -> str:
    """« 62 % » from 62."""
    return f"{nb(value, decimals)}{NARROW}%"


def ordinal(rank: int) -> str:
    """« 1er », « 2ᵉ »: a rank."""
    return "1er" if rank == 1 else f"{rank}ᵉ"


def counted(value: int, words: str) -> str:
    """« 1 commune », « 0 commune », « 3 travaux »: `words` is "singular" or "singular,plural"."""
    singular, _, plural = words.partition(",")
    plural = plural or " ".join(f"{word}s" for word in singular.split(" "))
    return f"{nb(value)}{WIDE}{plural if abs(value) >= 2 else singular}"


def units(unit: str, quantity) -> str:
    """« pièce » as so many of them are written: « pièces », « sacs de 25 kg », « rouleaux ». Symbols (kg, m²) and
    what is already plural stay as they are."""
    first, space, rest = unit.partition(" ")
    if abs(quantity) < 2 or len(first) < 3 or not first.isalpha() or first[-1] in "sxz":
        return unit
    return f"{first}{'x' if first.endswith(('eau', 'eu')) else 's'}{space}{rest}"


def size(octets: int) -> str:
    """« 340 ko », « 1,2 Mo »."""
    if octets < 1000:
        return f"{octets}{NARROW}octets" if octets > 1 else f"{octets}{NARROW}octet"
    power, unit = next((p, u) for p, u in ((1e3, "ko"), (1e6, "Mo"), (1e9, "Go")) if octets < 999.5 * p or u == "Go")
    value = octets / power
    return f"{nb(value, 0 if value >= 10 or unit == 'ko' else 1)}{NARROW}{unit}"


# A colon only where a word or a line ends: never inside an address or an hour.
BEFORE = re.compile(r" ([;!?»%€]|:(?=\s|$))", re.MULTILINE)


def words(text) -> str:
    """A text of ours in French typography; what is already HTML stays as it is."""
    return text if hasattr(text, "__html__") else typo(text)


def typo(text: str) -> str:
    """Puts the narrow unbreakable spaces before ; : ! ? » % € and after «, and curls the apostrophes."""
    text = str(text).replace("'", "’")
    return BEFORE.sub(rf"{NARROW}\1", text).replace("« ", f"«{NARROW}")
