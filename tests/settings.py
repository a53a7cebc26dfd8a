"""Settings of the tests: secrets of their own, a folder of their own, SQLite unless told otherwise."""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="whistle-tests-"))
os.environ.update(
    {
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's plain API keeps a loop in this thread, which we do not use
        "WHISTLE_SECRET_KEY": "tests-secret-key-tests-secret-key-tests-0",
        "WHISTLE_ENTRY_KEY": "tests-entry-key-tests-entry-key-tests-",
        "WHISTLE_DATA": str(_folder),
        "WHISTLE_DEMO": "1",
        "WHISTLE_HTTPS": "0",
        "WHISTLE_DEFAULT_ORGANISATION": "fjellvik",
        "WHISTLE_HOSTS": "localhost,127.0.0.1,testserver",
        "WHISTLE_DATABASE_URL": os.environ.get(
            "WHISTLE_TEST_DATABASE_URL", f"sqlite:///{_folder}/tests.sqlite3"
        ),
    }
)

from whistle.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only; one test uses the real one
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_BROKER_URL = "memory://"
CALM_REPORTS = 1000  # one town here gets more reports in ten minutes than a real one in a year
