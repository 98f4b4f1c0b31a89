"""What bodies take under their ceilings is written with the run that charges it, and never changes."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION childcare_draw_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'what a body took is never changed' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM added JOIN billing_invoice i ON i.run_id = added.run_id) THEN
    RAISE EXCEPTION 'invoices of this run are issued already' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER childcare_draw_is_kept BEFORE UPDATE ON childcare_supportdraw
  FOR EACH ROW EXECUTE FUNCTION childcare_draw_is_kept();
CREATE TRIGGER childcare_draw_comes_first AFTER INSERT ON childcare_supportdraw REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION childcare_draw_is_kept();
"""

BACKWARD = """
DROP TRIGGER childcare_draw_comes_first ON childcare_supportdraw;
DROP TRIGGER childcare_draw_is_kept ON childcare_supportdraw;
DROP FUNCTION childcare_draw_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_refund_requests"), ("childcare", "0008_ceilings_and_justified")]

    operations = [
        migrations.CreateModel(
            name="SupportDraw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                ("day", models.DateField(verbose_name="jour")),
                ("kind", models.CharField(max_length=10, verbose_name="nature")),
                ("key", models.CharField(blank=True, max_length=60, verbose_name="clé de la ligne")),
                ("price", models.BigIntegerField(verbose_name="montant de la ligne, en centimes")),
                ("part", models.BigIntegerField(verbose_name="part de l’organisme, en centimes")),
                (
                    "run",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.run"),
                ),
                (
                    "support",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draws", to="childcare.support"
                    ),
                ),
                (
                    "tariff",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.tariff"
                    ),
                ),
            ],
            options={
                "verbose_name": "part prise par un organisme",
                "verbose_name_plural": "parts prises par des organismes",
                "ordering": ["run", "support", "rank"],
                "constraints": [models.UniqueConstraint(fields=("run", "support", "rank"), name="support_draw_once")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
