"""How gunicorn serves the pages: the same settings for `manage.py run` and for the container."""

import os
from typing import Any

from aomori_dx.kernel.supervisor import die_with_parent

bind = os.environ.get("BIND", "127.0.0.1:8000")
# One process is enough for SQLite, which has one writer anyway; PostgreSQL gets more by WEB_WORKERS.
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
loglevel = os.environ.get("WEB_LOG_LEVEL", "info")
accesslog = os.environ.get("WEB_ACCESS_LOG") or None
control_socket_disable = True  # it would be written into the home directory, which a container may not have


def post_fork(server: Any, worker: Any) -> None:
    """A worker does not outlive a master that was killed."""
    die_with_parent(worker.ppid)
