"""The roof: settings, addresses and the Celery application. It knows everyone and is known by no one."""

from aomori_dx.celery import app as celery_app

__all__ = ["celery_app"]
