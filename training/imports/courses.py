"""研修一覧: the catalogue as a file. A code that is there is changed, a new one is registered; nothing is removed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from aomori_dx.kernel.journal import Journal
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.importing import FileKind
from aomori_dx.kernel.tables.reading import Column, Record, Table
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import columns, people
from staff.models import EmploymentType
from training import permissions as may
from training import programme
from training.models import Audience, CompletionRule, Course, Method
from training.services import courses

METHODS = {str(each.label): str(each.value) for each in Method}
AUDIENCES = {str(each.label): str(each.value) for each in Audience}
RULES = {str(each.label): str(each.value) for each in CompletionRule}
TYPES = {**columns.EMPLOYMENT_TYPES, **{str(each.label): str(each.value) for each in EmploymentType}}
EVERYBODY = "すべて"


def _decimal(lowest: str, most: str) -> cells.Parser:
    """A number with at most two places after the point, as Excel and people write it."""

    def parse(value: object) -> Decimal:
        try:
            found = Decimal(cells.narrow(value).replace(",", "")).normalize()
        except InvalidOperation as error:
            raise ValueError("数字で入力してください。") from error
        if not Decimal(lowest) <= found <= Decimal(most):
            raise ValueError(f"{lowest}から{most}までの数字で入力してください。")
        return found

    return parse


def _hours(value: object) -> Decimal:
    return _decimal("0.1", "9999.9")(value).quantize(Decimal("0.1"))


def _share(value: object) -> Decimal:
    return _decimal("0", "0.99")(value).quantize(Decimal("0.01"))


def _mark(value: object) -> int:
    found = cells.number(value)
    if found > 1000:
        raise ValueError("0から1000までの整数で入力してください。")
    return found


def _level(value: object) -> int:
    found = cells.number(value)
    if not 1 <= found <= 99:
        raise ValueError("1から99までの整数で入力してください。")
    return found


def _url(value: object) -> str:
    address = cells.limited(300)(value)
    try:
        URLValidator(["https", "http"])(address)
    except ValidationError as error:
        raise ValueError("https:// で始まるアドレスを入力してください。") from error
    return address


def _words(value: object) -> list[str]:
    text = cells.text(value)
    for sign in "、,;/・":
        text = text.replace(sign, " ")
    return list(dict.fromkeys(text.split()))


def _types(value: object) -> list[str]:
    return [cells.choice(TYPES)(word) for word in _words(value) if word != EVERYBODY]


def _long(value: object) -> str:
    """A text of several lines, as a cell may hold."""
    return "\n".join(cells.limited(2000)(line) for line in cells.plain(value).splitlines())


COLUMNS = (
    Column("code", ("研修コード", "コード"), cells.limited(20)),
    Column("name", ("研修名", "名称"), cells.limited(100)),
    Column("method", ("方法", "実施方法"), cells.choice(METHODS)),
    Column("hours", ("時間数", "時間", "時間数(時間)"), _hours),
    Column("completion_rule", ("修了の条件", "修了条件"), cells.choice(RULES)),
    Column("level", ("段階", "ステージ"), _level, required=False, filled=False, empty=None),
    Column("tracks", ("キャリアプラン",), _words, required=False, filled=False, empty=()),
    Column("audience", ("対象",), cells.choice(AUDIENCES), required=False, filled=False, empty=Audience.EVERYBODY),
    Column("employment_types", ("職員区分", "対象の職員区分"), _types, required=False, filled=False, empty=()),
    Column("description", ("内容",), _long, required=False, filled=False),
    Column("provider", ("実施者", "主催"), cells.limited(100), required=False, filled=False),
    Column("to_bring", ("持ち物・準備", "持ち物"), _long, required=False, filled=False),
    Column("url", ("リンク", "URL"), _url, required=False, filled=False),
    Column("most_missed", ("欠席できる割合",), _share, required=False, filled=False, empty=Decimal("0.25")),
    Column("pass_mark", ("合格点",), _mark, required=False, filled=False, empty=None),
    Column("retired_on", ("終了日",), cells.day, required=False, filled=False, empty=None),
)
LABELS = {column.key: column.label for column in COLUMNS}


@dataclass
class CoursesPlan:
    """What the file says of each course: a course (without a key where it is new) and its columns."""

    stated: list[tuple[Course, dict[str, Any]]] = field(default_factory=list)

    def write(self, *, by: Any, at: datetime, reason: str, journal: Journal) -> None:
        journal.changing(Course, [course.pk for course, _ in self.stated if course.pk])
        for course, stated in self.stated:
            is_new = course.pk is None
            courses.write(course, by=by, at=at, **stated)
            if is_new:
                journal.created([course])


def plan(table: Table, report: Report, as_of: date) -> CoursesPlan:
    """Compare the file with the catalogue. A column that the file does not have leaves courses as they are."""
    result = CoursesPlan()
    known = {course.code: course for course in Course.objects.all()}
    names = {name: code for code, name in programme.tracks().items()}
    for record in people.once(table, report, "code", "研修コード"):
        stated = {column.key: record[column.key] for column in COLUMNS if column.key in table.present}
        course = known.get(record["code"])
        if _is_right(record, stated, names, course, report):
            _compare(record, course, stated, result, report)
    return result


def _is_right(
    record: Record, stated: dict[str, Any], names: dict[str, str], course: Course | None, report: Report
) -> bool:
    """Make what is stated a course's columns; what cannot be goes into the report."""
    before = len(report.errors)
    if "employment_types" in stated:
        stated["employment_types"] = list(stated["employment_types"])
    if "tracks" in stated:
        codes = {**names, **{code: code for code in names.values()}}
        unknown = [word for word in stated["tracks"] if word not in codes]
        stated["tracks"] = [codes[word] for word in stated["tracks"] if word in codes]
        if unknown:
            reason = f"登録されているキャリアプラン: {'、'.join(names) or 'ありません'}"
            report.error(record.row, LABELS["tracks"], record.written("tracks"), reason)
    mark = stated.get("pass_mark", course.pass_mark if course else None)
    if stated["completion_rule"] == CompletionRule.SCORE and mark is None:
        report.error(record.row, LABELS["pass_mark"], "", "得点で修了を判定する研修には合格点が必要です。")
    return len(report.errors) == before


def _compare(
    record: Record, course: Course | None, stated: dict[str, Any], result: CoursesPlan, report: Report
) -> None:
    code, name = record["code"], record["name"]
    if course is None:
        result.stated.append((Course(), stated))
        report.changes.append(Change("created", code, name, row=record.row))
        return
    fields: Fields = {
        LABELS[key]: (_shown(key, getattr(course, key)), _shown(key, value))
        for key, value in stated.items()
        if getattr(course, key) != value
    }
    if not fields:
        report.same(record.row, code, name)
        return
    result.stated.append((course, stated))
    report.changes.append(Change("changed", code, name, fields, record.row))


WORDS: dict[str, dict[str, str]] = {
    "method": METHODS, "audience": AUDIENCES, "completion_rule": RULES, "employment_types": TYPES,
}  # fmt: skip


def _shown(key: str, value: Any) -> str:
    """A column as a person reads it."""
    words = {code: word for word, code in WORDS.get(key, {}).items()}
    if isinstance(value, (list, tuple)):
        return "、".join(str(words.get(each, each)) for each in value)
    return "" if value is None else words.get(value, str(value))


KIND = FileKind("courses", "研修一覧", COLUMNS, plan, may.edit_runs)
