"""Settings of the one Django project. Everything a county may set is an environment variable read here.

``docs/settings.md`` is generated from the ``env_*`` calls below and kept current by a test.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from linli.shell.environment import env_flag, env_int, env_list, env_text

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(
    env_text("LINLI_DATA", str(BASE_DIR / ".linli"), "Folder of everything Linli keeps outside the database")
)
KEYS_DIR = Path(
    env_text(
        "LINLI_KEYS_DIR", str(DATA_DIR / "keys"), "Folder of the key files, readable by their owner alone"
    )
)

DEMO = env_flag(
    "LINLI_DEMO", False, "Demo mode: the demo accounts page exists and invented data may be loaded"
)
DISTRICT = env_text("LINLI_DISTRICT", "520103", "Code of the county or city this installation serves")
DEBUG = env_flag("LINLI_DEBUG", False, "Django's debug pages; never on a real installation")
ALLOWED_HOSTS = env_list(
    "LINLI_HOSTS", ["localhost", "127.0.0.1", "[::1]"], "Host names the web server answers to"
)
CSRF_TRUSTED_ORIGINS = env_list(
    "LINLI_ORIGINS", [], "Origins behind a proxy that may send forms, with scheme"
)
HTTPS = env_flag(
    "LINLI_HTTPS", False, "The site is served over https: cookies are marked secure and HSTS is sent"
)


def _key(name: str) -> str:
    path = KEYS_DIR / name
    return path.read_text().strip() if path.exists() else ""


SECRET_KEY = os.environ.get("LINLI_SECRET_KEY") or _key("secret_key") or "no-key-yet"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "linli.kernel.accounts",
    "linli.kernel.audit",
    "linli.kernel.privacy",
    "linli.kernel.norms",
    "linli.kernel.calendar",
    "linli.kernel.registers",
    "linli.kernel.files",
    "linli.kernel.notices",
    "linli.kernel.jobs",
    "linli.kernel.administration",
    "linli.kernel.protection",
    "linli.territory",
    "linli.registry",
    "linli.duties",
    "linli.cases",
    "linli.returns",
    "linli.assessment",
    "linli.insight",
    "linli.shell",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # a list is 160 kB, 15 kB on the way to a telephone; hides its length (BREACH)
    "csp.middleware.CSPMiddleware",
    "linli.shell.turnstile.Turnstile",
    "linli.kernel.privacy.middleware.RequestTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.shell.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.kernel.accounts.middleware.ActingPost",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "linli.shell.urls"
WSGI_APPLICATION = "linli.shell.wsgi.application"
FORM_RENDERER = "linli.shell.widgets.Controls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [("linli.shell.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.shell.navigation.frame",
            ],
        },
    }
]

# --- Database: one PostgreSQL, three roles -------------------------------------------------------------------------

ROLE = env_text("LINLI_ROLE", "web", "Which database role this process takes: web, worker or owner")
_URLS = {
    "web": "DATABASE_URL",
    "worker": "DATABASE_WORKER_URL",
    "owner": "DATABASE_OWNER_URL",
}
env_text("DATABASE_URL", "", "PostgreSQL address of the web role")
env_text(
    "DATABASE_WORKER_URL", "", "PostgreSQL address of the worker role; the web role's address by default"
)
env_text("DATABASE_OWNER_URL", "", "PostgreSQL address of the role that owns the tables and migrates")


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url or "postgresql://linli_web@127.0.0.1/linli")
    # A question that a connection has asked twice is planned once: with row policies, planning costs more than answering.
    options: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 2}
    # A question that nobody waits for any more is given up, and none of a page may keep the database busy for long.
    options["options"] = "-c client_connection_check_interval=10s"
    if ROLE == "web":
        longest = env_int("LINLI_STATEMENT_SECONDS", 120, "Seconds after which a page's question is given up")
        options["options"] += f" -c statement_timeout={longest}s"
        options["pool"] = {
            "min_size": 2,
            "max_size": env_int("LINLI_POOL", 8, "Connections a web process keeps"),
        }
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


DATABASES = {
    "default": _database(os.environ.get(_URLS[ROLE]) or os.environ.get("DATABASE_URL", "")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Words, time ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "linli" / "shell" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- Sign-in -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["linli.kernel.accounts.backend.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "workbench"
SESSION_ENGINE = "linli.kernel.accounts.sessions"
SESSION_COOKIE_AGE = 60 * env_int(
    "LINLI_SESSION_MINUTES", 120, "Minutes without a request after which a person is signed out"
)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "linli.shell.views.csrf_failure"

API_PER_MINUTE = env_int(
    "LINLI_API_PER_MINUTE", 600, "Requests a minute that one token of the interface may make"
)

# --- Browser -------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
TILE_ORIGINS = env_list("LINLI_TILE_ORIGINS", [], "Origins of an outside map tile provider, if one is used")
TILES = env_text(
    "LINLI_TILES",
    "",
    "Addresses of an outside tile provider with {z}, {x} and {y}, one for each layer, parted by blanks; "
    "without one the map draws outlines alone",
)
TILES_ATTRIBUTION = env_text(
    "LINLI_TILES_ATTRIBUTION", "", "Words that the tile provider wants to see on the map"
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", *TILE_ORIGINS],
        "connect-src": ["'self'", *TILE_ORIGINS],
        "worker-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Files ---------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "linli.shell.staticfinders.NodeModulesFinder",
]
MEDIA_ROOT = DATA_DIR / "files"
S3_BUCKET = env_text(
    "LINLI_S3_BUCKET",
    "",
    "Bucket of an S3-compatible store for files, opened by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; empty keeps them in the data folder",
)
S3_ENDPOINT = env_text("LINLI_S3_ENDPOINT", "", "Address of the S3-compatible store")
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or os.environ.get("LINLI_PLAIN_STATIC")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "linli.kernel.files.uploads.SealedUploadHandler",  # the larger ones: Django would write them to the disk in plain
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Keys ----------------------------------------------------------------------------------------------------------

CIPHER = env_text("LINLI_CIPHER", "AES-256-GCM", "Cipher for new personal values: AES-256-GCM or SM4-GCM")
MASTER_KEY_FROM_ENVIRONMENT = bool(os.environ.get("LINLI_MASTER_KEY"))
MASTER_KEY = os.environ.get("LINLI_MASTER_KEY") or _key("master.key")
OLD_MASTER_KEYS = env_list(
    "LINLI_OLD_MASTER_KEYS",
    [],
    "Master keys before the one in the environment, readable until all is wrapped anew",
)
INDEX_KEY_FROM_ENVIRONMENT = bool(os.environ.get("LINLI_INDEX_KEY"))
INDEX_KEY = os.environ.get("LINLI_INDEX_KEY") or _key("index.key")
OLD_INDEX_KEYS = env_list(
    "LINLI_OLD_INDEX_KEYS",
    [],
    "Keys of the blind indexes before the one in the environment, until the database is marked anew",
)
BLIND_HASH = env_text(
    "LINLI_BLIND_HASH",
    "SHA256",
    "Hash of the blind indexes: SHA256 or SM3; after a change the product starts once `bin/linli privacy reindex` has run",
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("LINLI_LOG", "WARNING", "Log level")},
    "loggers": {
        "linli.notices": {
            "level": env_text(
                "LINLI_LOG_NOTICES",
                "INFO",
                "Log level of notices: INFO writes each one to the console as well",
            )
        }
    },
}
