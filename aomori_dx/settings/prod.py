"""Production: refuses to start without its secrets and refuses demo accounts."""

from aomori_dx.settings.base import *  # noqa: F403
from aomori_dx.settings.base import DATABASES, env

DEBUG = False
DEMO_ALLOWED = False
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

_missing = [
    name
    for name, value in {
        "SECRET_KEY": len(SECRET_KEY) >= 50,
        "ALLOWED_HOSTS": ALLOWED_HOSTS,
        "DATABASE_URL": env("DATABASE_URL", default=""),
        "REDIS_URL": env("REDIS_URL", default=""),
    }.items()
    if not value
]
if _missing:
    raise RuntimeError(f"Production needs these settings: {', '.join(_missing)} (SECRET_KEY: 50 characters or more).")
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise RuntimeError("Production needs PostgreSQL: DATABASE_URL must start with postgres://.")
if "*" in ALLOWED_HOSTS:
    raise RuntimeError("Production needs the names it is reached by in ALLOWED_HOSTS, not *.")
if env("DEMO_PASSWORD", default=""):
    raise RuntimeError("Production refuses demo accounts: remove DEMO_PASSWORD.")

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]  # the container asks itself how it is
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)  # login limits count people, not the proxy
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
MFA_REQUIRED_FOR_OFFICES = env.bool("MFA_REQUIRED_FOR_OFFICES", default=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
