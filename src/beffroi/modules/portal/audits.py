"""The results of the automatic tests of accessibility, written by the tests of every page and read by the declaration.

The file is JSON: `date` (AAAA-MM-JJ), `tool`, `pages` (how many were visited) and `violations`, a list of `rule`,
`help` (in French) and `pages` (on how many pages). Without it the declaration says that nothing was measured.
"""

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).parent / "data" / "accessibilite.json"


@dataclass(frozen=True)
class Violation:
    rule: str
    help: str
    pages: int


@dataclass(frozen=True)
class Measured:
    """What the tests found on that day."""

    date: datetime.date
    tool: str
    pages: int
    violations: list[Violation] = field(default_factory=list)


def read() -> Measured | None:
    """The last results, or None when no test has written any."""
    if not FILE.is_file():
        return None
    held = json.loads(FILE.read_text(encoding="utf-8"))
    found = [Violation(v["rule"], v.get("help", v["rule"]), int(v.get("pages", 1))) for v in held["violations"]]
    return Measured(datetime.date.fromisoformat(held["date"]), held["tool"], int(held["pages"]), found)
