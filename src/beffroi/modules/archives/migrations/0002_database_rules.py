"""What the database itself enforces: numbers without a gap, records that stay, a ledger that only grows."""

from django.db import migrations

TABLES = {"elimination": "elimination", "transfer": "transfer", "handover": "handover", "box": "box"}

RULES = """
CREATE FUNCTION archives_give_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO archives_counter (organisation_id, kind, year, last)
        VALUES (NEW.organisation_id, TG_ARGV[0], NEW.year, 1)
        ON CONFLICT (organisation_id, kind, year) DO UPDATE SET last = archives_counter.last + 1
        RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;

CREATE FUNCTION archives_keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Un document numéroté des archives ne s''efface pas'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.organisation_id, NEW.year, NEW.number) IS DISTINCT FROM (OLD.organisation_id, OLD.year, OLD.number) THEN
        RAISE EXCEPTION 'Le numéro d''un document des archives ne change pas'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION archives_keep_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last = OLD.last + 1
        AND (NEW.organisation_id, NEW.kind, NEW.year) = (OLD.organisation_id, OLD.kind, OLD.year) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.last = 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Le compteur des archives avance d''un en un' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER archives_counter_kept BEFORE INSERT OR UPDATE OR DELETE ON archives_counter
    FOR EACH ROW EXECUTE FUNCTION archives_keep_counter();

CREATE FUNCTION archives_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal des archives ne se modifie pas' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER archives_ledger_kept BEFORE UPDATE OR DELETE ON archives_ledgerline
    FOR EACH ROW EXECUTE FUNCTION archives_keep_ledger();
CREATE TRIGGER archives_head_kept BEFORE UPDATE OR DELETE ON archives_ledgerhead
    FOR EACH ROW EXECUTE FUNCTION archives_keep_ledger();

CREATE FUNCTION archives_keep_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'Ce qui a été détruit reste inscrit' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER archives_line_kept BEFORE DELETE ON archives_line
    FOR EACH ROW EXECUTE FUNCTION archives_keep_line();
"""
BACK = """
DROP FUNCTION archives_give_number() CASCADE;
DROP FUNCTION archives_keep_record() CASCADE;
DROP FUNCTION archives_keep_counter() CASCADE;
DROP FUNCTION archives_keep_ledger() CASCADE;
DROP FUNCTION archives_keep_line() CASCADE;
"""


def _numbered(table: str, kind: str) -> str:
    return f"""
CREATE TRIGGER archives_{table}_number BEFORE INSERT ON archives_{table}
    FOR EACH ROW EXECUTE FUNCTION archives_give_number('{kind}');
CREATE TRIGGER archives_{table}_kept BEFORE UPDATE OR DELETE ON archives_{table}
    FOR EACH ROW EXECUTE FUNCTION archives_keep_record();
"""


class Migration(migrations.Migration):
    dependencies = [("archives", "0001_initial")]
    operations = [migrations.RunSQL(RULES + "".join(_numbered(table, kind) for table, kind in TABLES.items()), BACK)]
