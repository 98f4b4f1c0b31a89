"""Fields between braces in a text that someone wrote: « Le {date}, le conseil… »."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{(\w+)\}")


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with what is known; a word between braces that means nothing stays as it is."""
    return PLACE.sub(lambda place: known.get(place[1], place[0]), text)


def unknown(text: str, known: Mapping[str, str]) -> list[str]:
    """The words between braces that mean nothing, in their order, once each."""
    return list(dict.fromkeys(name for name in PLACE.findall(text) if name not in known))
