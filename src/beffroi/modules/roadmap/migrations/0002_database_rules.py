"""What the database itself enforces: sound trees, repeats counted once, revisions that nobody rewrites."""

from django.db import migrations

AXIS = """
CREATE FUNCTION roadmap_check_axis() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above bigint := NEW.parent_id; depth int := 0;
BEGIN
    WHILE above IS NOT NULL LOOP
        depth := depth + 1;
        IF above = NEW.id OR depth > 10 THEN
            RAISE EXCEPTION 'Un axe ne peut pas être rangé sous lui-même' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM roadmap_axis WHERE id = above AND plan_id = NEW.plan_id) THEN
            RAISE EXCEPTION 'L''axe parent appartient à un autre plan' USING ERRCODE = 'check_violation';
        END IF;
        SELECT parent_id INTO above FROM roadmap_axis WHERE id = above;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER roadmap_axis_tree BEFORE INSERT OR UPDATE OF parent_id, plan_id ON roadmap_axis
    FOR EACH ROW EXECUTE FUNCTION roadmap_check_axis();
"""

SAME_AS = """
CREATE FUNCTION roadmap_check_same_as() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.same_as_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM roadmap_action WHERE id = NEW.same_as_id AND same_as_id IS NOT NULL)
        OR EXISTS (SELECT 1 FROM roadmap_action WHERE same_as_id = NEW.id) THEN
        RAISE EXCEPTION 'Une répétition renvoie à une action d''origine' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'planned' THEN
        RAISE EXCEPTION 'Une répétition n''a pas d''avancement à elle' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT plan_id FROM roadmap_axis WHERE id = NEW.axis_id) <> (
        SELECT axis.plan_id FROM roadmap_action AS original
        JOIN roadmap_axis AS axis ON axis.id = original.axis_id WHERE original.id = NEW.same_as_id) THEN
        RAISE EXCEPTION 'L''action répétée appartient à un autre plan' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roadmap_action_same_as BEFORE INSERT OR UPDATE OF same_as_id, axis_id, state ON roadmap_action
    FOR EACH ROW EXECUTE FUNCTION roadmap_check_same_as();
"""

FROZEN = """
CREATE FUNCTION roadmap_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.adopted_on IS NULL AND NEW.adopted_on IS NOT NULL
        AND (to_jsonb(NEW) - '{adopted_on,deliberation}'::text[])
            = (to_jsonb(OLD) - '{adopted_on,deliberation}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Une révision figée ne se modifie pas : % refusé', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER roadmap_revision_frozen BEFORE UPDATE OR DELETE ON roadmap_revision
    FOR EACH ROW EXECUTE FUNCTION roadmap_keep_revision();
"""


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0001_initial")]
    operations = [
        migrations.RunSQL(AXIS, "DROP FUNCTION roadmap_check_axis() CASCADE"),
        migrations.RunSQL(SAME_AS, "DROP FUNCTION roadmap_check_same_as() CASCADE"),
        migrations.RunSQL(FROZEN, "DROP FUNCTION roadmap_keep_revision() CASCADE"),
    ]
