"""Streets apart from their numbers: one finds the street, faults forgiven, then the number in it."""

import django.db.models.deletion
from django.db import migrations, models

import beffroi.shared.organisations.geometry

SEARCH = """
CREATE INDEX organisations_street_text ON organisations_street USING gin (text gin_trgm_ops);
CREATE INDEX organisations_address_point ON organisations_address USING gist (location);

CREATE FUNCTION organisations_near_streets(typed text) RETURNS SETOF bigint
LANGUAGE sql STABLE STRICT
SET pg_trgm.word_similarity_threshold = 0.45
AS $$ SELECT id FROM public.organisations_street WHERE typed <% text $$;
"""
FORGET = """
DROP FUNCTION organisations_near_streets(text);
DROP INDEX organisations_street_text, organisations_address_point;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0004_area_box_index"), ("kernel", "0005_search_words")]
    operations = [
        migrations.DeleteModel("Address"),
        migrations.CreateModel(
            name="Street",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="identifiant")),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("locality", models.CharField(blank=True, max_length=120, verbose_name="lieu-dit")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("location", beffroi.shared.organisations.geometry.PointField(verbose_name="position")),
                ("is_place", models.BooleanField(default=False, verbose_name="lieu-dit")),
                ("text", models.CharField(editable=False, max_length=400, verbose_name="texte de recherche")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="streets",
                        to="organisations.commune",
                    ),
                ),
            ],
            options={"verbose_name": "voie", "verbose_name_plural": "voies"},
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ban_id", models.CharField(max_length=60, unique=True, verbose_name="identifiant BAN")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("suffix", models.CharField(blank=True, max_length=12, verbose_name="indice de répétition")),
                ("location", beffroi.shared.organisations.geometry.PointField(verbose_name="position")),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="organisations.street",
                    ),
                ),
            ],
            options={
                "verbose_name": "adresse",
                "verbose_name_plural": "adresses",
                "indexes": [models.Index(fields=["street", "number", "suffix"], name="address_number")],
            },
        ),
        migrations.RunSQL(SEARCH, FORGET),
    ]
