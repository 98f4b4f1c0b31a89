from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archives", "0005_profiles")]

    operations = [
        migrations.AddField(
            model_name="setup",
            name="copies",
            field=models.BooleanField(
                default=True,
                help_text="Un PDF/A pour la lecture, à côté de l’original, si le service d’archives le prend.",
                verbose_name="joindre la copie cherchable des numérisations",
            ),
        ),
    ]
