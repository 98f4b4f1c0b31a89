import io

import pytest
from PIL import Image

from beffroi.shared.files import images
from beffroi.shared.files.refusals import Refused
from tests.shared.files import samples

LEFT, RIGHT = (10, 40), (110, 40)


def _clean(content: bytes):
    cleaned = images.clean(io.BytesIO(content))
    return cleaned, Image.open(io.BytesIO(cleaned.content.getvalue()))


def _is_red(picture, place):
    red, _green, blue = picture.convert("RGB").getpixel(place)
    return red > 200 > 60 > blue


@pytest.mark.parametrize("make", [samples.jpeg, samples.heic])
def test_clean_photo_gives_its_position_and_keeps_no_metadata(make):
    cleaned, picture = _clean(make(position=samples.DOULLENS))
    assert cleaned.position == pytest.approx(samples.DOULLENS, abs=1e-5)
    assert cleaned.mime == "image/jpeg"
    assert not picture.getexif()
    assert "exif" not in picture.info
    assert "comment" not in picture.info
    assert b"AppareilTrace" not in cleaned.content.getvalue()
    assert b"trace" not in cleaned.content.getvalue()
    assert _is_red(picture, LEFT)
    assert not _is_red(picture, RIGHT)


def test_clean_southern_and_western_position_is_negative():
    cleaned, _picture = _clean(samples.jpeg(position=(-61.5, -16.25)))
    assert cleaned.position == pytest.approx((-61.5, -16.25), abs=1e-5)


@pytest.mark.parametrize("position", [None, (0.0, 0.0)])
def test_clean_photo_without_a_fix_has_no_position(position):
    assert _clean(samples.jpeg(position=position))[0].position is None


def test_clean_turned_photo_stands_upright():
    # Orientation 6: the sensor's left edge is the top of the scene.
    cleaned, picture = _clean(samples.jpeg(orientation=6))
    assert (cleaned.width, cleaned.height) == (80, 120)
    assert _is_red(picture, (40, 10))
    assert not _is_red(picture, (40, 110))


def test_clean_drawing_keeps_transparency_and_loses_texts():
    content = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(content, "PNG")
    cleaned, picture = _clean(content.getvalue())
    assert cleaned.mime == "image/png"
    assert picture.getpixel((5, 5))[3] == 0
    assert b"trace-author" not in images.clean(io.BytesIO(samples.png())).content.getvalue()


def test_clean_large_photo_is_reduced_and_small_one_is_not_enlarged():
    assert (_clean(samples.jpeg(size=(4000, 1000)))[0].width, _clean(samples.jpeg())[0].width) == (2560, 120)


def test_clean_animation_keeps_its_first_picture():
    content = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    cleaned, picture = _clean(content.getvalue())
    assert cleaned.mime == "image/png"
    assert getattr(picture, "n_frames", 1) == 1
    assert _is_red(picture, (5, 5))


def test_clean_deep_grey_picture_keeps_its_shades():
    content = io.BytesIO()
    Image.new("I;16", (10, 10), 32768).save(content, "PNG")
    _cleaned, picture = _clean(content.getvalue())
    assert picture.convert("L").getpixel((5, 5)) == 128


@pytest.mark.parametrize("cut", [200, 600])
def test_clean_truncated_photo_is_refused(cut):
    with pytest.raises(Refused, match="abîmée"):
        images.clean(io.BytesIO(samples.jpeg(size=(400, 400))[:cut]))


def test_clean_pixel_bomb_is_refused_before_it_fills_the_memory():
    content = io.BytesIO()
    Image.new("1", (30000, 20000)).save(content, "PNG")
    assert len(content.getvalue()) < 200_000
    with pytest.raises(Refused, match="trop grande"):
        images.clean(content)


def test_thumbnail_is_webp_within_bounds_and_never_enlarged():
    large, _picture = _clean(samples.jpeg(size=(1600, 900)))
    with Image.open(images.thumbnail(large.content, 640)) as small:
        assert (small.format, small.size) == ("WEBP", (640, 360))
    tiny, _picture = _clean(samples.jpeg(size=(90, 60)))
    with Image.open(images.thumbnail(tiny.content, 640)) as small:
        assert small.size == (90, 60)
