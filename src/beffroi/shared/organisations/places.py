"""Where things are: which commune holds a point, which addresses are near."""

from django.db import connection

from beffroi.shared.organisations.models import Commune

_COMMUNE_AT = """
SELECT a.commune_id FROM organisations_area a
JOIN organisations_commune c ON c.organisation_ptr_id = a.commune_id
WHERE NOT a.is_hole AND c.member AND a.ring @> point(%s, %s)
  AND NOT EXISTS (
      SELECT 1 FROM organisations_area h
      WHERE h.commune_id = a.commune_id AND h.part = a.part AND h.is_hole AND h.ring @> point(%s, %s))
ORDER BY c.code_insee LIMIT 1
"""


def commune_at(longitude: float, latitude: float) -> Commune | None:
    """The member commune whose outline holds the point (WGS 84, degrees), or None outside the territory.

    On a shared border, the one whose INSEE code comes first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMMUNE_AT, [longitude, latitude, longitude, latitude])
        row = cursor.fetchone()
    return Commune.objects.get(pk=row[0]) if row else None
