"""Gathers the addresses of every installed part; Wagtail, which answers any path, comes last."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.module_loading import module_has_submodule
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns


def _own_urls():
    for config in apps.get_app_configs():
        if config.name.startswith("beffroi.") and module_has_submodule(config.module, "urls"):
            yield path("", include(import_module(f"{config.name}.urls")))


urlpatterns = [
    *_own_urls(),
    path("compte/", include("allauth.urls")),
    path("cms/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, login_not_required))),
    path("documents/", include(decorate_urlpatterns(wagtaildocs_urls.urlpatterns, login_not_required))),
    path("", include(decorate_urlpatterns(wagtail_urls.urlpatterns, login_not_required))),
]
