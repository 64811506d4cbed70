"""The files of the house, as the rules look at them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("aomori_dx", "staff", "training", "stages", "reports")
PACKAGES = (*APPS, "tests")
PAGES = ("templates", "static")


@dataclass(frozen=True)
class Source:
    """One file: where it lies (from the root, with slashes) and what is in it."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")

    def lies_in(self, *rooms: str) -> bool:
        """Whether the file lies in a room (services, views …) of an app, as a module or in a package."""
        parts = self.path.removesuffix(".py").split("/")
        return not self.is_test and any(room in parts for room in rooms)


@dataclass(frozen=True)
class Finding:
    """What a rule found, where."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@cache
def python_files() -> tuple[Source, ...]:
    """Every Python file but migrations, which Django writes."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found += [ROOT / name for name in ("manage.py", "bootstrap.py") if (ROOT / name).exists()]
    return tuple(_read(path for path in sorted(found) if "migrations" not in path.parts))


@cache
def page_files() -> tuple[Source, ...]:
    """Templates, style sheets and scripts of our own."""
    found = [path for folder in PAGES for path in (ROOT / folder).rglob("*")]
    wanted = {".html", ".txt", ".css", ".js", ".svg"}
    return tuple(_read(path for path in sorted(found) if path.suffix in wanted and "vendor" not in path.parts))


def _read(paths: Iterator[Path]) -> Iterator[Source]:
    for path in paths:
        yield Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
