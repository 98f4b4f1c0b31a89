"""The site of the tree is named in the editing screens, instead of its host."""

from django.db import migrations


def name(apps, schema_editor):
    apps.get_model("wagtailcore", "Site").objects.filter(hostname="localhost", site_name="").update(
        site_name="Pages du site"
    )


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_site_root")]
    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
