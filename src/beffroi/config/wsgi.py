"""The WSGI application that granian or any other server loads."""

import os

from django.core.wsgi import get_wsgi_application

from beffroi.config.whole_body import whole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
django = get_wsgi_application()

from beffroi.shared.documents.dav.server import with_dav  # noqa: E402  once Django is ready

application = whole(with_dav(django))
