import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from beffroi.config.whole_body import WholeBody, whole

BOUNDARY = "----coupe"
FORM = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="words"\r\n\r\nUn trou\r\n'
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n{"x" * 5000}\r\n'
    f"--{BOUNDARY}--\r\n"
).encode()


def request_of(sent: bytes, length: int) -> WSGIRequest:
    made = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "wsgi.input": io.BytesIO(sent),
        "CONTENT_LENGTH": str(length),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    whole(lambda given, _start: made.append(WSGIRequest(given)) or [])(environ, None)
    return made[0]


def test_whole_form_is_read():
    request = request_of(FORM, len(FORM))
    assert request.POST["words"] == "Un trou"
    assert request.FILES["photo"].size == 5000


@pytest.mark.parametrize("cut", [1, 150, 400, 3000, len(FORM) - 1])
def test_form_cut_anywhere_is_not_read(cut):
    with pytest.raises(UnreadablePostError):
        request_of(FORM[:cut], len(FORM)).POST  # noqa: B018


def test_body_read_at_once_or_by_lines_is_checked_too():
    assert WholeBody(io.BytesIO(b"a\nb"), 3).read() == b"a\nb"
    assert list(WholeBody(io.BytesIO(b"a\nb"), 3)) == [b"a\n", b"b"]
    with pytest.raises(OSError, match="2 bytes"):
        WholeBody(io.BytesIO(b"a\nb"), 5).read()
    with pytest.raises(OSError, match="2 bytes"):
        list(WholeBody(io.BytesIO(b"a\nb"), 5))


def test_request_without_body_is_left_alone():
    environ = {"wsgi.input": io.BytesIO(b""), "CONTENT_LENGTH": ""}
    whole(lambda given, _start: [type(given["wsgi.input"]).__name__.encode()])(environ, None)
    assert isinstance(environ["wsgi.input"], io.BytesIO)
