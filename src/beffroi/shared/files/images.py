"""Photos: the position is read to be offered as the place, then everything but the picture is thrown away."""

import io
import math
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from beffroi.shared.files.refusals import Refused

register_heif_opener()

MAX_PIXELS = 80_000_000
MAX_SIDE = 2560
MAX_FRAMES = 500
QUALITY = 86
THUMBNAILS = {"petite": 200, "moyenne": 640, "grande": 1400}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
TOO_LARGE = "l’image est trop grande : 80 millions de pixels au plus"
UNREADABLE = "l’image est abîmée ou incomplète : reprenez la photo, ou envoyez-la en JPEG"


@dataclass(frozen=True)
class Cleaned:
    """A picture ready to be kept: its bytes, type and size in pixels.

    `position` = (longitude, latitude) in WGS 84 degrees as the device wrote it, or None; it is not in the bytes.
    """

    content: io.BytesIO
    mime: str
    width: int
    height: int
    position: tuple[float, float] | None


def clean(file: BinaryIO, *, side: int = MAX_SIDE) -> Cleaned:
    """Draw the picture again, upright, at most `side` pixels a side, without metadata. Raises Refused.

    Photos become JPEG; drawings, screenshots and what is transparent become PNG. An animation keeps its first frame.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise Refused(TOO_LARGE)
            position = position_of(source)
            drawn = source.format in {"PNG", "GIF"}
            source.seek(0)
            picture = _pixels(source)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused(UNREADABLE) from error
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    if drawn or picture.mode == "RGBA":
        picture.save(content, "PNG", optimize=True)
        mime = "image/png"
    else:
        picture.save(content, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        mime = "image/jpeg"
    return Cleaned(content, mime, picture.width, picture.height, position)


def check_scan(file: BinaryIO) -> int:
    """How many pages a scan in TIFF has, each of them read to its end; it is kept as it came. Raises Refused."""
    file.seek(0)
    try:
        with Image.open(file, formats=("TIFF",)) as source:
            count = getattr(source, "n_frames", 1)
            if count > MAX_FRAMES:
                raise Refused(f"cette numérisation a plus de {MAX_FRAMES} pages : envoyez-la en plusieurs fois")
            for number in range(count):
                source.seek(number)
                if source.width * source.height > MAX_PIXELS:
                    raise Refused(TOO_LARGE)
                source.load()
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, UserWarning) as error:
        raise Refused("la numérisation est abîmée ou incomplète : numérisez de nouveau, ou envoyez un PDF") from error
    finally:
        file.seek(0)
    return count


def _pixels(source: Image.Image) -> Image.Image:
    """The pixels only, upright, in sRGB: neither orientation mark, colour profile, text nor thumbnail is left."""
    profile = source.info.get("icc_profile")
    upright = ImageOps.exif_transpose(source)
    transparent = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    if upright.mode == "CMYK":
        upright = _to_srgb(upright, profile) or upright.convert("RGB")
        profile = None
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256).convert("L")
    picture = upright.convert("RGBA" if transparent else "RGB")
    if profile:
        picture = _to_srgb(picture, profile) or picture
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image | None:
    if not profile:
        return None
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None  # a broken profile is only left aside


def position_of(picture: Image.Image) -> tuple[float, float] | None:
    """Where the photo says that it was taken: (longitude, latitude), or None (EXIF 2.32, GPS tags)."""
    try:
        gps = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, ValueError, TypeError, ZeroDivisionError, SyntaxError, OSError):
        return None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    if not inside or not math.isfinite(latitude + longitude) or (latitude == 0 and longitude == 0):
        return None  # devices without a fix write zeros
    return round(longitude, 6), round(latitude, 6)


def _degrees(parts, reference: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(reference).strip("\x00 ").upper() == negative else value


def thumbnail(file: BinaryIO, side: int) -> io.BytesIO:
    """The picture in WebP, at most `side` pixels a side, never larger than it is."""
    file.seek(0)
    with Image.open(file, formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        small = picture.convert("RGBA" if picture.mode == "RGBA" else "RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "WEBP", quality=78, method=4)
    return content
