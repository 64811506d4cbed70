"""Which course a title of a platform is: by code, by name, by what was said before, or asked."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aomori_dx.kernel.audit import actor_name
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.report import Question, Report
from aomori_dx.kernel.text import fold
from training.imports.elearning_reading import OF_THE_FILE, Result
from training.models import Course, CourseAlias

NOT_OURS = "-"
MOST_ASKED = 100
_YEAR = re.compile(
    r"[\[(【〔<]?\s*(?:令和\s*(?:元|[0-9]{1,2})|\bR\.?\s*[0-9]{1,2}|\b20[0-9]{2})\s*(?:年度|年)?\s*版?\s*[\])】〕>]?",
    re.IGNORECASE | re.ASCII,
)
WHOLE_FILE = "このファイル"
Title = tuple[str, str]
"""Title and id."""


def key_of(title: str) -> str:
    """The title without the mark of a fiscal year: 全職員DX研修(R8) and (令和9年度) are one course."""
    bare = fold(_YEAR.sub(" ", cells.narrow(title)))
    return (bare if len(bare) > 1 else fold(title))[:200]


@dataclass
class Courses:
    """Every title of the file with its course; None: not to be kept. `said`: aliases to be remembered."""

    platform: str
    answers: dict[str, str]
    found: dict[Title, Course | None] = field(default_factory=dict)
    unknown: Counter[Title] = field(default_factory=Counter)
    said: list[CourseAlias] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.courses = list(Course.objects.order_by("code"))
        self._by_code = {fold(course.code): course for course in self.courses}
        self._by_name: dict[str, list[Course]] = {}
        for course in self.courses:
            for key in {fold(course.name), key_of(course.name)}:
                self._by_name.setdefault(key, []).append(course)
        self._known = {row.key: row for row in CourseAlias.objects.filter(platform=self.platform)}
        self._by_pk = {course.pk: course for course in self.courses}

    def of(self, result: Result) -> Course | None:
        """The course of a result; None where it is not known or not ours: `settled` says which."""
        title = (result.title, result.item)
        if title in self.unknown:
            self.unknown[title] += 1
            return None
        if title not in self.found:
            known, course = self._look(title)
            if not known:
                self.unknown[title] = 1
                return None
            self.found[title] = course
        return self.found[title]

    def _look(self, title: Title) -> tuple[bool, Course | None]:
        """Whether it is known, and which it is. What the officer says counts before what was said, before names."""
        if answer := self.answers.get(_question_key(title)):
            return True, self._by_code.get(fold(answer))
        known = self._known.get(key_of(title[0] or title[1])) if any(title) else None
        if known is not None:
            return True, self._by_pk[known.course_id] if known.course_id else None
        names = self._by_name.get(fold(title[0])) or self._by_name.get(key_of(title[0])) or []
        named = names[0] if len(names) == 1 else None
        coded = self._by_code.get(fold(title[1])) or self._by_code.get(fold(title[0]))
        if coded and named and coded != named:
            return False, None  # the platform's id is by chance one of our codes
        return bool(coded or named), coded or named

    def ask(self, report: Report) -> None:
        """An error for each unknown title, and a question for each that names alone do not tell."""
        for title, times in self.unknown.items():
            shown = " ".join(filter(None, title)) or WHOLE_FILE
            reason = (
                f"どの研修か分かりません({times:,}行)。下の「ファイルの読み方」で、研修か「対象外」を選んでください。"
            )
            report.error(None, "研修名", shown, reason)
        offered = [("", "選んでください"), *((course.code, f"{course.code} {course.name}") for course in self.courses)]
        offered.append((NOT_OURS, "対象外(取り込まない)"))
        for title in [*self.unknown, *(title for title in self.found if self._was_said(title))][:MOST_ASKED]:
            shown = f"「{' '.join(filter(None, title))}」の研修" if any(title) else f"{WHOLE_FILE}の研修"
            report.questions.append(Question(_question_key(title), shown, offered, self._initial(title)))

    def _was_said(self, title: Title) -> bool:
        return _question_key(title) in self.answers or key_of(title[0] or title[1]) in self._known

    def _initial(self, title: Title) -> str:
        if title not in self.found:
            return ""
        course = self.found[title]
        return course.code if course else NOT_OURS

    def remember(self, *, by: Any, at: datetime) -> tuple[list[CourseAlias], list[CourseAlias]]:
        """What was said of this file and is not known yet: new aliases, and known ones that now mean something else."""
        new: dict[str, CourseAlias] = {}
        changed: dict[str, CourseAlias] = {}
        for title, course in self.found.items():
            if _question_key(title) not in self.answers or title == (OF_THE_FILE, ""):
                continue
            key, shown = key_of(title[0] or title[1]), (title[0] or title[1])[:200]
            said: dict[str, Any] = {"course": course, "said_at": at, "said_by_name": actor_name(by)}
            known = self._known.get(key)
            if known is None:
                new[key] = CourseAlias(platform=self.platform, title=shown, key=key, **said)
            elif known.course_id != (course.pk if course else None):
                for name, value in said.items():
                    setattr(known, name, value)
                changed[key] = known
        return list(new.values()), list(changed.values())

    def course(self, pk: int) -> Course:
        return self._by_pk[pk]

    @property
    def kept(self) -> Iterable[Course]:
        """The courses that the file speaks of."""
        return {course.pk: course for course in self.found.values() if course}.values()


def _question_key(title: Title) -> str:
    return f"course:{title[0]}\t{title[1]}"
