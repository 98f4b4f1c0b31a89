import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("maintenance", "0006_faulty_choices"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="part",
            name="low_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="à commander depuis le"),
        ),
        migrations.AddField(
            model_name="purchase",
            name="client_uuid",
            field=models.UUIDField(
                blank=True, editable=False, null=True, unique=True, verbose_name="clé du formulaire"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="company",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="purchases_received",
                to="organisations.organisation",
                verbose_name="fournisseur de l’annuaire",
            ),
        ),
    ]
