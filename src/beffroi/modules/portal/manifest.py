from beffroi.kernel.modules import (
    Layer,
    MenuItem,
    Module,
    Page,
    Permission,
    Reaction,
    SearchSource,
    Service,
    SitemapSource,
)
from beffroi.modules.portal import access, cms, exports, open_data
from beffroi.modules.portal.models import Alert, ContentPage, Event, News
from beffroi.shared.organisations.models import Commune


def _slug(query):
    return lambda: (slug,) if (slug := query().values_list("slug", flat=True).first()) else None


_commune = _slug(Commune.objects.members)
_news = _slug(lambda: News.objects.public())
_event = _slug(lambda: Event.objects.public())


KINDS = {"actualites": News, "evenements": Event, "alertes": Alert}


def _kind(kind: str):
    return lambda: (kind,)


def _first(kind: str):
    def arguments():
        operator = KINDS[kind].objects.filter(organisation__is_operator=True)
        pk = operator.values_list("pk", flat=True).first()
        return (kind, pk) if pk else None

    return arguments


def _footer(label: str, name: str, order: int) -> MenuItem:
    return MenuItem(label=label, url_name=f"portal:{name}", face="footer", icon="info", order=order)


module = Module(
    label="Portail",
    icon="house",
    needs=("organisations", "files", "accounts"),
    menu=[
        MenuItem(label="Communes", url_name="portal:communes", face="portal", icon="map", order=20),
        MenuItem(label="Mairies", url_name="portal:town_halls", face="portal", icon="landmark", order=25),
        MenuItem(label="Agenda", url_name="portal:agenda", face="portal", icon="calendar", order=30),
        MenuItem(label="Actualités", url_name="portal:news_list", face="portal", icon="newspaper", order=35),
        MenuItem(
            label="Publications",
            url_name="portal:desk_index",
            group="Communiquer",
            icon="megaphone",
            permission=access.WRITE,
            order=300,
        ),
        MenuItem(
            label="Apparence",
            url_name="portal:appearance",
            group="Administration",
            icon="paint-roller",
            permission=access.APPEARANCE,
            order=930,
        ),
        _footer("Données personnelles et cookies", "privacy", 500),
        _footer("Mentions légales", "legal_notices", 510),
        _footer("Plan du site", "site_map", 520),
    ],
    services=[
        Service(
            code="town_halls",
            label="Mairies",
            url_name="portal:town_halls",
            text="Adresses, téléphones et horaires\u202f: voyez celles qui sont ouvertes en ce moment.",
            icon="landmark",
            keywords="mairie horaires ouverture téléphone adresse secrétariat état civil carte identité",
            order=40,
        ),
        Service(
            code="agenda",
            label="Agenda",
            url_name="portal:agenda",
            text="Fêtes, marchés, ateliers, réunions\u202f: ce qui se passe près de chez vous.",
            icon="calendar-days",
            keywords="agenda sortie fête marché atelier spectacle concert brocante réunion",
            order=60,
        ),
    ],
    pages=[
        Page(url_name="portal:home"),
        Page(url_name="portal:home", query="commune=doullens"),
        Page(url_name="portal:communes"),
        Page(url_name="portal:commune", args=_commune),
        Page(url_name="portal:town_halls"),
        Page(url_name="portal:town_halls", query="ouvertes=on"),
        Page(url_name="portal:agenda"),
        Page(url_name="portal:event", args=_event),
        Page(url_name="portal:news_list"),
        Page(url_name="portal:news", args=_news),
        Page(url_name="portal:alerts"),
        Page(url_name="portal:legal_notices"),
        Page(url_name="portal:privacy"),
        Page(url_name="portal:accessibility"),
        Page(url_name="portal:site_map"),
        *(Page(url_name="portal:desk", permission=access.WRITE, args=_kind(kind)) for kind in KINDS),
        *(Page(url_name="portal:desk_new", permission=access.WRITE, args=_kind(kind)) for kind in KINDS),
        *(Page(url_name="portal:desk_change", permission=access.WRITE, args=_first(kind)) for kind in KINDS),
        Page(url_name="portal:desk_preview", permission=access.WRITE, args=_first("evenements")),
        Page(url_name="portal:desk_details", permission=access.DETAILS),
        Page(url_name="portal:appearance", permission=access.APPEARANCE),
    ],
    permissions=[
        Permission(code=access.WRITE, label="Préparer des actualités, des événements et des alertes"),
        Permission(code=access.PUBLISH, label="Publier et retirer les actualités, les événements et les alertes"),
        Permission(code=access.PAGES, label="Écrire les pages du site"),
        Permission(code=access.DETAILS, label="Tenir à jour les mentions légales et la déclaration d’accessibilité"),
        Permission(code=access.APPEARANCE, label="Choisir le nom, le logo et la couleur du site"),
    ],
    grants={
        "editor": (access.WRITE, access.PUBLISH, access.PAGES),
        "secretary": (access.WRITE, access.PUBLISH),
        "admin": (access.WRITE, access.PUBLISH, access.DETAILS),
        "operator_admin": (access.DETAILS, access.APPEARANCE),
        "agent": (access.WRITE,),
    },
    verbs={
        "portal.create": "Brouillon préparé",
        "portal.change": "Contenu modifié",
        "portal.submit": "Relecture demandée",
        "portal.send_back": "Rendu à son auteur",
        "portal.publish": "Publié",
        "portal.appear": "Paru à la date prévue",
        "portal.cancel": "Annulation annoncée",
        "portal.withdraw": "Retiré du site",
        "portal.details": "Présentation du site modifiée",
        "portal.appearance": "Apparence du site modifiée",
        "portal.page_published": "Page publiée",
        "portal.page_withdrawn": "Page retirée",
        "portal.page_moved": "Page déplacée",
    },
    reactions=[
        Reaction(verb="accounts.role_given", run=cms.follow_role, label="Ouvrir l’écriture des pages au rédacteur"),
        Reaction(verb="accounts.role_ended", run=cms.follow_role, label="Fermer l’écriture des pages"),
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
        SearchSource(
            model="portal.ContentPage",
            label="Pages",
            queryset=lambda: ContentPage.objects.live(),
            document=exports.page_document,
            icon="file-text",
            order=20,
        ),
        SearchSource(
            model="portal.Event",
            label="Agenda",
            queryset=lambda: Event.objects.public().with_place(),
            document=exports.event_document,
            icon="calendar",
            order=30,
        ),
        SearchSource(
            model="portal.News",
            label="Actualités",
            queryset=lambda: News.objects.public().with_place(),
            document=exports.news_document,
            icon="newspaper",
            order=40,
        ),
        SearchSource(
            model="portal.Alert",
            label="Alertes",
            queryset=lambda: Alert.objects.ongoing(),
            document=exports.alert_document,
            icon="alert-triangle",
            order=50,
        ),
    ],
    layers=[Layer(code="agenda", label="Agenda", features=open_data.features, icon="calendar", order=30)],
    datasets=[open_data.AGENDA],
    kept={"portal.SiteDetails": "Les coordonnées de l’éditeur et de l’hébergeur, exigées par la loi ; l’apparence."},
    demo="beffroi.modules.portal.demo.load",
    demo_order=40,
    sitemap=[SitemapSource(code="portal", entries=exports.sitemap)],
)
