"""Files made for the tests: real ones, byte by byte."""

import io
import zipfile

import openpyxl
import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

DOULLENS = (2.340833, 50.156944)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(content: bytes, name: str = "fichier.bin", content_type: str = "application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def picture(size=(120, 80), mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    drawn = Image.new(mode, size, "blue")
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill="red")
    return drawn


def exif(position=None, orientation=None) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "AppareilTrace"
    if orientation:
        tags[ExifTags.Base.Orientation] = orientation
    if position:
        longitude, latitude = position
        tags[ExifTags.IFD.GPSInfo] = {
            ExifTags.GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
            ExifTags.GPS.GPSLatitude: _parts(latitude),
            ExifTags.GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
            ExifTags.GPS.GPSLongitude: _parts(longitude),
        }
    return tags


def _parts(value):
    value = abs(value)
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    return (float(degrees), float(minutes), (value - degrees - minutes / 60) * 3600)


def jpeg(size=(120, 80), position=None, orientation=None, **options) -> bytes:
    content = io.BytesIO()
    picture(size).save(
        content, "JPEG", quality=92, exif=exif(position, orientation), comment=b"trace-comment", **options
    )
    return content.getvalue()


def png(size=(120, 80), mode="RGBA") -> bytes:
    content = io.BytesIO()
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "trace-author")
    picture(size, mode).save(content, "PNG", pnginfo=texts)
    return content.getvalue()


def heic(size=(120, 80), position=None) -> bytes:
    content = io.BytesIO()
    pillow_heif.from_pillow(picture(size)).save(content, exif=exif(position).tobytes())
    return content.getvalue()


def webp(size=(120, 80)) -> bytes:
    content = io.BytesIO()
    picture(size).save(content, "WEBP")
    return content.getvalue()


def odt() -> bytes:
    content = io.BytesIO()
    Document("text").save(content)
    return content.getvalue()


def xlsx() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def with_entry(archive: bytes, name: str, body: bytes) -> bytes:
    """The same archive with one more entry."""
    content = io.BytesIO(archive)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, body)
    return content.getvalue()
