"""Parts of `bench/resultats.md` that other commands than `bench/run` write: each between its own two marks."""

import re
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "resultats.md"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name} -->", f"<!-- fin de {name} -->"


def put(name: str, text: str) -> None:
    """Write the part of that name, in place of the one that was there or at the end."""
    start, end = _marks(name)
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    part = f"{start}\n{text.strip()}\n{end}"
    found = re.search(f"{re.escape(start)}.*?{re.escape(end)}", page, re.S)
    page = page.replace(found[0], part) if found else f"{page.rstrip()}\n\n{part}\n"
    RESULTS.write_text(page, encoding="utf-8")


def kept() -> str:
    """Every such part, as it stands: `bench/run` writes the rest again and puts them back."""
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = re.finditer(r"<!-- (?!fin de )([\w-]+) -->.*?<!-- fin de \1 -->", page, re.S)
    return "\n\n".join(part[0] for part in parts)
