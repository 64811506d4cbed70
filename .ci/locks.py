"""The locks say what pyproject.toml asks for, each file with its hashes, and not where it comes from."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_PLACE = re.compile(r"://|^\s*-{1,2}(?:i|index-url|extra-index-url|f|find-links|trusted-host)\b", re.MULTILINE)

Pins = dict[str, Version]


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    wanted = project["project"]["dependencies"]
    wrong = [
        *unmet(wanted, runtime, "requirements.lock"),
        *unmet([*wanted, *project["dependency-groups"]["dev"]], development, "requirements-dev.lock"),
        *(f"{name}: the two locks differ" for name, version in runtime.items() if development.get(name) != version),
        *flaws("requirements.lock"),
        *flaws("requirements-dev.lock"),
    ]
    print("\n".join(wrong))
    return 1 if wrong else 0


def pins(lock: str) -> Pins:
    """What a lock holds: name and version."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {
        canonicalize_name(match["name"]): Version(match["version"]) for line in lines if (match := _PIN.match(line))
    }


def unmet(wanted: list[str], found: Pins, lock: str) -> list[str]:
    """The requirements that a lock does not meet, each as a sentence."""
    requirements = [Requirement(text) for text in wanted]
    return [
        f"{requirement}: {lock} has {version or 'nothing'}; make the locks again (docs/operations.md)"
        for requirement in requirements
        if not (version := found.get(canonicalize_name(requirement.name))) or version not in requirement.specifier
    ]


def flaws(lock: str) -> list[str]:
    """Pins without a hash, and anything that names a place to download from."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    unhashed = [entry.split()[0] for entry in entries if _PIN.match(entry) and "--hash=sha256:" not in entry]
    return [
        *(f"{lock}: {pin} has no hash" for pin in unhashed),
        *(f"{lock}: names a place to download from ({match[0]})" for match in _PLACE.finditer(text)),
    ]


if __name__ == "__main__":
    sys.exit(main())
