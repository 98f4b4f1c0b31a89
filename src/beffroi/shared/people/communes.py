"""The communes that a home may say it lives in: those of the territory, and those that a module names besides."""

from collections.abc import Callable, Iterable

from django.db.models import F, Func, Q

from beffroi.shared.organisations.models import Commune

_sources: list[Callable[[], Iterable[str]]] = []


def also(source: Callable[[], Iterable[str]]) -> None:
    """Offer besides the communes whose INSEE codes `source()` gives: those with which a body has an agreement."""
    if source not in _sources:
        _sources.append(source)


def offered():
    """The communes to choose from, by name as the alphabet has it, without their outlines."""
    codes = {code for source in _sources for code in source()}
    rows = Commune.objects.filter(Q(member=True) | Q(code_insee__in=codes)).defer("outline")
    return rows.order_by(Func(F("name"), function="kernel_fold"))
