"""The lists of the desk: columns to choose, filters kept under a name, lines written at once, pages picked by number.

A list is described once, by whichever part it belongs to: `DeskList`, or `KeptList` when it writes its own lines. Its
views are kept here, and their addresses are given by `views.saved.urls`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui.tags.tables import check_row
from beffroi.shared.cases.models import SavedView


@dataclass(frozen=True)
class Column:
    """A column: `sort` = the expressions of its order (none: it cannot be sorted); `value` = its cell, in a file."""

    code: str
    label: str
    value: Callable[[Any], object]
    sort: tuple[str, ...] = ()
    shown: bool = True
    width: int = 18


@dataclass(frozen=True, kw_only=True)
class KeptList:
    """A list whose filters are kept under names. `url_name` names its page, and its views; `organisations(user)` = the
    bodies with whose agents a view may be shared, as a queryset; `permission` = that of who reads it."""

    url_name: str
    title: str
    organisations: Callable[[Any], QuerySet]
    permission: str = ""

    def _named(self, view: str) -> str:
        return f"{self.url_name.partition(':')[0]}:{view}"

    # The names of the addresses of its views.
    views = property(lambda self: self._named("views"))
    view = property(lambda self: self._named("view"))
    view_save = property(lambda self: self._named("view_save"))
    view_remove = property(lambda self: self._named("view_remove"))


@dataclass(frozen=True, kw_only=True)
class DeskList(KeptList):
    """A list of the desk, with columns to choose. `heading(line)` = (number, text, address) of the first cell of a
    line; `cells` = how a column is written in HTML, where its value is not simply its text."""

    columns: tuple[Column, ...]
    heading: Callable[[Any], tuple[int, str, str]]
    cells: Mapping[str, Callable[[Any, date], str]] = field(default_factory=dict)
    boxes: bool = True
    wide: tuple[str, ...] = ()

    @property
    def orders(self) -> dict[str, tuple[str, ...]]:
        """{code of a column: the expressions of its order}."""
        return {column.code: column.sort for column in self.columns if column.sort}

    def chosen(self, codes: Iterable[str] | None) -> list[Column]:
        """The columns of these codes, in the order of the list; the usual ones when there are none."""
        wanted = set(codes or ())
        return [column for column in self.columns if (column.code in wanted if wanted else column.shown)]

    def columns_field(self) -> forms.MultipleChoiceField:
        """The choice of the columns, in the form of the filters (`colonnes`)."""
        return forms.MultipleChoiceField(
            label="Colonnes",
            required=False,
            choices=[(column.code, column.label) for column in self.columns],
            widget=forms.CheckboxSelectMultiple,
        )

    def written(self, lines: Iterable, columns: Iterable[Column]) -> SafeString:
        """The `<tr>` of each line: its box, its number, one cell for each column."""
        today = timezone.localdate()
        cells = [self._cell(column) for column in columns]
        box = check_row("{}", "{}") if self.boxes else ""
        parts = []
        for line in lines:
            number, text, url = self.heading(line)
            shown = escape(text)
            parts.append(f'<tr>{box.format(number, shown)}<th scope="row" class="nowrap">')
            parts.append(f'<a href="{escape(url)}">{shown}</a></th>')
            parts += [f"{opening}{write(line, today)}</td>" for opening, write in cells]
            parts.append("</tr>\n")
        return SafeString("".join(parts))

    def _cell(self, column: Column) -> tuple[str, Callable[[Any, date], str]]:
        """The opening of a cell of that column, and what writes it."""
        wide = ' class="wide"' if column.code in self.wide else ""
        opening = f'<td data-label="{escape(column.label)}"{wide}>'
        return opening, self.cells.get(column.code) or (lambda line, today: escape(str(column.value(line) or "—")))


def state(label: str, tone: str) -> str:
    """As `{% state %}` writes it."""
    return f'<span class="state" data-tone="{tone}">{escape(label)}</span>'


def views_of(user, kept: KeptList) -> QuerySet[SavedView]:
    """Those of the person, and those that agents of their bodies share."""
    bodies = kept.organisations(user).values("pk")
    return SavedView.objects.filter(
        Q(owner=user) | Q(shared=True, organisation__in=bodies), page=kept.url_name
    ).select_related("owner", "organisation")


def offered(user, kept: KeptList) -> list[tuple[str, str, str]]:
    """(name, filters, author when it is somebody else) of these views, remembered: they are above every list."""
    return remembered(
        user,
        f"views:{kept.url_name}",
        lambda: [
            (one.name, one.query, "" if one.owner_id == user.pk else str(one.owner)) for one in views_of(user, kept)
        ],
    )


class KeyPaginator(Paginator):
    """Picks the lines of a page by their numbers alone, from the nearer end of the list: its last page is as quick as
    its first, and what a line shows is read for the lines of the page only."""

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        if first * 2 > self.count:
            keys = list(self._keys.reverse()[self.count - last : self.count - first])[::-1]
        else:
            keys = list(self._keys[first:last])
        return self._get_page(keys, number, self)

    @cached_property
    def _keys(self) -> QuerySet:
        return self.object_list.values_list("pk", flat=True)


def in_order(rows: QuerySet, keys: list) -> list:
    """The objects of these numbers, in their order."""
    found = {one.pk: one for one in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]
