"""A start that takes over twice its aim fails; between the two, it is told."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "clean_start.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("clean_start", SCRIPT)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize(
    ("seconds", "words", "fails"),
    [
        (179.9, "visé : 180 s", False),
        (180.1, "PLUS LENT QUE VISÉ", False),
        (360, "PLUS LENT QUE VISÉ", False),
        (360.1, "MANQUÉ : la limite est 360 s", True),
    ],
)
def test_start_is_judged_by_its_aim(script, seconds, words, fails):
    told, failed = script.judge("depuis rien", seconds, script.FIRST)
    assert words in told
    assert failed is fails
    assert ("LENT" in told or "MANQUÉ" in told) is (seconds > script.FIRST)
