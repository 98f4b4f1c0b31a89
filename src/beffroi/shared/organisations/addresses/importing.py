"""Bring the addresses of the territory up to date with a file of the Base Adresse Nationale."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from beffroi.kernel import journal
from beffroi.shared.organisations.addresses.reading import ImportFault, Row, opened, rows
from beffroi.shared.organisations.models import Commune, Organisation

__all__ = ["ImportFault", "Imported", "import_addresses", "merge"]

_STAGE = """
CREATE TEMPORARY TABLE staged_address (
    rank bigint GENERATED ALWAYS AS IDENTITY, ban_id text, street_code text, number integer, suffix text, name text,
    locality text, postal_code text, code_insee text, former text, lon float8, lat float8
) ON COMMIT DROP
"""
_COPY = (
    "COPY staged_address (ban_id, street_code, number, suffix, name, locality, postal_code, code_insee, former,"
    " lon, lat) FROM STDIN"
)
# The street stands where its own line says, else at that of its numbers which is nearest their middle.
_STREETS = """
WITH middle AS (SELECT street_code, point(avg(lon), avg(lat)) AS at FROM staged_address GROUP BY street_code),
named AS (
    SELECT DISTINCT ON (s.street_code) s.*, c.organisation_ptr_id AS commune_id,
        left(kernel_words(concat_ws(' ', s.name, s.locality, s.postal_code, o.name, s.former)), 400) AS text
    FROM staged_address s JOIN middle USING (street_code)
    JOIN organisations_commune c ON c.code_insee = s.code_insee
    JOIN organisations_organisation o ON o.id = c.organisation_ptr_id
    ORDER BY s.street_code, (s.number IS NOT NULL), middle.at <-> point(s.lon, s.lat), s.rank
)
INSERT INTO organisations_street AS held (code, name, locality, postal_code, commune_id, location, is_place, text)
SELECT street_code, name, locality, postal_code, commune_id, point(lon, lat), %(places)s, text FROM named
ON CONFLICT (code) DO UPDATE SET name = excluded.name, locality = excluded.locality, text = excluded.text,
    postal_code = excluded.postal_code, commune_id = excluded.commune_id, location = excluded.location,
    is_place = excluded.is_place
WHERE (held.name, held.locality, held.postal_code, held.commune_id, held.is_place, held.text,
       held.location[0], held.location[1])
    IS DISTINCT FROM (excluded.name, excluded.locality, excluded.postal_code, excluded.commune_id, excluded.is_place,
                      excluded.text, excluded.location[0], excluded.location[1])
"""
_NUMBERS = """
INSERT INTO organisations_address AS held (ban_id, street_id, number, suffix, location)
SELECT DISTINCT ON (s.ban_id) s.ban_id, street.id, s.number, s.suffix, point(s.lon, s.lat)
FROM staged_address s JOIN organisations_street street ON street.code = s.street_code
WHERE s.number IS NOT NULL ORDER BY s.ban_id, s.rank
ON CONFLICT (ban_id) DO UPDATE SET street_id = excluded.street_id, number = excluded.number,
    suffix = excluded.suffix, location = excluded.location
WHERE (held.street_id, held.number, held.suffix, held.location[0], held.location[1])
    IS DISTINCT FROM (excluded.street_id, excluded.number, excluded.suffix, excluded.location[0], excluded.location[1])
"""
_OF_THESE_COMMUNES = """
    street.is_place = %(places)s AND street.commune_id IN (
        SELECT c.organisation_ptr_id FROM organisations_commune c JOIN staged_address s USING (code_insee))
"""
_GONE_NUMBERS = f"""
DELETE FROM organisations_address held USING organisations_street street
WHERE street.id = held.street_id AND {_OF_THESE_COMMUNES}
    AND NOT EXISTS (SELECT 1 FROM staged_address s WHERE s.ban_id = held.ban_id AND s.number IS NOT NULL)
"""  # noqa: S608  constants only
_GONE_STREETS = f"""
DELETE FROM organisations_street street WHERE {_OF_THESE_COMMUNES}
    AND NOT EXISTS (SELECT 1 FROM staged_address s WHERE s.street_code = street.code)
"""  # noqa: S608  constants only


@dataclass(frozen=True)
class Imported:
    """What the file held of the territory (`streets`, `addresses`), and how many lines of ours it changed."""

    streets: int
    addresses: int
    communes: int
    changed: int


def import_addresses(path: str | Path, *, actor=None) -> Imported:
    """Make the territory's addresses those of this file (CSV of the BAN, compressed or not); a replay changes nothing.

    Only the communes that the file names are touched; what is no longer in it goes. A file of place names replaces
    place names only. The file is read line by line. Raises ImportFault: unreadable, other format, or nothing of the
    territory in it.
    """
    codes = set(Commune.objects.members().values_list("code_insee", flat=True))
    with opened(Path(path)) as text:
        places = "nom_lieu_dit" in text.readline(10_000)
        text.seek(0)
        return merge(rows(text, codes), places=places, actor=actor)


@transaction.atomic
def merge(found: Iterable[Row], *, places: bool, actor) -> Imported:
    """Replace the addresses of the communes found by these lines, writing only what differs.

    `found` is read while the connection copies: it must not query the database.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisations.addresses'))")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_address")
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for row in found:
                copy.write_row(
                    (
                        row.ban_id,
                        row.street_code,
                        row.number,
                        row.suffix,
                        row.name,
                        row.locality,
                        row.postal_code,
                        row.code_insee,
                        row.former,
                        row.longitude,
                        row.latitude,
                    )
                )
        cursor.execute("ANALYZE staged_address")
        cursor.execute(
            "SELECT count(DISTINCT street_code), count(DISTINCT ban_id) FILTER (WHERE number IS NOT NULL),"
            " count(DISTINCT code_insee) FROM staged_address"
        )
        streets, addresses, communes = cursor.fetchone()
        if not streets:
            raise ImportFault("Ce fichier ne contient aucune adresse des communes du territoire : rien n’est changé.")
        changed = 0
        for statement in (_STREETS, _NUMBERS, _GONE_NUMBERS, _GONE_STREETS):
            cursor.execute(statement, {"places": places})
            changed += cursor.rowcount
        cursor.execute("DROP TABLE staged_address")
    if changed:
        operator = Organisation.objects.filter(is_operator=True).first() or Commune.objects.members().first()
        data = {"streets": streets, "addresses": addresses, "communes": communes, "changed": changed}
        journal.record("organisations.addresses", operator, actor=actor, data=data)
    return Imported(streets=streets, addresses=addresses, communes=communes, changed=changed)
