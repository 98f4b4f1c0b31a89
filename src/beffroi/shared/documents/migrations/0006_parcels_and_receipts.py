import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_expressions_of_rules"),
        ("files", "0003_scan_results"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="outsidelink",
            name="document_outside_one_object",
        ),
        migrations.AddField(
            model_name="outsidelink",
            name="body",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="collectivité",
            ),
        ),
        migrations.AddField(
            model_name="outsidelink",
            name="files",
            field=models.ManyToManyField(blank=True, editable=False, related_name="parcels", to="files.storedfile"),
        ),
        migrations.AddField(
            model_name="outsidelink",
            name="is_parcel",
            field=models.BooleanField(default=False, editable=False, verbose_name="fichiers d’un autre dossier"),
        ),
        migrations.AddField(
            model_name="outsidelink",
            name="read_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="lecture accusée le"),
        ),
        migrations.AddField(
            model_name="outsidelink",
            name="wants_receipt",
            field=models.BooleanField(default=False, verbose_name="demander un accusé de lecture"),
        ),
        migrations.AddConstraint(
            model_name="outsidelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document__isnull", True),
                        ("folder__isnull", False),
                        ("is_bundle", False),
                        ("is_parcel", False),
                    ),
                    models.Q(
                        ("document__isnull", False),
                        ("folder__isnull", True),
                        ("is_bundle", False),
                        ("is_parcel", False),
                        ("purpose", "share"),
                    ),
                    models.Q(
                        ("document__isnull", True),
                        ("folder__isnull", True),
                        ("is_bundle", True),
                        ("is_parcel", False),
                        ("purpose", "share"),
                    ),
                    models.Q(
                        ("body__isnull", False),
                        ("document__isnull", True),
                        ("folder__isnull", True),
                        ("is_bundle", False),
                        ("is_parcel", True),
                        ("purpose", "share"),
                    ),
                    _connector="OR",
                ),
                name="document_outside_one_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("read_at__isnull", True), ("wants_receipt", True), _connector="OR"),
                name="document_outside_receipt",
            ),
        ),
    ]
