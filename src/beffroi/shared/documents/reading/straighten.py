"""A photo of a sheet laid flat: the page is found on its darker ground, and its four corners are put square.

The original is kept as it came: only what is read, and its searchable copy, are straightened. When the page fills the
picture, or nothing looks like a sheet, the picture is left as it is.

numpy is imported by what uses it: it starts threads, which the process that forks must not have.
"""

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

if TYPE_CHECKING:
    import numpy

SMALL = 360
# The part of the picture that a sheet takes: less is a stain, more is the page itself.
LEAST, MOST = 0.2, 0.97
# How far the four corners may be from a full quadrilateral.
FULL = 0.85


def flat(photo: Image.Image) -> Image.Image:
    """The sheet alone, its corners square; the same picture when no sheet is found."""
    corners = corners_of(photo)
    if corners is None:
        return photo
    (a, b, c, d) = corners
    width = round(max(_far(a, b), _far(d, c)))
    height = round(max(_far(a, d), _far(b, c)))
    square = ((0, 0), (width, 0), (width, height), (0, height))
    return photo.transform(
        (width, height), Image.Transform.PERSPECTIVE, _homography(square, corners), Image.Resampling.BICUBIC
    )


def corners_of(photo: Image.Image) -> tuple[tuple[float, float], ...] | None:
    """The corners of the sheet in pixels, from the top left one, clockwise; None when there is none."""
    import numpy

    scale = SMALL / max(photo.size)
    small = photo.convert("L").resize(
        (max(1, round(photo.width * scale)), max(1, round(photo.height * scale))), Image.Resampling.BILINEAR
    )
    # The letters are closed, so that the sheet is one bright piece.
    grey = numpy.asarray(small.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7)), dtype=numpy.uint8)
    bright = _largest(grey > _threshold(grey))
    share = bright.mean()
    if not LEAST < share < MOST:
        return None
    rows, columns = numpy.nonzero(bright)
    sums, gaps = columns + rows, columns - rows
    picked = [sums.argmin(), gaps.argmax(), sums.argmax(), gaps.argmin()]
    corners = tuple((columns[one] / scale, rows[one] / scale) for one in picked)
    area = _area(corners) * scale * scale
    if area <= 0 or bright.sum() / area < FULL or bright.sum() / area > 1 / FULL:
        return None
    if _is_upright(corners, photo.size):
        return None
    return corners


def _threshold(grey: "numpy.ndarray") -> int:
    """The level that parts best what is dark from what is bright (Otsu, 1979)."""
    import numpy

    counts = numpy.bincount(grey.ravel(), minlength=256).astype(float)
    weights = counts.cumsum()
    sums = (counts * numpy.arange(256)).cumsum()
    total, whole = weights[-1], sums[-1]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        apart = (whole * weights / total - sums) ** 2 / (weights * (total - weights))
    return int(numpy.nanargmax(numpy.where(numpy.isfinite(apart), apart, -1)))


def _largest(mask: "numpy.ndarray") -> "numpy.ndarray":
    """The piece of the mask that holds the bright point nearest to the middle, grown step by step."""
    import numpy

    height, width = mask.shape
    rows, columns = numpy.nonzero(mask)
    if not len(rows):
        return mask
    nearest = ((rows - height / 2) ** 2 + (columns - width / 2) ** 2).argmin()
    grown = numpy.zeros_like(mask)
    grown[rows[nearest], columns[nearest]] = True
    for _step in range(height + width):
        wider = grown.copy()
        wider[1:] |= grown[:-1]
        wider[:-1] |= grown[1:]
        wider[:, 1:] |= grown[:, :-1]
        wider[:, :-1] |= grown[:, 1:]
        wider &= mask
        if (wider == grown).all():
            break
        grown = wider
    return grown


def _far(one, other) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _area(corners) -> float:
    turned = [*corners[1:], corners[0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(corners, turned, strict=True))) / 2


def _is_upright(corners, size) -> bool:
    """The sheet already fills the picture, square: nothing to do."""
    width, height = size
    wanted = ((0, 0), (width, 0), (width, height), (0, height))
    return max(_far(one, other) for one, other in zip(corners, wanted, strict=True)) < 0.02 * max(size)


def _homography(square, corners) -> list[float]:
    """The eight numbers that Pillow asks for: from the points of the result to those of the photo."""
    import numpy

    lines, wanted = [], []
    for (x, y), (u, v) in zip(square, corners, strict=True):
        lines += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return numpy.linalg.solve(numpy.array(lines, dtype=float), numpy.array(wanted, dtype=float)).tolist()
