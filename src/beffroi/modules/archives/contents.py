"""What files hold: how many documents, how many octets, from when to when."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Q

from beffroi.shared.documents.models import Folder, Reading, Version

# The day of a document is the one written on it, else that of its arrival in local time; all its versions weigh.
SUMS = """
SELECT asked.id, count(DISTINCT d.id), coalesce(sum(v.size) FILTER (WHERE v.file_id IS NOT NULL), 0),
       min(coalesce(d.dated_on, (d.created_at AT TIME ZONE %s)::date)),
       max(coalesce(d.dated_on, (d.created_at AT TIME ZONE %s)::date))
FROM unnest(%s::bigint[]) AS asked(id)
JOIN documents_folder f ON f.path @> ARRAY[asked.id] AND f.removal_id IS NULL
JOIN documents_document d ON d.folder_id = f.id AND d.removal_id IS NULL AND d.state IN ('draft', 'final')
LEFT JOIN documents_version v ON v.document_id = d.id
GROUP BY asked.id
"""


@dataclass(frozen=True)
class Sums:
    """Of a file and all that it holds; `first` and `last` are its « dates extrêmes »."""

    documents: int = 0
    octets: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None


def sums_of(folders: Iterable[Folder]) -> dict[int, Sums]:
    """By the number of the file, in one query. An empty file keeps the dates of its opening and of its closing."""
    folders = list(folders)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [settings.TIME_ZONE, settings.TIME_ZONE, [folder.pk for folder in folders]])
        found = {pk: Sums(count, int(size), first, last) for pk, count, size, first, last in cursor.fetchall()}
    return {
        folder.pk: found.get(folder.pk) or Sums(first=folder.opened_on, last=folder.closed_on) for folder in folders
    }


def digests_of(folder: Folder, *, others: Iterable[int] = ()) -> list[str]:
    """The SHA-256 of all the versions that it holds, and of their searchable copies; those of `others`, the documents
    that go with it, too."""
    versions = Version.objects.filter(
        Q(document__folder__path__contains=[folder.pk]) | Q(document__in=list(others)),
        document__removal=None,
        document__state__in=("draft", "final"),
        file__isnull=False,
    )
    copies = Reading.objects.filter(version__in=versions, searchable__isnull=False)
    found = set(versions.values_list("sha256", flat=True))
    return sorted(found | set(copies.values_list("searchable__blob__sha256", flat=True)))
