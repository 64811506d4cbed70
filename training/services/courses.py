"""The catalogue is written by the offices: a new course, or another word in one."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, constraints_as_rules
from staff.models import User
from training import permissions as may
from training.models import Course

NOT_YOURS = "研修を登録し変更できるのは、人財育成・人事担当とDX推進担当だけです。"
STATED = (
    "code", "name", "method", "hours", "level", "tracks", "audience", "employment_types", "description", "provider",
    "to_bring", "url", "completion_rule", "most_missed", "pass_mark", "retired_on",
)  # fmt: skip


@transaction.atomic
def write(course: Course, *, by: User, at: datetime, **stated: Any) -> Course:
    """Write a new course (without a key), or what is stated of one that is there; a record of what changed.

    `stated`: columns of `STATED`. Raises NotAllowed, or RuleBroken where a constraint refuses.
    """
    if not may.edit_runs(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    is_new = course.pk is None
    before = {} if is_new else {name: getattr(Course.objects.get(pk=course.pk), name) for name in STATED}
    for name, value in stated.items():
        setattr(course, name, value)
    with constraints_as_rules():
        course.save()
    after = {name: getattr(course, name) for name in STATED}
    changed = [name for name in STATED if after[name] != before.get(name)]
    if changed:
        old, new = ({name: _plain(values.get(name)) for name in changed} for values in (before, after))
        audit.record(course, "created" if is_new else "edited", by=by, at=at, before=None if is_new else old, after=new)
    return course


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, list)) or value is None else str(value)
