"""What a camera films, written as a file that Chromium plays in place of a camera (YUV4MPEG2)."""

import io
from pathlib import Path

import numpy
import segno
import zxingcpp
from PIL import Image, ImageFilter

SIZE = (640, 480)
FRAMES = 4
HEADER = b"YUV4MPEG2 W%d H%d F5:1 Ip A1:1 C420jpeg\n"
BACKGROUND = (96, 112, 104)


def label(text: str, *, turned: float = 8) -> Image.Image:
    """A label held before the camera: a little turned, a little blurred."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=6, border=4)
    code = Image.open(io.BytesIO(drawn.getvalue())).convert("RGB")
    code = code.rotate(turned, expand=True, fillcolor=BACKGROUND, resample=Image.Resampling.BICUBIC)
    scene = Image.new("RGB", SIZE, BACKGROUND)
    scene.paste(code, ((SIZE[0] - code.width) // 2, (SIZE[1] - code.height) // 2))
    return scene.filter(ImageFilter.GaussianBlur(0.8))


def bars(text: str, symbology=zxingcpp.BarcodeFormat.Code128, *, turned: float = 5) -> Image.Image:
    """The bar code of a maker held before the camera."""
    drawn = zxingcpp.create_barcode(text, symbology).to_image(scale=3)
    code = Image.fromarray(numpy.array(drawn)).convert("RGB").resize((480, 160))
    plate = Image.new("RGB", (540, 220), (235, 235, 235))
    plate.paste(code, (30, 30))
    plate = plate.rotate(turned, expand=True, fillcolor=BACKGROUND, resample=Image.Resampling.BICUBIC)
    scene = Image.new("RGB", SIZE, BACKGROUND)
    scene.paste(plate, ((SIZE[0] - plate.width) // 2, (SIZE[1] - plate.height) // 2))
    return scene.filter(ImageFilter.GaussianBlur(0.6))


def film(picture: Image.Image, path: Path) -> Path:
    """The picture, filmed for less than a second: the browser plays it again and again."""
    light, blue, red = picture.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    planes = light.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    path.write_bytes(HEADER % SIZE + (b"FRAME\n" + planes) * FRAMES)
    return path


def arguments(path: Path) -> list[str]:
    """How Chromium is told to take this film for its camera, and the person to have agreed."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    ]


def photograph(picture: Image.Image) -> dict:
    """The same, as a photo chosen in a form."""
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return {"name": "etiquette.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}
