"""A whole installation beside the tests' own database: folder, database, queue, and processes that really run.

It uses PostgreSQL and Redis where the test run does, else the embedded default.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.name = f"aomori_installation_{uuid.uuid4().hex[:10]}"
        self.environment = {**os.environ, "AOMORI_ENV": "test", "AOMORI_VAR": str(folder), "REDIS_PREFIX": self.name}
        if url := os.environ.get("DATABASE_URL"):
            self.environment["DATABASE_URL"] = _with_database(url, self.name)
        self.environment.update(environment)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """A Python program (`-m gunicorn …`, `manage.py …`) whose output can be read."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def manage(self, *arguments: str, **environment: str) -> str:
        """What a management command prints; it must succeed."""
        run = self.start("manage.py", *arguments, **environment)
        said = run.communicate(timeout=120)[0]
        assert run.returncode == 0, said
        return said

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the installation's own database answers."""
        with closing(self._connect()) as database, closing(database.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def _connect(self) -> Any:
        if url := self.environment.get("DATABASE_URL"):
            return psycopg2.connect(url)
        return sqlite3.connect(self.folder / "db.sqlite3", timeout=20)


@contextmanager
def installation(folder: Path, **environment: str) -> Iterator[Installation]:
    """An installation with an empty database, removed afterwards."""
    made = Installation(folder, **environment)
    url = os.environ.get("DATABASE_URL")
    if url:
        _on_server(url, f"CREATE DATABASE \"{made.name}\" TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield made
    finally:
        if url:
            _on_server(url, f'DROP DATABASE "{made.name}" WITH (FORCE)')
        if broker := os.environ.get("REDIS_URL"):
            with redis.Redis.from_url(broker) as client:
                for key in client.scan_iter(f"{made.name}*"):
                    client.delete(key)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _on_server(url: str, sql: str) -> None:
    with closing(psycopg2.connect(_with_database(url, "postgres"))) as server, closing(server.cursor()) as cursor:
        server.autocommit = True
        cursor.execute(sql)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as door:
        yield door.getsockname()[1]
