"""How the system is: database, broker and worker, for those who watch it. Answers within seconds, whatever hangs."""

import os
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from aomori_dx.kernel import clock, progress

PATIENCE = 1.0


class Question:
    """A question that may hang. It is asked in a thread of its own, and only once while no answer has come."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask = ask
        self._one_at_a_time = threading.Lock()

    def answer(self) -> Any:
        """What was answered. Raises TimeoutError after PATIENCE, else what the question raised."""
        if not self._one_at_a_time.acquire(timeout=PATIENCE):
            raise TimeoutError
        box: list[Any] = []
        thread = threading.Thread(target=self._put_answer_into, args=(box,), daemon=True)
        thread.start()
        thread.join(PATIENCE)
        if not box:
            raise TimeoutError
        if isinstance(box[0], Exception):
            raise box[0]
        return box[0]

    def _put_answer_into(self, box: list[Any]) -> None:
        try:
            box.append(self._ask())
        except Exception as error:
            box.append(error)
        finally:
            self._one_at_a_time.release()


def _worker_seen_at() -> tuple[datetime | None]:
    """A connection of its own: what a kept one would answer says nothing about the next person's."""
    try:
        return (progress.worker_seen_at(),)
    finally:
        connection.close()


def _broker_takes_messages() -> bool:
    if not settings.REDIS_URL:
        return os.access(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"], os.W_OK | os.X_OK)
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
    ) as client:
        return bool(client.ping())


DATABASE = Question(_worker_seen_at)
BROKER = Question(_broker_takes_messages)


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 `ok` or `degraded` (broker or worker away: pages work, jobs wait); 503 `down` without the database."""
    try:
        (seen_at,) = DATABASE.answer()
    except Exception:  # whatever the reason is, the database is not there for the next page either
        seen_at, database = None, False
    else:
        database = True
    broker = _answers(BROKER)
    worker = progress.is_alive(seen_at, at=clock.now())
    status = "down" if not database else "ok" if broker and worker else "degraded"
    figures = {
        "status": status,
        "database": {"ok": database},
        "broker": {"ok": broker},
        "worker": {"ok": worker, "seen_at": seen_at and seen_at.astimezone(clock.TOKYO).isoformat()},
    }
    response = JsonResponse(figures, status=200 if database else 503)
    if request.method == "HEAD":
        response.content = b""
    return response


def _answers(question: Question) -> bool:
    try:
        return bool(question.answer())
    except Exception:
        return False
