"""The photos of the demonstration, drawn: a street of brick houses and what is wrong there, before and after."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import Blob

WIDTH, HEIGHT, GROUND = 640, 480, 272
CAPTION = ImageFont.load_default(size=15)
# Which motif shows each category.
MOTIFS = {
    "nid-de-poule": "hole",
    "trottoir": "hole",
    "obstacle": "branch",
    "panneau": "sign",
    "lampadaire-eteint": "lamp",
    "lampadaire-jour": "lamp",
    "cable": "box",
    "depot-sauvage": "heap",
    "collecte": "bin",
    "tag": "tag",
    "fuite": "puddle",
    "avaloir": "puddle",
    "arbre": "branch",
    "entretien": "branch",
    "jeux": "swing",
    "batiment": "tag",
    "abribus": "swing",
    "poteau": "lamp",
    "armoire": "box",
    "animal-errant": "",
}


def album(codes, draw: random.Random) -> dict[tuple[str, bool], list[Blob]]:
    """Two photos before and one after for each category that can be drawn."""
    found: dict[tuple[str, bool], list[Blob]] = {}
    for code in codes:
        if MOTIFS.get(code):
            found[code, False] = [photo(code, draw), photo(code, draw)]
            found[code, True] = [photo(code, draw, after=True)]
    return found


def photo(code: str, draw: random.Random, *, after: bool = False) -> Blob:
    """One drawn photo, kept as any photo that is sent."""
    content = io.BytesIO()
    scene(code, draw, after=after).save(content, "JPEG", quality=72)
    upload = SimpleUploadedFile(f"{code}.jpg", content.getvalue(), content_type="image/jpeg")
    stored = store_upload(upload, actor=None, kind="photo")
    blob = stored.blob
    stored.delete()
    return blob


def scene(code: str, draw: random.Random, *, after: bool = False) -> Image.Image:
    """Houses, a pavement, a road, and the motif of the category; « DESSIN » is written on it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (draw.randint(170, 205), draw.randint(192, 218), 232))
    pen = ImageDraw.Draw(picture)
    x = -16
    while x < WIDTH:
        x += _house(pen, x, draw)
    pen.rectangle((0, GROUND, WIDTH, HEIGHT), fill=(104, 106, 110))
    pen.rectangle((0, GROUND, WIDTH, GROUND + 26), fill=(170, 166, 158))
    for left in range(0, WIDTH, 110):
        pen.polygon([(left, 384), (left + 56, 384), (left + 51, 393), (left - 5, 393)], fill=(230, 230, 226))
    PAINT[MOTIFS[code]](pen, draw.randint(170, 420), after)
    words = f"{'après' if after else 'avant'} – DESSIN"
    pen.text((12, HEIGHT - 24), words, fill=(250, 250, 250), font=CAPTION)
    return picture


def _house(pen, x: int, draw: random.Random) -> int:
    wide, high = draw.randint(76, 128), draw.randint(92, 172)
    brick = (draw.randint(148, 190), draw.randint(80, 112), draw.randint(62, 86))
    top = GROUND - high
    pen.rectangle((x, top, x + wide, GROUND), fill=brick)
    pen.polygon([(x - 6, top), (x + wide / 2, top - 46), (x + wide + 6, top)], fill=(84, 62, 58))
    for left in range(x + 14, x + wide - 16, 34):
        pen.rectangle((left, top + 18, left + 16, top + 44), fill=(226, 231, 236))
    return wide + draw.randint(4, 30)


def _hole(pen, x, after):
    tone = (140, 142, 146) if after else (42, 40, 42)
    pen.ellipse((x, 410, x + 150, 446), fill=tone)
    if not after:
        pen.ellipse((x + 20, 418, x + 118, 438), fill=(88, 102, 116))


def _puddle(pen, x, after):
    if not after:
        pen.ellipse((x - 90, 296, x + 220, 352), fill=(126, 150, 172))
        pen.ellipse((x - 40, 304, x + 150, 340), fill=(150, 174, 194))
    for left in range(x, x + 60, 10):
        pen.line((left, 302, left, 316), fill=(40, 40, 44), width=4)


def _lamp(pen, x, after):
    end = (x, 96) if after else (x + 26, 100)
    pen.line((x, 292, *end), fill=(58, 64, 70), width=7)
    pen.line((*end, end[0] + 52, end[1] + 6), fill=(58, 64, 70), width=5)
    pen.ellipse((end[0] + 40, end[1], end[0] + 72, end[1] + 18), fill=(255, 226, 130) if after else (70, 74, 80))


def _heap(pen, x, after):
    if after:
        return
    for rank, tone in enumerate(((52, 60, 66), (120, 110, 96), (70, 84, 70), (148, 60, 52), (210, 206, 196))):
        left, low = x + (rank % 3) * 46 - 20, 326 - (rank // 3) * 34
        pen.ellipse((left, low - 44, left + 74, low + 14), fill=tone)
    pen.rectangle((x + 96, 268, x + 140, 330), fill=(222, 222, 224))


def _bin(pen, x, after):
    pen.rectangle((x, 220, x + 74, 312), fill=(60, 122, 74))
    pen.rectangle((x - 4, 212, x + 78, 224), fill=(40, 92, 54))
    if not after:
        for rank in range(5):
            pen.ellipse((x - 34 + rank * 32, 296, x - 14 + rank * 32, 322), fill=(90, 140, 100))


def _sign(pen, x, after):
    top = (x, 150) if after else (x + 70, 236)
    pen.line((x, 292, *top), fill=(150, 152, 156), width=6)
    pen.ellipse((top[0] - 34, top[1] - 34, top[0] + 34, top[1] + 34), fill=(186, 44, 44))
    pen.rectangle((top[0] - 20, top[1] - 6, top[0] + 20, top[1] + 6), fill=(250, 250, 250))


def _branch(pen, x, after):
    pen.rectangle((x - 8, 150, x + 12, 292), fill=(96, 74, 56))
    for left, top in ((-60, 70), (-20, 40), (24, 74), (-34, 100)):
        pen.ellipse((x + left, top, x + left + 86, top + 78), fill=(78, 118, 72))
    if not after:
        pen.line((x + 10, 390, x + 170, 352), fill=(96, 74, 56), width=13)
        for left in range(x + 60, x + 170, 34):
            pen.ellipse((left, 336, left + 46, 372), fill=(92, 132, 80))


def _box(pen, x, after):
    pen.rectangle((x, 206, x + 64, 292), fill=(196, 196, 188))
    if not after:
        pen.rectangle((x + 6, 212, x + 58, 286), fill=(46, 46, 50))
        for rank, tone in enumerate(((200, 60, 50), (60, 90, 190), (220, 190, 70))):
            pen.line((x + 16 + rank * 14, 214, x + 10 + rank * 20, 284), fill=tone, width=3)
        pen.polygon([(x + 64, 206), (x + 100, 220), (x + 100, 302), (x + 64, 292)], fill=(170, 170, 162))


def _tag(pen, x, after):
    pen.rectangle((x - 40, 168, x + 190, GROUND), fill=(206, 196, 178))
    if not after:
        for rank, tone in enumerate(((196, 40, 120), (40, 90, 190), (30, 140, 90))):
            start = x - 20 + rank * 60
            pen.arc((start, 190, start + 70, 256), 30, 320, fill=tone, width=8)


def _swing(pen, x, after):
    pen.line((x, 292, x + 40, 150, x + 80, 292), fill=(170, 60, 50), width=7)
    pen.line((x + 40, 150, x + 160, 150), fill=(170, 60, 50), width=7)
    pen.line((x + 120, 292, x + 160, 150, x + 200, 292), fill=(170, 60, 50), width=7)
    pen.line((x + 80, 150, x + 80, 250), fill=(60, 60, 60), width=3)
    if after:
        pen.line((x + 120, 150, x + 120, 250), fill=(60, 60, 60), width=3)
        pen.rectangle((x + 74, 248, x + 126, 256), fill=(70, 70, 74))
    else:
        pen.polygon([(x + 74, 248), (x + 116, 300), (x + 108, 306), (x + 68, 254)], fill=(70, 70, 74))


PAINT = {
    "hole": _hole,
    "puddle": _puddle,
    "lamp": _lamp,
    "heap": _heap,
    "bin": _bin,
    "sign": _sign,
    "branch": _branch,
    "box": _box,
    "tag": _tag,
    "swing": _swing,
}
