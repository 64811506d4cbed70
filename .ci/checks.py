"""What is checked before the tests, step by step: `checks.py [lint] [types] [deploy]`; without a name all of it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PRODUCTION = {
    "AOMORI_ENV": "prod",
    "SECRET_KEY": "only-to-look-at-the-settings:0123456789abcdefghijklmnop",
    "ALLOWED_HOSTS": "dx.example.jp",
    "DATABASE_URL": "postgres://aomori@127.0.0.1/aomori",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}

Step = tuple[str, list[str], dict[str, str]]


def main(groups: list[str]) -> int:
    """Run the steps of the groups until one fails; returns the exit code."""
    known = {"lint": lint, "types": types, "deploy": deploy}
    if unknown := set(groups) - set(known):
        print(f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        for group in groups or known:
            for step in known[group](folder):
                if not passes(*step, folder=folder):
                    return 1
    return 0


def lint(folder: str) -> Iterator[Step]:
    scripts = [str(path) for path in (ROOT / ".ci").iterdir() if path.suffix != ".py" and path.is_file()]
    yield "lint: ruff", [tool("ruff"), "check", "."], {}
    yield "lint: format", [tool("ruff"), "format", "--check", "."], {}
    yield "lint: templates", [tool("djlint"), "--lint", "--quiet", "templates"], {}
    yield "lint: shell syntax", ["bash", "-n", *scripts], {}
    yield "lint: locks", [sys.executable, ".ci/locks.py"], {}
    schema = ["--builtin-schema", "vendor.compose-spec"]
    yield "lint: compose file", [tool("check-jsonschema"), *schema, "docker-compose.yml"], {}
    yield "lint: Dockerfile", [tool("hadolint"), "Dockerfile"], {}


def types(folder: str) -> Iterator[Step]:
    yield "types: mypy", [tool("mypy")], {}
    yield "types: import contracts", [tool("lint-imports")], {}


def deploy(folder: str) -> Iterator[Step]:
    manage = [sys.executable, "manage.py"]
    yield "deploy: no migration is missing", [*manage, "makemigrations", "--check", "--dry-run"], {"AOMORI_ENV": "test"}
    yield "deploy: production settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION
    static = {**PRODUCTION, "STATIC_ROOT": f"{folder}/static"}
    yield "deploy: static files", [*manage, "collectstatic", "--no-input", "--verbosity", "0"], static


def tool(name: str) -> str:
    return str(BIN / name)


def passes(name: str, command: list[str], environment: dict[str, str], *, folder: str) -> bool:
    """Run one step in a clean environment; what it says is shown only when it fails."""
    inherited = {key: value for key, value in os.environ.items() if key not in {*PRODUCTION, "DEMO_PASSWORD"}}
    started = time.monotonic()
    run = subprocess.run(
        command,
        cwd=ROOT,
        env={**inherited, "AOMORI_VAR": f"{folder}/var", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    word = "FAILED" if run.returncode else "ok"
    if run.returncode:
        print(run.stdout)
    print(f"{word:<7}{name} ({time.monotonic() - started:.1f} s)", flush=True)
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
