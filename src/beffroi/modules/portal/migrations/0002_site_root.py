"""The tree of Wagtail starts with our own root, instead of its welcome page."""

from django.db import migrations


def plant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page, Site = apps.get_model("wagtailcore", "Page"), apps.get_model("wagtailcore", "Site")
    Locale, SiteRoot = apps.get_model("wagtailcore", "Locale"), apps.get_model("portal", "SiteRoot")
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()
    kind, _created = ContentType.objects.get_or_create(app_label="portal", model="siteroot")
    root = SiteRoot.objects.create(
        title="Site",
        draft_title="Site",
        slug="site",
        content_type=kind,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/site/",
        locale=Locale.objects.get_or_create(language_code="fr")[0],
    )
    Page.objects.filter(depth=1).update(numchild=1)
    Site.objects.create(hostname="localhost", port=80, root_page=root, is_default_site=True)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_publications")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
