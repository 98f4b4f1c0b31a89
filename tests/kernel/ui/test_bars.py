"""The bar codes that our own reader reads: drawn by ZXing-C++, as a telephone sees them, read by `bars.js` in Node."""

import json
import random
import subprocess
from pathlib import Path

import numpy
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from beffroi.kernel.ui import build

BARS = build.UI / "assets" / "js" / "bars.js"
READ = """
import { readFileSync } from "node:fs";
import { bars } from %s;
const found = JSON.parse(readFileSync(0, "utf8")).map(({ path, width, height }) => {
  const data = new Uint8ClampedArray(readFileSync(path));
  return bars({ data, width, height }) ?? null;
});
process.stdout.write(JSON.stringify(found));
"""
F = zxingcpp.BarcodeFormat
LINEAR = (F.Code128, F.EAN13, F.EAN8, F.UPCA, F.Code39, F.ITF)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-. $/+%"


def checked(digits: str) -> str:
    """With the check digit of the GS1 codes."""
    total = sum(int(digit) * (1 if rank % 2 else 3) for rank, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def text_for(symbology, chance: random.Random) -> str:
    def figures(count: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(count))

    if symbology == F.EAN13:
        return checked(chance.choice("123456789") + figures(11))
    if symbology == F.EAN8:
        return checked(figures(7))
    if symbology == F.UPCA:
        return checked(figures(11))
    if symbology == F.ITF:
        return figures(2 * chance.randint(3, 8))
    if symbology == F.Code39:
        return "".join(chance.choice(SIGNS) for _ in range(chance.randint(3, 12))).strip() or "A1B"
    signs = [chr(code) for code in range(33, 127)] if chance.random() < 0.6 else list("0123456789")
    return "".join(chance.choice(signs) for _ in range(chance.randint(3, 24)))


def seen(
    symbology, text: str, *, turned: float = 0, blurred: float = 0, noise: float = 0, seed: int = 0
) -> Image.Image:
    """A label held before a camera of 1280 × 960 points: 2.6 points at least for a module of its code."""
    barcode = zxingcpp.create_barcode(text, symbology)
    wide = max(620, int(numpy.array(barcode.to_image(scale=1)).shape[1] * 2.6))
    code = Image.fromarray(numpy.array(barcode.to_image(scale=4))).convert("L")
    code = code.resize((wide, 220), Image.Resampling.BICUBIC)
    label = Image.new("L", (wide + 60, 280), 235)
    label.paste(code, (30, 30))
    label = label.rotate(turned, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)
    scene = Image.new("L", (1280, 960), 120)
    scene.paste(label, ((1280 - label.width) // 2, (960 - label.height) // 2))
    if blurred:
        scene = scene.filter(ImageFilter.GaussianBlur(blurred))
    if noise:
        grain = numpy.random.default_rng(seed).normal(0, noise, (960, 1280))
        scene = Image.fromarray(numpy.clip(numpy.asarray(scene, dtype=float) + grain, 0, 255).astype("uint8"))
    return scene


def read(pictures, folder: Path) -> list[str | None]:
    given = []
    for rank, picture in enumerate(pictures):
        path = folder / f"{rank}.rgba"
        path.write_bytes(picture.convert("RGBA").tobytes())
        given.append({"path": str(path), "width": picture.width, "height": picture.height})
    script = READ % json.dumps(BARS.as_uri())
    command = [build.find_node(), "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.parametrize("symbology", LINEAR, ids=str)
def test_any_text_is_read_turned_blurred_and_upside_down(symbology, tmp_path):
    chance = random.Random(f"{symbology}")
    cases = []
    for turned in (0, 7, -12, 90, 180, 187, 273):
        for blurred in (0, 1):
            text = text_for(symbology, chance)
            cases.append((text, seen(symbology, text, turned=turned, blurred=blurred, noise=4, seed=len(cases))))
    found = read([picture for _text, picture in cases], tmp_path)
    assert found == [text for text, _picture in cases]


def test_bars_in_three_sets_at_once_are_read(tmp_path):
    texts = ["FAB-0042/a", "0103453120000011", "ab\x0112345678CD", "é1", "(01)03453120000011(21)A/77", "~}{|`"]
    pictures = [seen(F.Code128, text) for text in texts]
    assert read(pictures, tmp_path) == texts


def test_what_is_no_bar_code_says_nothing(tmp_path):
    """Stripes, text, a QR code, a bar code half hidden, one whose check is wrong."""
    stripes = Image.new("L", (1280, 960), 235)
    for left in range(200, 1000, 14):
        stripes.paste(20, (left, 300, left + 7, 600))
    square = Image.fromarray(
        numpy.array(zxingcpp.create_barcode("https://exemple.invalid", F.QRCode).to_image(scale=20))
    )
    half = seen(F.Code128, "FAB-0042")
    half.paste(120, (600, 0, 1280, 960))
    pairs = seen(F.ITF, "0123456789012345")
    pairs.paste(120, (640, 0, 1280, 960))
    grain = numpy.random.default_rng(7).integers(0, 256, (960, 1280), dtype="uint8")
    assert read([stripes, square, half, pairs, Image.fromarray(grain), Image.new("L", (4, 4))], tmp_path) == [None] * 6


def test_two_hundred_pictures_without_code_are_never_given_one(tmp_path):
    """The light and dark of a street, at random: blocks of all widths."""
    chance = random.Random(11)
    pictures = []
    for _ in range(200):
        picture = Image.new("L", (400, 120), chance.randrange(120, 256))
        left = 0
        while left < 400:
            wide = chance.choice((2, 4, 4, 6, 8, 8, 12, 30))
            picture.paste(chance.randrange(0, 256), (left, 0, left + wide, 120))
            left += wide
        pictures.append(picture)
    assert read(pictures, tmp_path) == [None] * 200
