from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deliberations", "0003_meetings"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="meeting",
            name="meeting_unique",
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("organisation", "kind", "name", "held_at"),
                name="meeting_unique",
            ),
        ),
    ]
