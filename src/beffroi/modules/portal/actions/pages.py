import json

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from beffroi.kernel import journal
from beffroi.modules.portal import access
from beffroi.modules.portal.models import ContentPage, SiteRoot

EDITORS = "Rédaction du site"
ON_PAGES = ("add_page", "change_page", "publish_page")
ON_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


@transaction.atomic
def record_page(page, verb: str, *, actor) -> None:
    """Tell the journal what Wagtail did of a page (« page_published », « page_withdrawn », « page_moved »)."""
    journal.record(f"portal.{verb}", page, actor=actor)


@transaction.atomic
def add_page(above, *, actor, title: str, slug: str, introduction: str, body: list[dict]) -> ContentPage:
    """Write and publish a page below another; `body` is the list of its blocks as Wagtail keeps them."""
    parent = type(above).objects.get(pk=above.pk)
    page = ContentPage(title=title, slug=slug, introduction=introduction)
    page.body = ContentPage._meta.get_field("body").to_python(json.dumps(body))
    parent.add_child(instance=page)
    page.save_revision(user=actor).publish(user=actor)
    return page


@transaction.atomic
def sync_editor(user) -> bool:
    """Put `user` in the group of Wagtail that writes pages, or take them out, as their roles say today.

    The door of `/cms/` itself asks `access.edits_pages` at each request: see `cms.EditorBackend`.
    """
    wanted = access.edits_pages(user) and not user.is_superuser
    if wanted and not user.groups.filter(name=EDITORS).exists():
        user.groups.add(_editors())
    elif not wanted:
        user.groups.remove(*user.groups.filter(name=EDITORS))
    return wanted


def _editors() -> Group:
    """The group and what it may do, made or mended."""
    group, _created = Group.objects.get_or_create(name=EDITORS)
    for root in SiteRoot.objects.all():
        for permission in Permission.objects.filter(codename__in=ON_PAGES, content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    collection = Collection.get_first_root_node()
    for permission in Permission.objects.filter(codename__in=ON_FILES):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    return group
