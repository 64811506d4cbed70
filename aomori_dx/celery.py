"""The Celery application and the beat table: which job runs when."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_embedded_init, worker_init, worker_ready

from aomori_dx.kernel.supervisor import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aomori_dx.settings")

app = Celery("aomori_dx")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["aomori_dx.kernel"])

SWEEP = float(os.environ.get("JOB_SWEEP_SECONDS", "30"))

app.conf.beat_schedule = {
    "heartbeat": {"task": "aomori_dx.kernel.tasks.beat", "schedule": 20.0, "options": {"expires": 15}},
    "sweep-jobs": {"task": "aomori_dx.kernel.tasks.sweep_jobs", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "deliver-outbox": {"task": "aomori_dx.kernel.tasks.deliver_outbox", "schedule": 60.0, "options": {"expires": 55}},
    "send-reminders": {"task": "stages.tasks.send_reminders", "schedule": crontab(hour=7, minute=30)},
    "ask-surveys": {"task": "training.tasks.ask_surveys", "schedule": crontab(hour=7, minute=10)},
    "ask-heads": {"task": "training.tasks.ask_heads", "schedule": crontab(hour=7, minute=15)},
    "send-training-reminders": {"task": "training.tasks.send_reminders", "schedule": crontab(hour=7, minute=35)},
    "remind-of-practice": {"task": "stages.tasks.remind_of_practice", "schedule": crontab(hour=7, minute=40)},
    "write-digests": {"task": "staff.tasks.write_digests", "schedule": crontab(hour=8, minute=0)},
    "pass-on-reserves": {"task": "stages.tasks.pass_on_reserves", "schedule": crontab(hour=0, minute=30)},
    "promote-waitlist": {"task": "training.tasks.promote_waitlist", "schedule": crontab(minute=10)},
    "assign-requirements": {"task": "training.tasks.assign_requirements", "schedule": crontab(hour=3, minute=0)},
    "recompute-progress": {"task": "stages.tasks.recompute_progress", "schedule": crontab(hour=1, minute=30)},
    "compute-quotas": {"task": "stages.tasks.compute_quotas", "schedule": crontab(hour=2, minute=30)},
}

_worker: int | None = None


@worker_init.connect
def _note_own_number(**_: object) -> None:
    global _worker
    _worker = os.getpid()


@beat_embedded_init.connect
def _one_clock(**_: object) -> None:
    """The clock inside a worker ends with it; a killed worker's successor brings its own."""
    die_with_parent(_worker)


@worker_ready.connect
def _look_around(sender: Any, **_: object) -> None:
    """A worker says at once that it is there, and takes up what waited for one."""
    for name in ("beat", "sweep_jobs"):
        sender.app.send_task(f"aomori_dx.kernel.tasks.{name}")
