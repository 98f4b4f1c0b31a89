"""The only settings file. Every choice of an installation comes from the environment: see docs/exploitation.md."""

import os
from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from beffroi.config import embedded, env
from beffroi.config.settings_accounts import *  # noqa: F403
from beffroi.config.settings_notices import *  # noqa: F403

HOME = env.home()
PROJECT = env.PROJECT
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = SITE_URL.startswith("https://")


def _secret_key() -> str:
    """The key given by the environment, else one drawn once and kept in the home folder."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret_key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
                handle.write(get_random_secret_key())
        except FileExistsError:
            pass
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# The zone of the school holidays: A, B or C (Amiens, Lille, Rouen: B).
SCHOOL_ZONE = env.text("SCHOOL_ZONE", "B")
# API Particulier, which gives the quotient familial (the address of its sandbox: staging.particulier.api.gouv.fr).
PARTICULIER_URL = env.text("PARTICULIER_URL", "https://particulier.api.gouv.fr")
PARTICULIER_TOKEN = env.text("PARTICULIER_TOKEN")
PARTICULIER_SCOPES = env.text("PARTICULIER_SCOPES", "cnaf_quotient_familial").split()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]", "testserver"))
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS", (SITE_URL,))

# An installation turns a module off by leaving it out of this one list.
MODULES = env.words(
    "MODULES",
    (
        *("portal", "contact", "roadmap", "reports", "maintenance", "deliberations", "transparency", "childcare"),
        *("mail", "archives"),
    ),
)

INSTALLED_APPS = [
    "beffroi.kernel",
    "beffroi.kernel.ui",
    "beffroi.shared.organisations",
    "beffroi.shared.people",
    "beffroi.shared.accounts",
    "beffroi.shared.files",
    "beffroi.shared.cases",
    "beffroi.shared.assets",
    "beffroi.shared.billing",
    "beffroi.shared.signing",
    "beffroi.shared.documents",
    *(f"beffroi.modules.{name}" for name in MODULES),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "procrastinate.contrib.django",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "beffroi.kernel.ui.addresses.NullCharacterMiddleware",
    "beffroi.kernel.ui.pagecache.PublicPageCacheMiddleware",
    "beffroi.kernel.ui.uploads.UploadRedirectMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "beffroi.shared.accounts.bodies.ActingForMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "beffroi.shared.accounts.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "beffroi.config.urls"
WSGI_APPLICATION = "beffroi.config.wsgi.application"
FORM_RENDERER = "beffroi.kernel.ui.renderer.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["beffroi.kernel.ui.typesetting.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "beffroi.kernel.ui.context.shell",
            ],
            "builtins": ["beffroi.kernel.ui.templatetags.ui", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": env.database(os.environ.get("DATABASE_URL") or embedded.url(HOME))}
if _pool := env.number("DATABASE_POOL", 4):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 10}
DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DATABASE", "beffroi_test")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
BEHIND_PROXY = env.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

AUTH_USER_MODEL = "kernel.User"
# The address is unique whatever its case, by a constraint on lower(email) that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English"), ("nl", "Nederlands"), ("de", "Deutsch")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if env.text("S3_BUCKET"):
    _bucket = {
        "bucket_name": env.text("S3_BUCKET"),
        "endpoint_url": env.text("S3_ENDPOINT") or None,
        "region_name": env.text("S3_REGION") or None,
        "access_key": env.text("S3_ACCESS_KEY"),
        "secret_key": env.text("S3_SECRET_KEY"),
        "default_acl": None,
    }
    _prefix = env.text("S3_PREFIX", "fichiers")
    STORAGES["files"] = {
        "BACKEND": "beffroi.shared.files.s3.S3Contents",
        "OPTIONS": _bucket | {"location": _prefix},
    }
    STORAGES["default"] = {
        "BACKEND": "beffroi.shared.files.s3.S3Pictures",
        "OPTIONS": _bucket | {"location": f"{_prefix}-pages", "file_overwrite": False},
    }
else:
    STORAGES["files"] = {
        "BACKEND": "beffroi.shared.files.storage.LocalContents",
        "OPTIONS": {"location": HOME / "files"},
    }
# The clamd daemon that scans the files received: "host:port", or the path of its socket; empty = no antivirus.
FILES_CLAMD = env.text("CLAMD")
# The folder below which copiers put their scans; empty = none.
SCANS = env.text("SCANS")
# How many documents are read (or recognised in their image) at the same time, all workers together.
READERS = env.number("READERS", 1)
SEAL_PKCS12, SEAL_PASSWORD = env.text("SEAL_PKCS12"), env.text("SEAL_PASSWORD")
# A seal whose key stays in a module (PKCS #11): « token/key »; BEFFROI_SEAL_PASSWORD is then its PIN.
SEAL_PKCS11 = env.text("SEAL_PKCS11")
# The library of the module that holds keys: the seal's, and people's.
PKCS11_MODULE = env.text("PKCS11_MODULE")
# Timestamps (RFC 3161): an address, "interne" for those made here (what a demonstration does), empty = none.
TSA_URL = env.text("TSA_URL", "interne" if DEMO else "")
TSA_INTERNAL = TSA_URL == "interne"
TSA_URL = "" if TSA_INTERNAL else TSA_URL
TSA_AUTH = env.text("TSA_AUTH")
# A file or a folder of certificates: the authorities that the operator recognises.
TRUST = env.text("TRUST")
# The European list of trust: "europe" for that of the Commission, another address for a mirror of it, empty = not read.
TRUST_LIST = env.text("TRUST_LIST")
TRUST_LIST = "https://ec.europa.eu/tools/lotl/eu-lotl.xml" if TRUST_LIST == "europe" else TRUST_LIST
# Which States' lists are read ("FR,BE"); empty = all. Who signs the list of the lists: a file of certificates; empty =
# those of the Official Journal, which come with the library.
TRUST_LIST_STATES = env.words("TRUST_LIST_STATES")
TRUST_LIST_SIGNERS = env.text("TRUST_LIST_SIGNERS")
# The DGFiP's policy of signature of Hélios, as PES files name it: identifier, SHA-256 in base64, address.
PES_POLICY = env.words(
    "PES_POLICY",
    (
        "urn:oid:1.2.250.1.131.1.5.18.21.1.7",
        "roF9+cfRHNPtVJolhdqfIqGMVuUXX8aR4rpiquf0u5E=",
        "https://www.collectivites-locales.gouv.fr/files/files/finances_locales/dematerialisation/ps_helios_dgfip.pdf",
    ),
)
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# Where the map's background comes from; the outlines of the communes never need it.
MAP_TILES_URL = env.text(
    "TILES_URL",
    "https://data.geopf.fr/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
)
MAP_TILES_CREDIT = env.text("TILES_CREDIT", "IGN – Géoplateforme")
# Asked for the outlines of the communes by `init`; never needed afterwards.
GEO_API_URL = env.text("GEO_API_URL", "https://geo.api.gouv.fr")
# An address service (Base Adresse Nationale) that completes the imported addresses; empty = none.
BAN_URL = env.text("BAN_URL")

# The payment service of the DGFiP. A demonstration talks to its own stand-in, which moves no money.
PAYFIP_URL = env.text("PAYFIP_URL") or (f"{SITE_URL}/demo/payfip" if DEMO else "https://www.payfip.gouv.fr/tpa")

_tiles_origin = "/".join(MAP_TILES_URL.split("/")[:3]) if MAP_TILES_URL else ""
CONTENT_SECURITY_POLICY = {
    # Wagtail's editing screens need inline code; they are reserved to editors.
    "EXCLUDE_URL_PREFIXES": ("/cms/",),
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *([_tiles_origin] if _tiles_origin else [])],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A form may lead to the page where one pays.
        "form-action": [SELF, "/".join(PAYFIP_URL.split("/")[:3])],
        "frame-ancestors": [SELF],
    },
}

# Hours after which /sante/ finds the last backup too old; 0 where backups are made by other means.
BACKUP_MAX_AGE = env.number("BACKUP_MAX_AGE", 36)

if "portal" in MODULES:
    # Opens the editing screens to the editors of the intercommunality.
    AUTHENTICATION_BACKENDS = [*AUTHENTICATION_BACKENDS, "beffroi.modules.portal.cms.EditorBackend"]  # noqa: F405
WAGTAIL_SITE_NAME = "Beffroi"
# Addresses without accents: they are typed, printed and dictated.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_BASE_URL = SITE_URL
# The editing screens ask nothing of other sites: no portrait, no news, no check of versions.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# One way to sign in, with its second factor: ours.
WAGTAILADMIN_LOGIN_URL = LOGIN_URL  # noqa: F405
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("fr", "Français")]
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "docx", "xlsx", "csv"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # pyHanko wonders, at each signature, that the proofs come from our own reading and not from its own.
    "loggers": {name: {"level": "WARNING"} for name in ("procrastinate", "django_tasks", "wagtail")}
    | {"pyhanko.sign.signers.pdf_signer": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
