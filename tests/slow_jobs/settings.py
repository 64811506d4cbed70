"""The settings of the environment with the slow job, without the demo, and with all the patience of a worker."""

from aomori_dx.settings import *  # noqa: F403, TID251
from aomori_dx.settings import CELERY_BROKER_TRANSPORT_OPTIONS, INSTALLED_APPS, REDIS_URL  # noqa: TID251

INSTALLED_APPS = [*INSTALLED_APPS, "tests.slow_jobs"]
DEMO_ALLOWED = False
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 120}
