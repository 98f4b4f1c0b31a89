"""Files in a bucket. Apart from `storage.py`, so that an installation that keeps its files on its disk never loads
the S3 client: an eighth of the time that a process takes to start.
"""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

from beffroi.shared.files.storage import Kept, Portions


class S3Contents(S3Storage):
    """A bucket of any S3 server. Objects are private: their bytes pass through Beffroi, which checks the right."""

    def put(self, name: str, content: BinaryIO) -> None:
        """Write a content; harmless if it is there already."""
        content.seek(0)
        self.bucket.put_object(Key=self._key(name), Body=content, ContentType="application/octet-stream")

    def put_many(self, pairs: Iterable[tuple[str, BinaryIO]]) -> None:
        """Write many contents."""
        for name, content in pairs:
            self.put(name, content)

    def read(self, name: str, start: int = 0, length: int | None = None) -> Portions:
        """The bytes of a content from `start`, `length` of them. Raises FileNotFoundError at once."""
        if length == 0:
            return Portions(io.BytesIO())
        client = self.connection.meta.client
        end = "" if length is None else start + length - 1
        options = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        try:
            answer = client.get_object(Bucket=self.bucket_name, Key=self._key(name), **options)
        except client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(name) from error
        return Portions(answer["Body"])

    def walk(self) -> Iterator[Kept]:
        """Everything kept."""
        prefix = self._key("")
        for item in self.bucket.objects.filter(Prefix=prefix):
            yield Kept(item.key.removeprefix(prefix), item.size, item.last_modified)

    def clear_drafts(self, now: float | None = None) -> int:
        """An S3 server keeps no half-written object."""
        return 0

    def _key(self, name: str) -> str:
        return f"{self.location.strip('/')}/{name}".lstrip("/")


class S3Pictures(S3Storage):
    """The pictures and documents of the pages. Browsers read them through Beffroi, never from the bucket."""

    def url(self, name: str, *_args, **_kwargs) -> str:
        """The address on this site."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"
