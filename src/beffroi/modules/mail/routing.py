"""Which rule of the body fits a letter."""

import unicodedata
from collections.abc import Iterable

from beffroi.modules.mail.models import Letter, Rule


def fold(text: str) -> str:
    """Without accents nor capitals, one space between words, typographic apostrophes made straight."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def words_of(text: str) -> list[str]:
    """The words or groups of words of a field, separated by commas."""
    return [word for part in text.split(",") if (word := _bare(part))]


def _holds(words: list[str], text: str) -> bool:
    """One of the words begins a word of the text (« voirie » does not fit « savoirie »; « route » fits « routes »)."""
    return any(f" {word}" in f" {text}" for word in words)


def fits(rule: Rule, letter: Letter, sender: str) -> bool:
    """Does this rule fit? What it does not ask is not looked at."""
    if rule.register_id and rule.register_id != letter.register_id:
        return False
    words, senders = words_of(rule.words), words_of(rule.senders)
    told = _bare(f"{letter.object} {letter.details}")
    return (not words or _holds(words, told)) and (not senders or _holds(senders, _bare(sender)))


def _bare(text: str) -> str:
    """Words alone: what stands between them is a space."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(text)).split())


def find_rule(letter: Letter, rules: Iterable[Rule] | None = None, sender: str = "") -> Rule | None:
    """The first rule in force of the body that fits the letter; `sender` = the name of who writes, when the letter is
    only tried."""
    if rules is None:
        rules = Rule.objects.filter(organisation=letter.register.organisation_id, is_active=True)
        rules = rules.select_related("type", "team", "assignee")
    return next((rule for rule in rules if fits(rule, letter, sender or letter.party)), None)
