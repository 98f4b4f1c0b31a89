"""The pages that editors write in Wagtail, below the home page (which is ours: see `views.home`)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from beffroi.modules.portal.blocks import ContentStream


class SiteRoot(Page):
    """The top of the tree, without a page of its own: « / » shows the portal's home."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.ContentPage"]
    max_count = 1
    is_creatable = False

    class Meta:
        verbose_name = "racine du site"
        verbose_name_plural = "racines du site"


class ContentPage(Page):
    """A page of information: a lead, then blocks."""

    introduction = models.CharField(
        "chapeau", max_length=300, help_text="Une ou deux phrases courtes, lues aussi dans les résultats de recherche."
    )
    body = StreamField(ContentStream(), verbose_name="contenu", blank=True)

    parent_page_types = ["portal.SiteRoot", "portal.ContentPage"]
    subpage_types = ["portal.ContentPage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    promote_panels = [FieldPanel("slug")]
    template = "portal/content_page.html"

    class Meta:
        verbose_name = "page"
        verbose_name_plural = "pages"

    def clean(self):
        super().clean()
        if self.slug and self.get_parent_slug_path() == "/" and _is_taken(self.slug):
            raise ValidationError(
                {"slug": "Cette adresse est déjà celle d’un service du site : choisissez-en une autre."}
            )

    def get_parent_slug_path(self) -> str:
        """« / » for a page just below the home page."""
        parent = self.get_parent() if self.path else None
        return "/" if parent is None or parent.depth <= 2 else parent.url_path

    @property
    def address(self) -> str:
        """Its address on the site, without a query."""
        return address_of(self)

    def get_context(self, request, *args, **kwargs):
        above = self.get_ancestors().filter(depth__gt=2)
        below = self.get_children().live().only("title", "url_path")
        breadcrumbs = [("Accueil", "/"), *((page.title, address_of(page)) for page in above), (self.title, "")]
        children = [(page.title, address_of(page)) for page in below]
        return super().get_context(request, *args, **kwargs) | {"breadcrumbs": breadcrumbs, "children": children}


def address_of(page: Page) -> str:
    """« /vivre-ici/trier/ » of a page whose path in the tree is « /site/vivre-ici/trier/ »."""
    return "/" + page.url_path.strip("/").partition("/")[2] + "/"


def _is_taken(slug: str) -> bool:
    """Does a view of the platform already answer at that address?"""
    try:
        return resolve(f"/{slug}/").view_name != "wagtail_serve"
    except Resolver404:
        return False
