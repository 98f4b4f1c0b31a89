"""Gathers the addresses of every installed part; Wagtail, which answers any path, comes last."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.module_loading import module_has_submodule
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from beffroi.shared.accounts.views.signing import sign_out


def _own_urls():
    for config in apps.get_app_configs():
        if config.name.startswith("beffroi.") and module_has_submodule(config.module, "urls"):
            yield path("", include(import_module(f"{config.name}.urls")))


urlpatterns = [
    *_own_urls(),
    path("compte/", include("beffroi.shared.accounts.signing_urls")),
    # The CMS has no door of its own: it would let in without a second factor.
    path("cms/login/", login_not_required(RedirectView.as_view(url=settings.LOGIN_URL, query_string=True))),
    path("cms/logout/", sign_out),
    path("cms/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, login_not_required))),
    path("documents/", include(decorate_urlpatterns(wagtaildocs_urls.urlpatterns, login_not_required))),
    path("", include(decorate_urlpatterns(wagtail_urls.urlpatterns, login_not_required))),
]
