"""Draws the application icons from the mark: `python -m beffroi.kernel.ui.marks` (after a change of `beffroi.svg`)."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "assets" / "marks"
SLATE, COLZA = "#142a3e", "#f2c14e"
# The silhouette of beffroi.svg, in its 40 × 52 units, as polygons, circles and boxes.
TOWER = [
    (19.2, 4.2),
    (15, 12),
    (13, 12),
    (13, 17),
    (10.5, 17),
    (9, 20),
    (9, 23),
    (7, 23),
    (7, 26),
    (8, 26),
    (8, 52),
    (32, 52),
    (32, 26),
    (33, 26),
    (33, 23),
    (31, 23),
    (31, 20),
    (29.5, 17),
    (27, 17),
    (27, 12),
    (25, 12),
    (20.8, 4.2),
]
FINIAL = (19.2, 0.2, 20.8, 6)
HOLES = [(17, 13, 19, 17), (21, 13, 23, 17), (16, 45, 24, 52)]
DOOR_TOP = (16, 41, 24, 49)
CLOCK = (15, 26.5, 25, 36.5)
HANDS = [(19.3, 28.5), (20.7, 28.5), (20.7, 31.4), (22.7, 32.6), (22, 33.8), (19.3, 32.2)]
SAMPLE = 8


def draw(side: int, *, ground: str, mark: str, hole: str, share: float, radius: float) -> Image.Image:
    """A square icon: `share` of its height is the mark, `radius` rounds its corners (shares of the side)."""
    big = side * SAMPLE
    image = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, big - 1, big - 1), radius * big, fill=ground)
    unit = big * share / 52
    left, top = (big - 40 * unit) / 2, (big - 52 * unit) / 2

    def at(points):
        return [(left + x * unit, top + y * unit) for x, y in points]

    def box(x0, y0, x1, y1):
        return [*at([(x0, y0)])[0], *at([(x1, y1)])[0]]

    pen.polygon(at(TOWER), fill=mark)
    pen.rounded_rectangle(box(*FINIAL), 0.8 * unit, fill=mark)
    for hole_box in HOLES:
        pen.rectangle(box(*hole_box), fill=hole)
    pen.ellipse(box(*DOOR_TOP), fill=hole)
    pen.ellipse(box(*CLOCK), fill=hole)
    pen.polygon(at(HANDS), fill=mark)
    return image.resize((side, side), Image.Resampling.LANCZOS)


def main() -> None:
    colours = {"ground": SLATE, "mark": COLZA, "hole": SLATE}
    for side in (48, 192, 512):
        draw(side, **colours, share=0.74, radius=0.2).save(FOLDER / f"icone-{side}.png", optimize=True)
    draw(180, **colours, share=0.7, radius=0).save(FOLDER / "icone-180.png", optimize=True)
    draw(512, **colours, share=0.56, radius=0).save(FOLDER / "icone-masque-512.png", optimize=True)


if __name__ == "__main__":
    main()
