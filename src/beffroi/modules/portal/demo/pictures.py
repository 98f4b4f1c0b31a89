"""Drawn landscapes for the sample news: hills, fields and a belfry in the colours of the house. No photograph."""

import io
import math
import random

from PIL import Image, ImageDraw

SIZE = (1200, 675)
SCALE = 2
SKIES = {
    "day": ("#cfe3f1", "#f7efe0"),
    "dawn": ("#f3c9a8", "#fbf1e4"),
    "dusk": ("#27445f", "#d98a66"),
    "night": ("#0f2133", "#2b4a66"),
    "rain": ("#9fb2c1", "#d9e1e6"),
}
LANDS = {
    "day": ("#8fb3a0", "#4f8a68", "#e6bd52"),
    "dawn": ("#c79b86", "#5f8f70", "#e8c25f"),
    "dusk": ("#3d566b", "#2b5a45", "#a8742f"),
    "night": ("#1d3a52", "#1c4535", "#6d5a2a"),
    "rain": ("#7f97a5", "#4b7560", "#b39a55"),
}
BRICK, DARK, LIGHT = "#a23b2a", "#7d2b1e", "#fbf3dc"


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _sky(draw, size, top: str, bottom: str) -> None:
    a, b = _rgb(top), _rgb(bottom)
    for y in range(size[1]):
        share = y / size[1]
        draw.line([(0, y), (size[0], y)], fill=tuple(round(a[i] + (b[i] - a[i]) * share) for i in range(3)))


def _hill(draw, size, base: float, height: float, phase: float, colour: str) -> None:
    width, tall = size
    points = [
        (x, tall * (base - height * math.sin(phase + 2.2 * math.pi * x / width) - height / 2 * math.sin(5 * x / width)))
        for x in range(0, width + 8, 8)
    ]
    draw.polygon([*points, (width, tall), (0, tall)], fill=colour)


def _belfry(draw, x: float, foot: float, tall: float, lit: bool) -> None:
    wide = tall * 0.2

    def box(left, top, right, bottom, colour):
        draw.rectangle([x + left * wide, foot - top * tall, x + right * wide, foot - bottom * tall], fill=colour)

    box(-1.9, 0.24, -0.5, 0, DARK)
    box(0.5, 0.2, 1.8, 0, DARK)
    box(-0.5, 0.68, 0.5, 0, BRICK)
    box(-0.6, 0.71, 0.6, 0.66, DARK)
    box(-0.36, 0.82, 0.36, 0.7, BRICK)
    draw.polygon(
        [(x - 0.46 * wide, foot - 0.81 * tall), (x + 0.46 * wide, foot - 0.81 * tall), (x, foot - 1.04 * tall)],
        fill=DARK,
    )
    r = 0.2 * wide
    centre = foot - 0.53 * tall
    draw.ellipse([x - r, centre - r, x + r, centre + r], fill=LIGHT)
    for side in (-0.2, 0.2):
        middle = x + side * wide
        colour = "#f7d774" if lit else LIGHT
        draw.rectangle(
            [middle - 0.07 * wide, foot - 0.79 * tall, middle + 0.07 * wide, foot - 0.73 * tall], fill=colour
        )


def _houses(draw, rand, size, count: int, lit: bool) -> None:
    for _ in range(count):
        x, foot = rand.uniform(0.05, 0.6) * size[0], rand.uniform(0.66, 0.76) * size[1]
        w, h = rand.uniform(46, 84) * SCALE, rand.uniform(30, 46) * SCALE
        wall = rand.choice(["#efe5d3", "#c9694f", "#e2d3bb"])
        draw.rectangle([x, foot - h, x + w, foot], fill=wall)
        draw.polygon([(x - 6, foot - h), (x + w + 6, foot - h), (x + w / 2, foot - h - w * 0.34)], fill="#3c5267")
        draw.rectangle(
            [x + w * 0.2, foot - h * 0.66, x + w * 0.36, foot - h * 0.3], fill="#f7d774" if lit else "#5f7f97"
        )


def _trees(draw, rand, size, count: int) -> None:
    for _ in range(count):
        x, foot, r = (
            rand.uniform(0.02, 0.98) * size[0],
            rand.uniform(0.74, 0.86) * size[1],
            rand.uniform(14, 30) * SCALE,
        )
        draw.rectangle([x - r * 0.1, foot - r, x + r * 0.1, foot], fill="#5b4630")
        draw.ellipse(
            [x - r * 0.7, foot - r * 2.5, x + r * 0.7, foot - r * 0.7], fill=rand.choice(["#2f6b4b", "#3d7a58"])
        )


def _weather(draw, rand, size, sky: str) -> None:
    if sky == "rain":
        for _ in range(260):
            x, y = rand.uniform(0, size[0]), rand.uniform(0, size[1] * 0.8)
            draw.line([(x, y), (x - 10 * SCALE, y + 26 * SCALE)], fill="#eef3f6", width=SCALE)
    elif sky == "night":
        for _ in range(70):
            x, y, r = rand.uniform(0, size[0]), rand.uniform(0, size[1] * 0.45), rand.uniform(0.8, 2) * SCALE
            draw.ellipse([x - r, y - r, x + r, y + r], fill="#f6efcf")
    else:
        x, y, r = size[0] * rand.uniform(0.15, 0.45), size[1] * 0.26, 52 * SCALE
        draw.ellipse([x - r, y - r, x + r, y + r], fill="#fbe3a0")


def landscape(name: str, sky: str = "day") -> bytes:
    """A PNG drawn from its name (the same name gives the same picture) under one of the skies."""
    rand = random.Random(name)  # noqa: S311  a drawing
    size = (SIZE[0] * SCALE, SIZE[1] * SCALE)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    far, near, field = LANDS[sky]
    lit = sky in ("dusk", "night")
    _sky(draw, size, *SKIES[sky])
    if sky != "rain":
        _weather(draw, rand, size, sky)
    _hill(draw, size, 0.6, 0.06, rand.uniform(0, 6), far)
    _belfry(draw, size[0] * rand.uniform(0.66, 0.84), size[1] * 0.72, size[1] * rand.uniform(0.4, 0.5), lit)
    _hill(draw, size, 0.72, 0.035, rand.uniform(0, 6), near)
    _houses(draw, rand, size, rand.randint(3, 6), lit)
    _trees(draw, rand, size, rand.randint(5, 9))
    _hill(draw, size, 0.87, 0.03, rand.uniform(0, 6), field)
    if sky == "rain":
        _weather(draw, rand, size, sky)
    output = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(output, "PNG", optimize=True)
    return output.getvalue()
