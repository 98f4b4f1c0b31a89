"""The settings of the tests: those of an installation, without its slow or lasting parts.

Without DATABASE_URL the tests have a server of their own under the home folder, never the one of an installation.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for _name in [name for name in os.environ if name.startswith("BEFFROI_")]:
    if _name not in {"BEFFROI_HOME", "BEFFROI_NODE"}:
        del os.environ[_name]

from beffroi.config import embedded, env  # noqa: E402

SERVER_HOME = env.home() / "test-pg"
EMBEDDED = not os.environ.get("DATABASE_URL")
if EMBEDDED:
    os.environ["DATABASE_URL"] = embedded.url(SERVER_HOME, "postgres")
os.environ["BEFFROI_SECRET_KEY"] = "only-for-the-tests"
os.environ["BEFFROI_DATABASE_POOL"] = "0"

from beffroi.config.settings import *  # noqa: E402, F403

HOME = Path(tempfile.mkdtemp(prefix="beffroi-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT.mkdir()
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "files": {"BACKEND": "beffroi.shared.files.storage.LocalContents", "OPTIONS": {"location": HOME / "files"}},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.sample"]  # noqa: F405
# Tests sign people in without their second factor; those of accounts and the journeys put its middleware back.
SECOND_FACTOR = "beffroi.shared.accounts.second_factor.SecondFactorMiddleware"
MIDDLEWARE = [name for name in MIDDLEWARE if name != SECOND_FACTOR]  # noqa: F405
