"""E-learning files for tests, and their way into the records."""

import csv
import io
from typing import Any

from aomori_dx.kernel import clock
from aomori_dx.kernel.tables.reading import Choices
from staff.models import ChangeSet, OfficeRole, User
from staff.services import change_set_jobs, change_sets
from tests.factories import staff as make

UDEMY = (
    "user_email", "item_title", "item_id", "item_completion_ratio", "item_marked_complete", "item_completion_time",
    "item_start_time",
)  # fmt: skip
LIST = ("職員番号", "氏名", "研修名", "受講状況", "修了日", "得点")


def officer() -> User:
    return make.office(OfficeRole.HR)


def table(header: Any, *rows: Any, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def excel_csv(header: Any, *rows: Any) -> bytes:
    """As Moodle writes for Excel: tabs, UTF-16LE with its mark."""
    return b"\xff\xfe" + table(header, *rows, encoding="utf-16-le", delimiter="\t")


def udemy(
    email: str, title: str = "DX基礎", *, ratio: Any = 100, marked: str = "TRUE", at: str = "2026-07-25 10:43:00"
) -> tuple:
    return (email, title, "DX101", ratio, marked, at, "2026-07-01 09:00:00")


def udemy_file(*rows: Any) -> bytes:
    return table(UDEMY, *rows)


def listed(
    number: str, name: str = "", *, state: str = "修了", on: str = "R8.06.19", score: Any = 84, title: str = "DX基礎"
) -> tuple:
    return (number, name, title, state, on, score)


def list_file(*rows: Any, encoding: str = "cp932") -> bytes:
    return table(LIST, *rows, encoding=encoding)


def checked(content: bytes, *, by: User, name: str = "結果.csv", **extra: str) -> ChangeSet:
    """A file that was uploaded and checked; `extra` answers what it asks."""
    at = clock.now()
    change_set = change_sets.upload("elearning", name=name, content=content, as_of=None, by=by, at=at)
    change_set_jobs.check(change_set.pk, by=by, at=at)
    return answered(change_set, by=by, **extra) if extra else ChangeSet.objects.get(pk=change_set.pk)


def answered(change_set: ChangeSet, *, by: User, **extra: str) -> ChangeSet:
    """The same file, checked again with these answers; `course` answers the first question about a course."""
    at = clock.now()
    change_set.refresh_from_db()
    if "course" in extra:
        extra[course_question(change_set)] = extra.pop("course")
    choices = Choices(**{**change_set.options, "extra": {**change_set.options["extra"], **extra}})
    change_sets.recheck(change_set.pk, choices=choices, as_of=change_set.as_of, by=by, at=at)
    change_set_jobs.check(change_set.pk, by=by, at=at)
    return ChangeSet.objects.get(pk=change_set.pk)


def course_question(change_set: ChangeSet) -> str:
    keys = [question["key"] for question in change_set.checked["questions"]]
    return str(next(key for key in keys if key.startswith("course:")))


def applied(content: bytes, *, by: User, name: str = "結果.csv", **extra: str) -> ChangeSet:
    change_set = checked(content, by=by, name=name, **extra)
    assert change_set.state == "ready", remarks(change_set)
    return change_set_jobs.apply(change_set.pk, by=by, at=clock.now())


def remarks(change_set: ChangeSet, outcome: str = "error") -> str:
    return "\n".join(
        f"{line.row} {line.key} {line.label} {line.reason}" for line in change_set.lines.filter(outcome=outcome)
    )


def counts(change_set: ChangeSet) -> dict[str, int]:
    names = ("created", "changed", "unchanged", "errors", "unmatched")
    return {name: change_set.checked["counts"][name] for name in names if change_set.checked["counts"].get(name)}
