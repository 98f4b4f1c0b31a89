"""Who accompanies a transport line."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("childcare", "0012_seat_wishes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="transportline",
            name="escorts",
            field=models.ManyToManyField(
                blank=True, related_name="escorted_lines", to=settings.AUTH_USER_MODEL, verbose_name="accompagnateurs"
            ),
        ),
    ]
