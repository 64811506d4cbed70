"""Start everything on this machine: the pages, the worker and the clock, under one parent."""

import errno
import fcntl
import http.client
import os
import socket
import sys
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connections

from aomori_dx.kernel.supervisor import GaveUp, Program, Supervisor

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Command(BaseCommand):
    help = "画面・ジョブ・定期実行をまとめて起動します。Ctrl-C で終了します。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="受け付けるアドレス(既定は 127.0.0.1)")
        parser.add_argument(
            "--port", type=int, default=os.environ.get("PORT", "8000"), help="ポート番号(既定は PORT か 8000)"
        )

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        """Prepare the data, then run until told to stop. Raises CommandError with a sentence for the person."""
        lock = only_one(settings.VAR / "run.lock")
        refuse_taken_port(host, port)
        log_folder = settings.VAR / "log"
        log_folder.mkdir(exist_ok=True)
        try:
            self.prepare(log_folder)
        except KeyboardInterrupt:
            raise CommandError(
                "準備の途中で終了しました。もう一度実行すると続きから始めます。", returncode=130
            ) from None
        except OperationalError as error:
            raise CommandError(f"データベースに接続できません。DATABASE_URL を確認してください。\n{error}") from error
        connections.close_all()
        supervisor = Supervisor(programs(host, port), log_folder=log_folder, say=self.say)
        try:
            supervisor.run(is_ready=lambda: answers(host, port), announce=lambda: self.announce(host, port, log_folder))
        except GaveUp as reason:
            raise CommandError(str(reason)) from reason
        finally:
            lock.close()
        self.say("終了しました。データは残っています。")

    def prepare(self, log_folder: Path) -> None:
        """Migrate, then load what is loaded once: the policy and, where allowed, the demo."""
        self.say("データを準備しています。はじめての起動では1分ほどかかることがあります。")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)  # production refuses a demo
        once = ["load_policy", "seed_demo"] if settings.DEMO_ALLOWED else ["load_policy"]
        with (log_folder / "prepare.log").open("w") as log:
            for name in once:
                call_command(name, stdout=log)
        if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
            call_command("collectstatic", interactive=False, verbosity=0)

    def announce(self, host: str, port: int, log_folder: Path) -> None:
        shown = "localhost" if host in LOOPBACK else host
        self.say(f"\n起動しました。  http://{shown}:{port}/\n")
        if settings.DEMO_ALLOWED:
            for name, label in settings.DEMO_ACCOUNTS.items():
                self.say(f"  {name:<10}{label}")
            self.say(f"\n  パスワードはどれも {settings.DEMO_PASSWORD} です(練習用のデータ)。")
        self.say(f"  記録: {log_folder}   終了: Ctrl-C\n")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def only_one(path: Path) -> TextIO:
    """Hold this folder for one parent. Raises CommandError if another one runs here."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(f"すでに起動しています({path.parent})。先に起動した方を終了してください。") from None
    return lock


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CommandError where the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OverflowError:
        raise CommandError(f"ポート番号 {port} は使えません。1 から 65535 の番号を指定してください。") from None
    except PermissionError:
        raise CommandError(f"ポート {port} を使う権限がありません。1024 以上の番号を指定してください。") from None
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "すでに使われています" if taken else f"{host} では使えません({os.strerror(error.errno or 0)})"
        raise CommandError(f"ポート {port} は{reason}。PORT か --port で別の番号を指定してください。") from None


def programs(host: str, port: int) -> list[Program]:
    """The pages, and one worker with the clock inside."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    schedule = settings.VAR / "beat"
    schedule.mkdir(exist_ok=True)
    worker = ["-A", "aomori_dx", "--quiet", "worker", "--loglevel", "info", "--pool", "threads", "--concurrency", "2"]
    clock = ["--beat", "--schedule", str(schedule / "schedule"), "--without-gossip", "--without-mingle"]
    return [
        Program(
            "web",
            "画面(web)",
            [sys.executable, "-m", "gunicorn", "-c", "python:aomori_dx.web_server", "aomori_dx.wsgi:application"],
            {"BIND": address},
        ),
        Program("worker", "ジョブ(worker)", [sys.executable, "-m", "celery", *worker, *clock]),
    ]


def answers(host: str, port: int) -> bool:
    """Whether the pages are there."""
    door = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=2)
    try:
        door.request("GET", "/healthz/")
        return bool(door.getresponse().read())
    except (OSError, http.client.HTTPException):
        return False
    finally:
        door.close()
