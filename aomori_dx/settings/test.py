"""What the tests need: fast hashing, plain static files, tasks run by the real worker or called directly."""

from aomori_dx.settings.base import *  # noqa: F403
from aomori_dx.settings.base import VAR

ALLOWED_HOSTS = ["*"]
SECRET_KEY = "only-for-tests"
DEMO_ALLOWED = True
SHOW_COMPONENTS = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = VAR / "test-media"
