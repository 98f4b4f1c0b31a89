"""The movements of the stock are append-only: the database itself refuses to change or delete one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION maintenance_movement_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a movement of the stock is never changed: write the opposite one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER maintenance_movement_is_kept BEFORE UPDATE OR DELETE ON maintenance_movement
  FOR EACH ROW EXECUTE FUNCTION maintenance_movement_is_kept();
"""
BACKWARD = """
DROP TRIGGER maintenance_movement_is_kept ON maintenance_movement;
DROP FUNCTION maintenance_movement_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("maintenance", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
