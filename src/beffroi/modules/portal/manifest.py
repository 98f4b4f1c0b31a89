from beffroi.kernel.modules import MenuItem, Module, Page, SearchSource, Service, SitemapSource
from beffroi.modules.portal import exports
from beffroi.shared.organisations.models import Commune


def _commune() -> tuple | None:
    slug = Commune.objects.members().values_list("slug", flat=True).first()
    return (slug,) if slug else None


module = Module(
    label="Portail",
    icon="house",
    needs=("organisations",),
    menu=[
        MenuItem(label="Communes", url_name="portal:communes", face="portal", icon="map", order=20),
        MenuItem(label="Mairies", url_name="portal:town_halls", face="portal", icon="landmark", order=25),
    ],
    services=[
        Service(
            code="town_halls",
            label="Mairies",
            url_name="portal:town_halls",
            text="Adresses, téléphones et horaires : voyez celles qui sont ouvertes en ce moment.",
            icon="landmark",
            keywords="mairie horaires ouverture téléphone adresse secrétariat état civil carte identité",
            order=40,
        ),
    ],
    pages=[
        Page(url_name="portal:home"),
        Page(url_name="portal:communes"),
        Page(url_name="portal:commune", args=_commune),
        Page(url_name="portal:town_halls"),
        Page(url_name="portal:town_halls", query="ouvertes=on"),
    ],
    search=[
        SearchSource(
            model="organisations.Commune",
            label="Communes",
            queryset=lambda: Commune.objects.members().defer("outline"),
            document=exports.commune_document,
            icon="map-pin",
            order=10,
        ),
    ],
    sitemap=[SitemapSource(code="portal", entries=exports.sitemap)],
)
