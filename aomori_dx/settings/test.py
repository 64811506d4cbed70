"""What the tests need: fast hashing, plain static files, tasks run by the real worker or called directly."""

import os

from aomori_dx.settings.base import *  # noqa: F403
from aomori_dx.settings.base import DATABASES, INSTALLED_APPS, VAR, env

ALLOWED_HOSTS = ["*"]
SECRET_KEY = "only-for-tests"
DEMO_ALLOWED = True
INSTALLED_APPS = [*INSTALLED_APPS, "aomori_dx.demo", "aomori_dx.benchmark"]
DEMO_PASSWORD = env("DEMO_PASSWORD", default="") or "aomori-demo"
SHOW_COMPONENTS = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = VAR / "test-media"
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["TEST"] = {"TEMPLATE": "template0", "CHARSET": "UTF8"}  # whatever the cluster was made with
else:  # a file, as in a real installation: threads see one another, and locks are those of the real thing
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / f"test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # no test outlives a power cut
