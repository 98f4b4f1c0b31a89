"""Charts drawn on the server as SVG, without inline style; the table beside them says the same in figures."""

from dataclasses import dataclass
from math import floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from beffroi.kernel.ui.formats import euros, nb

WIDTH = 420


@dataclass(frozen=True)
class Row:
    """A figure: `value` None = not known."""

    label: str
    value: float | None
    tone: str = "neutral"
    unit: str = ""

    @property
    def shown(self) -> str:
        """The figure as it is read: money with its cents."""
        if self.value is None:
            return "non connu"
        return euros(self.value) if self.unit == "€" else nb(self.value)


def _shorten(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1].rstrip()}…"


def bars(rows: list[Row]) -> SafeString:
    """Horizontal bars, each under its label and its value; a negative value is drawn as nothing."""
    top = max((row.value or 0 for row in rows), default=0) or 1
    step = 50

    def parts():
        for rank, row in enumerate(rows):
            y = rank * step
            long = round(max(row.value or 0, 0) * WIDTH / top, 1)
            yield y + 18, _shorten(row.label, 38), WIDTH, y + 18, row.shown, y + 26, WIDTH, row.tone, y + 26, long

    body = format_html_join(
        "",
        '<text x="0" y="{}">{}</text><text class="chart-value" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="chart-track" y="{}" width="{}" height="12" rx="6"></rect>'
        '<rect class="chart-bar" data-tone="{}" y="{}" width="{}" height="12" rx="6"></rect>',
        parts(),
    )
    return _svg(body, len(rows) * step)


def ticks(top: float, wanted: int = 4) -> list[float]:
    """Round graduations from 0 to at least `top`."""
    if top <= 0:
        return [0, 1]
    rough = top / wanted
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    count = 0
    while count * step < top:
        count += 1
    return [round(step * rank, 10) for rank in range(count + 1)]


def line(rows: list[Row], target: float | None = None) -> SafeString:
    """A line through the known values; a hole where a value is not known; a dashed line at the target."""
    height, right, top, bottom = 250, 18, 12, 32
    known = [row.value for row in rows if row.value is not None]
    marks = ticks(float(max([*known, target or 0], default=0)))
    left = max(46, 14 + 9 * len(nb(marks[-1], None if marks[-1] % 1 else 0)))  # room for the longest figure
    wide, high = WIDTH - left - right, height - top - bottom
    gap = wide / max(len(rows) - 1, 1)

    def x(rank: int) -> float:
        return round(left + rank * gap, 1)

    def y(value: float) -> float:
        return round(top + high * (1 - float(value) / marks[-1]), 1)

    parts = [
        format_html_join(
            "",
            '<line class="chart-grid" x1="{}" x2="{}" y1="{}" y2="{}"></line>'
            '<text class="chart-soft" x="{}" y="{}" text-anchor="end">{}</text>',
            (
                (left, WIDTH - right, y(mark), y(mark), left - 8, y(mark) + 4, nb(mark, None if mark % 1 else 0))
                for mark in marks
            ),
        )
    ]
    if target is not None:
        parts.append(
            format_html(
                '<line class="chart-target" x1="{}" x2="{}" y1="{}" y2="{}"></line>',
                left,
                WIDTH - right,
                y(target),
                y(target),
            )
        )
    parts.append(_path(rows, x, y))
    every = max(1, -(-len(rows) // 6))
    parts.append(
        format_html_join(
            "",
            '<text class="chart-soft" x="{}" y="{}" text-anchor="middle">{}</text>',
            ((x(rank), height - 10, _shorten(row.label, 9)) for rank, row in enumerate(rows) if rank % every == 0),
        )
    )
    return _svg(SafeString("".join(parts)), height)


def _path(rows: list[Row], x, y) -> SafeString:
    points, moves, drawing = [], [], False
    for rank, row in enumerate(rows):
        if row.value is None:
            drawing = False
            continue
        moves.append(f"{'L' if drawing else 'M'}{x(rank)} {y(row.value)}")
        points.append((x(rank), y(row.value)))
        drawing = True
    dots = format_html_join("", '<circle class="chart-dot" cx="{}" cy="{}" r="4"></circle>', points)
    return format_html('<path class="chart-line" d="{}"></path>{}', "".join(moves), dots)


def _svg(body: SafeString, height: int) -> SafeString:
    return format_html('<svg viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', WIDTH, height, body)
