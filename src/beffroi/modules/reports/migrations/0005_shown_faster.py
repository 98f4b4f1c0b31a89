from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0003_inventory"),
        ("cases", "0006_shown_faster"),
        ("organisations", "0006_contact_duties"),
        ("reports", "0004_competence_asset"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("hidden_at__isnull", True), ("is_private", False)),
                fields=["case_ptr"],
                include=("location",),
                name="report_shown",
            ),
        ),
    ]
