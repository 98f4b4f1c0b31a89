"""What the database itself enforces: a group never receives more children than its places."""

from django.db import migrations

# `taken` follows the bookings whatever writes them, many rows at a time: only what really changes is touched. A booking
# that would pass `capacity` is refused; a child who came unexpected is counted all the same, for they are there.
COUNT = """
CREATE FUNCTION childcare_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes jsonb;
    found integer;
    passed text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT jsonb_agg(c) INTO changes FROM (
            SELECT group_id, day, slot, sum(quantity) AS n, bool_or(origin <> 'unexpected') AS asked
            FROM new_rows, unnest(slots) AS slot WHERE state IN ('booked', 'offered')
            GROUP BY group_id, day, slot
        ) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT jsonb_agg(c) INTO changes FROM (
            SELECT group_id, day, slot, -sum(quantity) AS n, false AS asked
            FROM old_rows, unnest(slots) AS slot WHERE state IN ('booked', 'offered')
            GROUP BY group_id, day, slot
        ) AS c;
    ELSE
        SELECT jsonb_agg(c) INTO changes FROM (
            SELECT group_id, day, slot, sum(n) AS n, bool_or(asked) AS asked FROM (
                SELECT group_id, day, slot, -quantity AS n, false AS asked
                FROM old_rows, unnest(slots) AS slot WHERE state IN ('booked', 'offered')
                UNION ALL
                SELECT group_id, day, slot, quantity, origin <> 'unexpected'
                FROM new_rows, unnest(slots) AS slot WHERE state IN ('booked', 'offered')
            ) AS both_rows GROUP BY group_id, day, slot HAVING sum(n) <> 0
        ) AS c;
    END IF;
    IF changes IS NULL THEN
        RETURN NULL;
    END IF;
    WITH moved AS (
        UPDATE childcare_place p SET taken = p.taken + c.n
        FROM jsonb_to_recordset(changes) AS c(group_id bigint, day date, slot text, n integer, asked boolean)
        WHERE p.group_id = c.group_id AND p.day = c.day AND p.slot = c.slot
        RETURNING p.group_id, p.day, p.slot, p.taken, p.capacity, c.n, c.asked
    )
    SELECT
        (SELECT count(*) FROM moved),
        (SELECT format('groupe %s, le %s, %s', group_id, day, slot) FROM moved
         WHERE asked AND n > 0 AND taken > capacity LIMIT 1)
    INTO found, passed;
    IF found < jsonb_array_length(changes) THEN
        RAISE EXCEPTION 'Aucune place n’est ouverte ce jour-là.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'childcare_place_exists';
    END IF;
    IF passed IS NOT NULL THEN
        RAISE EXCEPTION 'Plus de place : %', passed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'childcare_place_capacity';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER childcare_booking_added AFTER INSERT ON childcare_booking
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION childcare_count_places();
CREATE TRIGGER childcare_booking_changed AFTER UPDATE ON childcare_booking
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION childcare_count_places();
CREATE TRIGGER childcare_booking_gone AFTER DELETE ON childcare_booking
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION childcare_count_places();
"""

UNCOUNT = "DROP FUNCTION childcare_count_places() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("childcare", "0001_initial")]

    operations = [migrations.RunSQL(COUNT, UNCOUNT)]
