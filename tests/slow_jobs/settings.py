"""The settings of the environment with the slow job, and without the demo: a worker is all that is wanted."""

from aomori_dx.settings import *  # noqa: F403, TID251
from aomori_dx.settings import INSTALLED_APPS  # noqa: TID251

INSTALLED_APPS = [*INSTALLED_APPS, "tests.slow_jobs"]
DEMO_ALLOWED = False
