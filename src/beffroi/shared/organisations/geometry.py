"""PostgreSQL's native geometry (no extension to install): a point is (longitude, latitude), WGS 84."""

from django.db import models


class PointField(models.Field):
    """A `point` column; in Python a tuple (longitude, latitude) of floats, or None."""

    def db_type(self, connection):
        return "point"

    def from_db_value(self, value, _expression, _connection):
        return self.to_python(value)

    def to_python(self, value):
        if value is None or value == "":
            return None
        if isinstance(value, str):
            longitude, latitude = value.strip("()").split(",")
            return float(longitude), float(latitude)
        longitude, latitude = value
        return float(longitude), float(latitude)

    def get_prep_value(self, value):
        value = self.to_python(value)
        return None if value is None else f"({value[0]!r},{value[1]!r})"

    def get_db_prep_value(self, value, connection, prepared=False):
        return value if prepared else self.get_prep_value(value)

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj)) or ""


@PointField.register_lookup
class InBox(models.Lookup):
    """`location__in_box=(west, south, east, north)`, in degrees: by the index on the point, edges included."""

    lookup_name = "in_box"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        place, params = self.process_lhs(compiler, connection)
        return f"{place} <@ box(point(%s, %s), point(%s, %s))", [*params, *self.rhs]


@PointField.register_lookup
class InWideBox(InBox):
    """The same for a box that holds a good part of the rows: each is looked at. The database believes that a box holds
    one row in a thousand, and would fetch most of them one by one from the index on the point."""

    lookup_name = "in_wide_box"

    def as_sql(self, compiler, connection):
        sql, params = super().as_sql(compiler, connection)
        return f"CASE WHEN {sql} THEN true ELSE false END", params


class PolygonField(models.Field):
    """A `polygon` column (one ring); in Python a list of (longitude, latitude)."""

    def db_type(self, connection):
        return "polygon"

    def from_db_value(self, value, _expression, _connection):
        return self.to_python(value)

    def to_python(self, value):
        if value is None or isinstance(value, list):
            return value
        pairs = value.strip("()").split("),(")
        return [tuple(float(part) for part in pair.split(",")) for pair in pairs]

    def get_prep_value(self, value):
        if value is None:
            return None
        return "(" + ",".join(f"({longitude!r},{latitude!r})" for longitude, latitude in value) + ")"

    def get_db_prep_value(self, value, connection, prepared=False):
        return value if prepared else self.get_prep_value(value)
