"""What the database itself enforces: the numbers of a register follow each other, without a gap or a double.

The number is given when the line is written, under the lock of the counter of its register and year: it is given back
if the transaction fails. It never changes afterwards, and a line is never taken out.
"""

from django.db import migrations

RULES = """
CREATE FUNCTION mail_number_letter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    book record;
BEGIN
    SELECT organisation_id, kind INTO book FROM mail_register WHERE id = NEW.register_id;
    NEW.organisation_id := book.organisation_id;
    NEW.kind := book.kind;
    NEW.year := extract(year FROM NEW.registered_on);
    INSERT INTO mail_counter (register_id, year, last) VALUES (NEW.register_id, NEW.year, 1)
        ON CONFLICT (register_id, year) DO UPDATE SET last = mail_counter.last + 1
        RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_letter_number BEFORE INSERT ON mail_letter FOR EACH ROW EXECUTE FUNCTION mail_number_letter();

CREATE FUNCTION mail_keep_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Une ligne du registre ne s''efface pas' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.register_id, NEW.organisation_id, NEW.kind, NEW.year, NEW.number, NEW.registered_on)
        IS DISTINCT FROM (OLD.register_id, OLD.organisation_id, OLD.kind, OLD.year, OLD.number, OLD.registered_on)
    THEN
        RAISE EXCEPTION 'Le numéro d''un courrier ne change pas' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_letter_kept BEFORE UPDATE OR DELETE ON mail_letter
    FOR EACH ROW EXECUTE FUNCTION mail_keep_letter();

CREATE FUNCTION mail_keep_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last = OLD.last + 1 AND (NEW.register_id, NEW.year) = (OLD.register_id, OLD.year) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.last = 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Le compteur d''un registre avance d''un en un' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER mail_counter_kept BEFORE INSERT OR UPDATE OR DELETE ON mail_counter
    FOR EACH ROW EXECUTE FUNCTION mail_keep_counter();

CREATE FUNCTION mail_keep_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.organisation_id, NEW.kind, NEW.code) IS DISTINCT FROM (OLD.organisation_id, OLD.kind, OLD.code)
        AND EXISTS (SELECT 1 FROM mail_counter WHERE register_id = OLD.id)
    THEN
        RAISE EXCEPTION 'Un registre déjà commencé garde son sens et son code'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_register_kept BEFORE UPDATE ON mail_register
    FOR EACH ROW EXECUTE FUNCTION mail_keep_register();
"""
BACK = """
DROP FUNCTION mail_number_letter() CASCADE;
DROP FUNCTION mail_keep_letter() CASCADE;
DROP FUNCTION mail_keep_counter() CASCADE;
DROP FUNCTION mail_keep_register() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]
    operations = [migrations.RunSQL(RULES, BACK)]
