"""Many rows from a few: the demonstration's own reports, repeated over a year and all over the territory."""

from django.db import connection

# What must differ from one row to the next; `n` is the number of the copy. Every other column is copied.
CASE = {
    "id": "nextval(pg_get_serial_sequence('cases_case', 'id'))",
    "reference": "'SIG-2019-' || lpad(n::text, 6, '0')",
    "token": "md5('banc ' || n) ",
    "client_uuid": "NULL",
    "created_at": "created_at - (n %% 365) * interval '1 day' - (n %% 1440) * interval '1 minute'",
}
REPORT = {
    "location": "point(location[0] + ((n * 37) %% 1000 - 500) * 2e-4, location[1] + ((n * 91) %% 1000 - 500) * 1e-4)"
}


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def reports(total: int) -> int:
    """Bring the number of reports to `total`; returns how many were there before."""
    from beffroi.modules.reports.models import Report

    before = Report.objects.count()
    if not before:
        raise SystemExit("La démonstration ne contient aucun signalement : rien à répéter.")
    case, report = columns("cases_case"), columns("reports_report")
    given = ", ".join(f"{CASE.get(name, name)} AS {name}" for name in case)
    told = ", ".join("made.id" if name == "case_ptr_id" else REPORT.get(name, f"source.{name}") for name in report)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH source AS (
                SELECT *, row_number() OVER (ORDER BY case_ptr_id) - 1 AS place FROM reports_report
            ), wanted AS (
                SELECT n, source.case_ptr_id AS of FROM generate_series(1, %s) AS n
                JOIN source ON source.place = n %% %s
            ), kept AS (
                INSERT INTO cases_case ({", ".join(case)})
                SELECT {given} FROM wanted JOIN cases_case ON cases_case.id = wanted.of
                RETURNING id, reference
            )
            SELECT count(*) FROM (SELECT id, substr(reference, 10)::int AS n FROM kept) made
            """,
            [max(0, total - before), before],
        )
        cursor.execute(
            f"""
            INSERT INTO reports_report ({", ".join(report)})
            SELECT {told}
            FROM (SELECT id, substr(reference, 10)::int AS n FROM cases_case WHERE reference LIKE 'SIG-2019-%%') made
            JOIN (SELECT *, row_number() OVER (ORDER BY case_ptr_id) - 1 AS place FROM reports_report) source
              ON source.place = made.n %% %s
            """,
            [before],
        )
        cursor.execute("VACUUM ANALYZE cases_case, reports_report")  # as the server does by itself within minutes
    return before
