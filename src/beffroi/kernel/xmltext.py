"""Text that may stand in an XML file."""

import re

_REFUSED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text without the characters that XML 1.0 (§2.2, Char) forbids: most controls, lone surrogates."""
    return _REFUSED.sub("", text)
