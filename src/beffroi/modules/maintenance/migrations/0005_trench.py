from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("maintenance", "0004_signatures"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="trench_length",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="tranchée\u202f: longueur en mètres"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="trench_width",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="tranchée\u202f: largeur en mètres"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(trench_length__isnull=True, trench_width__isnull=True)
                | Q(trench_length__gt=0, trench_width__gt=0, trench_length__isnull=False, trench_width__isnull=False),
                name="order_trench",
                violation_error_message="Une tranchée a une longueur et une largeur, en mètres.",
            ),
        ),
    ]
