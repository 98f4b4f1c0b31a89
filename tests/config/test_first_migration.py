"""An empty database is filled by a quicker way than that of Django: it ends with the same schema and the same rows."""

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from psycopg import sql

from beffroi.config import preparation
from tests import database

CATALOGUE = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               a.attgenerated, a.attcollation::regcollation::text, pg_get_expr(d.adbin, d.adrelid)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v', 'm')
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """
        SELECT p.oid::regprocedure::text, CASE p.prokind WHEN 'f' THEN pg_get_functiondef(p.oid) END FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace""",
    "applied": "SELECT app, name FROM django_migrations",
}


def described(name: str) -> dict[str, list]:
    """{what: its definitions} of a database, and how many rows each table has."""
    config = settings.DATABASES["default"]
    parameters = {k.lower(): config[k] for k in ("USER", "PASSWORD", "HOST", "PORT") if config[k]}
    with psycopg.connect(dbname=name, **parameters) as connection:
        found = {what: sorted(map(repr, connection.execute(asked))) for what, asked in CATALOGUE.items()}
        tables = sorted(t for (t,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        count = sql.SQL("SELECT count(*) FROM {}")
        found["rows"] = [(t, *connection.execute(count.format(sql.Identifier(t))).fetchone()) for t in tables]
    return found


@pytest.mark.slow
def test_empty_database_filled_quickly_is_that_of_django(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        template, before = database.template(), settings.DATABASES["default"]["NAME"]
        plain = database.make_empty("_plain")
        try:
            database.point_to(plain)
            preparation._migrate_others_first()  # an order, and nothing else
            call_command("migrate", verbosity=0, interactive=False)
            expected = described(plain)
        finally:
            database.point_to(before)
            database.drop(plain)
        found = described(template)
    for what in expected:
        assert found[what] == expected[what], what
    assert len(expected["columns"]) > 2000
    assert expected["triggers"]
    assert dict(expected["rows"])["django_migrations"] > 300
