"""What the database itself enforces: a published act does not change, and an act that has a number stays."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION deliberations_keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    later text[] := '{state,withdrawn_at,withdrawal_reason}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.number = '' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'Un acte numéroté ne s''efface pas' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.published_at IS NULL AND OLD.notified_on IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.anonymised_at IS DISTINCT FROM OLD.anonymised_at THEN
        later := later || '{object,sha256,anonymised_at,anonymisation_reason,previous_sha256}'::text[];
        IF NEW.previous_sha256 = '' OR NEW.anonymisation_reason = '' THEN
            RAISE EXCEPTION 'Une anonymisation garde sa trace' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF (to_jsonb(NEW) - later) <> (to_jsonb(OLD) - later) THEN
        RAISE EXCEPTION 'Un acte publié ou notifié ne se modifie pas' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deliberations_act_frozen BEFORE UPDATE OR DELETE ON deliberations_act
    FOR EACH ROW EXECUTE FUNCTION deliberations_keep_act();
"""


class Migration(migrations.Migration):
    dependencies = [("deliberations", "0001_initial")]
    operations = [migrations.RunSQL(FROZEN, "DROP FUNCTION deliberations_keep_act() CASCADE")]
