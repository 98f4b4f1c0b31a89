"""The most that a body pays, by day, by month and in all; when an absence was justified."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("childcare", "0007_quotient_notices_and_feeds")]

    operations = [
        migrations.AddField(
            model_name="support",
            name="cap_day",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="au plus par jour, en centimes"),
        ),
        migrations.AddField(
            model_name="support",
            name="cap_month",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="au plus par mois, en centimes"),
        ),
        migrations.AddField(
            model_name="support",
            name="cap_whole",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="au plus en tout, en centimes"),
        ),
        migrations.AddField(
            model_name="attendance",
            name="justified_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="justifiée le"),
        ),
        migrations.AddIndex(
            model_name="attendance",
            index=models.Index(
                condition=models.Q(("absence", "justified")), fields=["justified_at"], name="attendance_justified"
            ),
        ),
    ]
