"""Wagtail beside the rest: who enters `/cms/`, and what the journal keeps of what is done there."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.signals import user_logged_in
from wagtail.signals import page_published, page_unpublished, post_page_move

from beffroi.modules.portal import access, actions


class EditorBackend(BaseBackend):
    """Signs nobody in; opens the editing screens to those who hold the role today."""

    def has_perm(self, user_obj, perm, obj=None):
        return perm == "wagtailadmin.access_admin" and user_obj.is_active and access.edits_pages(user_obj)


def connect() -> None:
    """Called once, when the application is ready."""
    page_published.connect(_published)
    page_unpublished.connect(_withdrawn)
    post_page_move.connect(_moved)
    user_logged_in.connect(_signed_in)


def _record(page, verb: str, actor) -> None:
    actions.record_page(page, verb, actor=actor)


def _published(sender, instance, revision=None, **kwargs):
    _record(instance, "page_published", revision.user if revision else None)


def _withdrawn(sender, instance, **kwargs):
    _record(instance, "page_withdrawn", None)


def _moved(sender, instance, **kwargs):
    _record(instance.specific, "page_moved", None)


def _signed_in(sender, user, **kwargs):
    actions.sync_editor(user)


def follow_role(entry) -> None:
    """A role was given or ended: the group of Wagtail follows."""
    user = get_user_model().objects.filter(pk=entry.data.get("user")).first()
    if user is not None:
        actions.sync_editor(user)
