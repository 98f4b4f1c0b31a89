from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_pressing"),
        ("organisations", "0006_contact_duties"),
        ("people", "0005_erasure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("state", "merged")), fields=["id"], name="case_merged"),
        ),
    ]
