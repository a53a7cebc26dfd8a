"""Every setting of Whistle.  Each value comes from the environment and is documented in deploy/env.example.

The defaults are those of a small municipality on one server: SQLite, a folder for files, a folder as broker.
"""

from pathlib import Path

from kombu import Exchange, Queue  # type: ignore[attr-defined]

from whistle import env
from whistle.broker import use_whole_files
from whistle.core import providers
from whistle.database import bucket_from_url, from_url

BASE = Path(__file__).resolve().parent.parent
WEB = r"https?://[^/\s]+.*"  # an address of the web

# Where all state lives
DATA = env.folder("WHISTLE_DATA", BASE / "var")
BLOBS = env.folder("WHISTLE_BLOBS", DATA / "blobs")
UPLOADS = env.folder("WHISTLE_UPLOADS", DATA / "uploads")
LOGS = env.folder("WHISTLE_LOGS", DATA / "logs")  # the transparency logs, one folder per organisation
LOG_KEYS = env.folder("WHISTLE_LOG_KEYS", DATA / "logkeys")
HEARTBEATS = env.folder("WHISTLE_HEARTBEATS", DATA / "heartbeats")  # each worker's sign of life

DEBUG = False
DEMO = env.flag("WHISTLE_DEMO", default=False)
SECRET_KEY = env.secret("WHISTLE_SECRET_KEY")
ENTRY_KEY = env.secret("WHISTLE_ENTRY_KEY")
FACE = env.choice("WHISTLE_FACE", "both", ("reporter", "staff", "both", "publisher"))
DEFAULT_ORGANISATION = env.matching("WHISTLE_DEFAULT_ORGANISATION", r"[a-z0-9_-]+", "nordvik")
ALLOWED_HOSTS = env.hosts("WHISTLE_HOSTS", "127.0.0.1,localhost")
HTTPS = env.flag("WHISTLE_HTTPS", default=not DEMO)

# The web server (deploy/gunicorn.conf.py)
WEB_BIND = env.matching(
    "WHISTLE_WEB_BIND",
    r"unix:/.+|[^:/ ]*:\d+",
    "unix:/run/whistle/web.sock or 0.0.0.0:8000",
    "unix:/run/whistle/web.sock",
)
WEB_PROCESSES = env.number("WHISTLE_WEB_PROCESSES", 1, least=1, most=64)
WEB_THREADS = env.number("WHISTLE_WEB_THREADS", 16, least=1, most=256)

# What one report may weigh (octets of ciphertext); see THREATS.md on floods
LARGEST_FILE = env.number("WHISTLE_LARGEST_FILE", 200 * 2**20, least=2**20)
LARGEST_TEXT = 1_000_000
FILES_PER_SENDING = 20
TEXT_BUDGET = env.number(
    "WHISTLE_TEXT_BUDGET", 8 * 2**30, least=2**20, most=2**50
)  # a day's, for each organisation; see whistle.channel.services.pressure
CALM_REPORTS = env.number("WHISTLE_CALM_REPORTS", 40, least=1)  # see whistle.channel.services.pressure
UPLOAD_BUDGET = env.number("WHISTLE_UPLOAD_BUDGET", 20 * 2**30, least=2**20, most=2**50)

# A process loads what its face needs; the reporters' one neither the desk nor the commands that run an installation, the
# publisher nothing but the log
LOG_ONLY = FACE == "publisher"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "whistle",
    "whistle.organisations",
    "whistle.audit",
]
if not LOG_ONLY:
    INSTALLED_APPS = [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "guardian",
        "whistle",
        "whistle.ui",
        "whistle.organisations",
        "whistle.audit",
        "whistle.store",
        "whistle.accounts",
        "whistle.access",
        "whistle.plan",
        "whistle.channel",
        *(("whistle.demo", "whistle.operations", "cases") if FACE != "reporter" else ()),
    ]

MIDDLEWARE = [
    "whistle.ui.headers.SecurityHeaders",
    "whistle.operations.leaks.NoticeLeaks",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "whistle.organisations.middleware.FindOrganisation",
    "whistle.organisations.middleware.RefuseCrossSite",
    "whistle.accounts.middleware.StaffSession",
    "whistle.ui.csrf.DeskCsrf",
    "whistle.accounts.middleware.StaffPerson",
    "whistle.access.middleware.DenyByDefault",
]

ROOT_URLCONF = "whistle.urls"
WSGI_APPLICATION = "whistle.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                *(("cases.context.desk",) if FACE != "reporter" else ()),
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": from_url(env.private_url("WHISTLE_DATABASE_URL", f"sqlite:///{DATA / 'whistle.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.private_url(
    "WHISTLE_CACHE_URL", "", "rediss?|unix", "unix://:password@/run/redis-whistle/redis.sock?db=1"
)
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA / "cache"}
    )
}

# People: a split passphrase (the browser sends a derived value only) and a second factor
if not LOG_ONLY:
    AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["whistle.accounts.backends.StaffBackend"]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "sign-in"
# A provider of work accounts in front of an organisation's desk (see whistle.accounts.services.gate)
WORK_ACCOUNTS = env.parsed("WHISTLE_WORK_ACCOUNTS", lambda text: providers.parse(text, plain_http=DEMO))
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_AGE = env.number("WHISTLE_SESSION_SECONDS", 9 * 3600, least=300, most=24 * 3600)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_PATH = "/desk/"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_PATH = "/desk/"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "whistle.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Words and dates
LANGUAGE_CODE = "nb"
# Further languages of the reporter's pages, and where their packs lie: CODE/LC_MESSAGES/django.mo
MORE_LANGUAGES = env.named("WHISTLE_LANGUAGES")
LANGUAGES = [("nb", "bokmål"), ("nn", "nynorsk"), ("en", "English"), *MORE_LANGUAGES.items()]
LOCALE_PATHS = [env.folder("WHISTLE_LANGUAGE_PACKS", BASE / "languages")]
USE_I18N = True
FORMAT_MODULE_PATH = "whistle.ui.formats"
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("WHISTLE_STATIC", DATA / "static")
STATICFILES_DIRS = [BASE / "whistle" / "browser" / "dist"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31536000  # names carry a hash of the content
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": BLOBS}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Sealed files older than a day, at night, to an S3-compatible store (see whistle.store.remote)
S3_URL = env.private_url("WHISTLE_S3_URL", "")
if S3_URL:
    STORAGES["blobs"] = bucket_from_url(S3_URL)
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = None  # `SealUpload` counts: Django would answer without what was written
FILE_UPLOAD_HANDLERS = ["whistle.channel.plain_upload.RefuseUpload"]

# Tasks: messages are hints, work is rows (DECISIONS.md)
CELERY_BROKER_URL = env.private_url(
    "WHISTLE_BROKER_URL",
    "filesystem://localhost//",
    r"filesystem|rediss?|redis\+socket",
    "redis+socket://:password@/run/redis-whistle/redis.sock",
)
# The publisher holds the logs' private keys, so it is a queue that another user's worker can serve alone
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]
    for name in ("celery", "publisher")
]
CELERY_TASK_ROUTES = {"audit.publish": {"queue": "publisher", "routing_key": "publisher"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody commands a worker through the broker
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # they are found again by the sweep
if CELERY_BROKER_URL.startswith("filesystem:"):
    use_whole_files()
    _broker = DATA / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
else:  # a broker that hangs must not hold up the answer to a report
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10}
PUBLISH_SECONDS = env.number("WHISTLE_PUBLISH_SECONDS", 1, least=1, most=86400)
# What outsiders see of the log, and how often; 0: every checkpoint, as it is signed (see whistle.audit.outside)
PUBLIC_LOG_MINUTES = env.number("WHISTLE_PUBLIC_LOG_MINUTES", 0 if DEMO else 60, least=0, most=24 * 60)
LOG_CASES_OF = (
    "whistle.access.selectors.log_refs_open_to"  # which cases a reader of the log other than the auditor sees
)
TSA_URL = env.matching("WHISTLE_TSA_URL", WEB, "https://tsa.example/")  # an RFC 3161 time stamping authority
SWEEP_SECONDS = env.number("WHISTLE_SWEEP_SECONDS", 20 if DEMO else 60, least=1, most=3600)

# Backups: where, and the days of each store (see BACKUP.md); without keys what is left of a deleted case is noise
BACKUP = env.folder("WHISTLE_BACKUP", Path()) if env.text("WHISTLE_BACKUP", "") else None
BACKUP_RECORD_DAYS = env.number("WHISTLE_BACKUP_RECORD_DAYS", 35, least=1, most=3650)
BACKUP_KEY_DAYS = env.number("WHISTLE_BACKUP_KEY_DAYS", 14, least=1, most=3650)
BACKUP_BLOB_DAYS = env.number("WHISTLE_BACKUP_BLOB_DAYS", 35, least=1, most=3650)

# Watching: where the daily probe goes and who it signs in as, and the key that signs the list of installed files
PROBE_URL = env.matching("WHISTLE_PROBE_URL", WEB, "https://varsling.example.no")
PROBE_PEOPLE = env.folder("WHISTLE_PROBE_PEOPLE", Path()) if env.text("WHISTLE_PROBE_PEOPLE", "") else None
RELEASE_KEY = env.matching(
    "WHISTLE_RELEASE_KEY", r"[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", "whistle.release+0123abcd+AQ…"
)

# Mail: content-free, at fixed hours
EMAIL_HOST, EMAIL_PORT = env.address("WHISTLE_SMTP", 25)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.matching(
    "WHISTLE_MAIL_FROM", r"[^@]+@[^@]+", "varsling@example.no", "whistle@localhost"
)
NOTICE_HOURS = env.numbers("WHISTLE_NOTICE_HOURS", "8,14", least=0, most=23)

# Logs of the process: never a request line, a header, an address or a parameter
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},  # without any handler Python prints warnings by itself
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "whistle": {"level": "INFO"},
        "cases": {"level": "INFO"},
        # Django's request logger writes paths and, with errors, parameters: replaced by whistle.wsgi.note_fault
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        "django.security": {"handlers": ["nowhere"], "propagate": False},
        "django.server": {"handlers": ["nowhere"], "propagate": False},
    },
}

if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS: list[str] = [
    "guardian.W001",  # our own backend is used; guardian's would answer for superusers
    "auth.W004",  # a username is unique within its organisation, not across them
]
