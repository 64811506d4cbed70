"""Everything that is set, from environment variables with safe defaults."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
# What a running installation writes; the tests keep away from the queue of one that runs beside them.
_var = BASE_DIR / "var" / "test" if env("AOMORI_ENV", default="dev") == "test" else BASE_DIR / "var"
VAR = Path(env("AOMORI_VAR", default=str(_var))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = False
DEMO_ALLOWED = False
DEMO_ACCOUNTS = {
    "hr": "人財育成・人事担当",
    "dx": "DX推進担当",
    "info": "情報システム担当",
    "head": "所属長",
    "promoter": "DX推進員",
    "employee": "職員",
    "admin": "システム管理者",
}
SHOW_COMPONENTS = False
MFA_REQUIRED_FOR_OFFICES = False

INSTALLED_APPS = [
    "aomori_dx.apps.AomoriAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "template_partials",
    "aomori_dx.kernel",
    "staff",
    "training",
    "stages",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.middleware.SecondFactorMiddleware",
    "aomori_dx.kernel.memo.MemoMiddleware",
]

ROOT_URLCONF = "aomori_dx.urls"
WSGI_APPLICATION = "aomori_dx.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reports.shell.shell",
            ],
            "builtins": ["aomori_dx.kernel.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Two databases, one schema (see docs/adr/0006): PostgreSQL by DATABASE_URL, else the embedded SQLite.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that vanished without a word is noticed within a minute.
    _patience = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    # A count over all staff looks up each person in an index: PostgreSQL compiles that for half a second (JIT), and
    # then needs a tenth of one. No query here is long enough to gain by it.
    _plain = {"options": "-c jit=off"}
    DATABASES["default"]["OPTIONS"] = {**_patience, **_plain, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Two brokers, one code: Redis by REDIS_URL, else files below VAR. What a page needs never lives in the broker.
REDIS_URL = env("REDIS_URL", default="")
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a night is found again in the morning
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "visibility_timeout": 3600,
        "global_keyprefix": env("REDIS_PREFIX", default="aomori_dx:"),
    }
else:
    _queue = VAR / "queue"
    for _folder in ("data", "processed", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "data"),
        "data_folder_out": str(_queue / "data"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }

# Seconds: a running job without a sign of life is taken for interrupted; a waiting one is announced again;
# a worker that has not been heard of is shown as away.
JOB_SILENCE_SECONDS = env.float("JOB_SILENCE_SECONDS", default=120)
JOB_FORGOTTEN_SECONDS = env.float("JOB_FORGOTTEN_SECONDS", default=30)
WORKER_SILENCE_SECONDS = env.float("WORKER_SILENCE_SECONDS", default=90)

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",  # first: the one that a login without a form is given
    "staff.backends.OfficeRoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "staff.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {"login": "staff.forms.LoginForm"}
ACCOUNT_SESSION_REMEMBER = False  # shared computers: the session ends with the browser
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "青森県 DX推進員"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False

# Login limits and anything else a page needs live in the database, never in Redis.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=60 * 60 * 8)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "aomori_dx.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語")]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "aomori_dx" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "media"

EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    _mail = env.email("EMAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="dx@localhost")
# Where people find the application, for links in letters: https://dx.example.lg.jp (without it letters have none).
SITE_URL = env("SITE_URL", default="").rstrip("/")
# How long a digest of notices can be read and called off before it goes.
DIGEST_DELAY_MINUTES = env.int("DIGEST_DELAY_MINUTES", default=60)
# Working days before and after the close of a call on which departments without an answer are reminded.
REMIND_BEFORE = env.list("REMIND_BEFORE", cast=int, default=[5, 1])
REMIND_AFTER = env.list("REMIND_AFTER", cast=int, default=[1, 5])
# Working days before its due day on which a person is reminded of required training, and how often after it.
REQUIRED_REMIND_BEFORE = env.list("REQUIRED_REMIND_BEFORE", cast=int, default=[30, 7, 1])
REQUIRED_REMIND_EVERY = env.int("REQUIRED_REMIND_EVERY", default=5)

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_USE_TRANSACTIONS = True

# A department of some hundred people is divided on one page, with two fields a person; nothing comes near more.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Widths of the office's codes, with leading zeros (personnel system).
EMPLOYEE_NUMBER_WIDTH = env.int("EMPLOYEE_NUMBER_WIDTH", default=7)
DEPARTMENT_CODE_WIDTH = env.int("DEPARTMENT_CODE_WIDTH", default=6)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
