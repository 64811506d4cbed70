"""The Celery application and the beat table: which job runs when."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aomori_dx.settings")

app = Celery("aomori_dx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["aomori_dx.kernel"])

app.conf.beat_schedule = {
    "heartbeat": {"task": "aomori_dx.kernel.tasks.beat", "schedule": 20.0, "options": {"expires": 15}},
    "sweep-jobs": {"task": "aomori_dx.kernel.tasks.sweep_jobs", "schedule": 30.0, "options": {"expires": 25}},
    "deliver-outbox": {"task": "aomori_dx.kernel.tasks.deliver_outbox", "schedule": 60.0, "options": {"expires": 55}},
    "compute-quotas": {"task": "stages.tasks.compute_quotas", "schedule": crontab(hour=2, minute=30)},
}
