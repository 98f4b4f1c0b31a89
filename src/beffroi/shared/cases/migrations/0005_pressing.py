from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_news_and_seen"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["due_at", "-created_at"],
                name="case_pressing",
            ),
        ),
    ]
