"""The embedded default: a laptop, a demo, a training room."""

from aomori_dx.settings.base import *  # noqa: F403
from aomori_dx.settings.base import INSTALLED_APPS, env

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = env("SECRET_KEY", default="only-for-the-demo-never-in-production")
DEMO_ALLOWED = True
INSTALLED_APPS = [*INSTALLED_APPS, "aomori_dx.demo", "aomori_dx.benchmark"]
DEMO_PASSWORD = env("DEMO_PASSWORD", default="") or "aomori-demo"
SHOW_COMPONENTS = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # browsers give passkeys to http://localhost, and to no other http
