"""The editing screens reduced to what editors of this site use, in the colours of the house."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# The rest is done elsewhere: accounts and roles at the desk, addresses by the platform.
KEPT = {"explorer", "images", "documents", "help", "reports", "settings"}


@hooks.register("construct_main_menu")
def keep_what_is_used(request, menu_items):
    """An administrator of the installation keeps everything."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name in KEPT | {"publications"}]


@hooks.register("register_admin_menu_item")
def to_the_desk():
    """News, agenda and alerts are written at the desk: say where."""
    return MenuItem(
        "Publications",
        reverse("portal:desk_index"),
        name="publications",
        icon_name="calendar-alt",
        order=110,
    )


@hooks.register("insert_global_admin_css")
def colours():
    return format_html('<link rel="stylesheet" href="{}">', static("portal/cms.css"))


@hooks.register("register_rich_text_features", order=100)
def titles_have_their_own_block(features):
    """Titles are blocks, so that their ranks follow each other; nothing is embedded from other sites."""
    features.default_features = ["bold", "italic", "ol", "ul", "link", "document-link"]
