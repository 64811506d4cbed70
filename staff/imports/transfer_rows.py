"""The rows of one person on one day against the service record: checked one by one, then played together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aomori_dx.kernel.errors import RuleBroken
from aomori_dx.kernel.tables.reading import Record
from aomori_dx.kernel.tables.report import Change, Fields, Report
from staff.imports import people
from staff.imports.roster_rows import described
from staff.models import AbsenceReason, Department, Employee
from staff.services.service_records import Place, ServiceRecord, ServiceRecords

MOVE, RANK, HIRE, RETIRE, RETURN = "move", "rank", "hire", "retire", "return"
MOVES = frozenset({MOVE, RANK, HIRE})


@dataclass
class Playing:
    """What rows are played on. `wrong`: the people of whom a row is wrong."""

    records: ServiceRecords
    departments: people.Departments
    report: Report
    wrong: set[str] = field(default_factory=set)


def play(rows: list[Record], day: date, playing: Playing) -> None:
    """Play what happens to one person on one day. Nothing of it is played where one row is wrong."""
    number, report = rows[0]["number"], playing.report
    errors_before = len(report.errors)
    record = playing.records.get(number)
    places = {row.row: _place(row, day, playing) for row in rows}
    _check_together(rows, report)
    if record is not None:
        check = people.check_rehired if _comes_back(rows, day, record) else people.check_name
        named = [check(row, record.employee, report) for row in rows]
        if number not in playing.wrong and all(named):
            _check_service(rows, day, record, report)
    elif number not in playing.wrong and not _is_hiring(rows):
        report.error(rows[0].row, "職員番号", rows[0].written("number"), "この職員番号の職員は登録されていません。")
    if len(report.errors) > errors_before:
        playing.wrong.add(number)
    if number not in playing.wrong:
        _play_all(rows, day, record, places, playing)


def _play_all(
    rows: list[Record],
    day: date,
    record: ServiceRecord | None,
    places: dict[int, Department | None],
    playing: Playing,
) -> None:
    number = rows[0]["number"]
    created = record is None
    if record is None:
        record = playing.records.add(Employee(employee_number=number, hired_on=day))
    for row in sorted(_without_retirement_of_the_rehired(rows, playing.report), key=_order):
        if not _play_row(row, day, record, places[row.row], playing, created=created):
            playing.wrong.add(number)
            return
        created = False


def _order(row: Record) -> int:
    """The postings come first, then who comes back, then who leaves or goes away."""
    return {RETURN: 1, RETIRE: 2}.get(row["kind"], 3 if row["kind"] in AbsenceReason.values else 0)


def _kinds(rows: list[Record]) -> set[str]:
    return {row["kind"] for row in rows}


def _is_hiring(rows: list[Record]) -> bool:
    return HIRE in _kinds(rows) and RETIRE not in _kinds(rows)


def _without_retirement_of_the_rehired(rows: list[Record], report: Report) -> list[Record]:
    """退職 and 採用 on one day, as at a 再任用 under the same number: the service goes on without a gap."""
    if not {RETIRE, HIRE} <= _kinds(rows):
        return rows
    for row in rows:
        if row["kind"] == RETIRE:
            report.warn(row.row, "異動区分", row.written("kind"), "同じ日に採用されるため、在職が続くものとします。")
            report.same(row.row, row["number"], row["name"])
    return [row for row in rows if row["kind"] != RETIRE]


def _place(row: Record, day: date, playing: Playing) -> Department | None:
    """The department a row names; None where it names none, or (with an error) a wrong one."""
    if row["kind"] == RETIRE:
        return None
    if row["code"]:
        return people.department_of(
            row, playing.departments, day, playing.report, code="code", name="department", label="新所属"
        )
    if row["kind"] in MOVES:
        playing.report.error(row.row, "新所属コード", "", "値がありません。")
    return None


def _check_together(rows: list[Record], report: Report) -> None:
    """A person twice on a day: rows that say the same, or contradict each other, are an error.

    転任 beside 復職 or 休職 is none, and 退職 beside 採用 is a 再任用.
    """
    ordered = sorted(rows, key=lambda row: row.row)
    for place, row in enumerate(ordered):
        for earlier in ordered[:place]:
            if _contradict(earlier, row):
                reason = f"{earlier.row}行目と同じ職員・同じ発令年月日で、重複しているか食い違っています。"
                report.error(row.row, "職員番号", row.written("number"), reason)
                break


def _contradict(one: Record, other: Record) -> bool:
    kinds = _kinds([one, other])
    if len(kinds) == 1:
        return True
    if RETIRE in kinds:
        return HIRE not in kinds
    return bool(one["code"] and other["code"]) and _target(one) != _target(other)


def _target(row: Record) -> tuple:
    return row["code"], row["title"], row["is_manager"], row["is_head"]


def _check_service(rows: list[Record], day: date, record: ServiceRecord, report: Report) -> None:
    """Is the person in service on the day, and is a hiring nobody else's?"""
    first, person = rows[0], record.employee
    left_that_day = _kinds(rows) == {RETIRE} and (person.left_on == day or record.had_left(on=day))
    gap = record.gap_on(day)
    left_on = gap.valid_from if gap else person.left_on
    if _comes_back(rows, day, record):
        return
    if _is_hiring(rows) and not _was_hired(day, record):
        when = f"、{person.hired_on}に採用" if person.hired_on else ""
        left = f"、{person.left_on}に退職" if person.left_on else ""
        reason = f"すでに使われている職員番号です({person.name}{when}{left})。"
        report.error(first.row, "職員番号", first.written("number"), reason)
    elif left_on and left_on <= day and not left_that_day:
        reason = f"{person.name}は{left_on}に退職しています。"
        report.error(first.row, "職員番号", first.written("number"), reason)
    elif person.hired_on and day < person.hired_on:
        reason = f"{person.name}の採用({person.hired_on})より前の日付です。"
        report.error(first.row, "発令年月日", first.written("on"), reason)
    else:
        _compare_old_department(first, day, record, report)


def _was_hired(day: date, record: ServiceRecord) -> bool:
    """Whether this hiring is on record already. A roster may know another 採用年月日 than the day of the posting."""
    return record.employee.hired_on == day or record.first_day() == day or record.came_again(on=day)


def _comes_back(rows: list[Record], day: date, record: ServiceRecord) -> bool:
    """Whether somebody who had left is hired again (再任用, 会計年度→正規; E23)."""
    left = record.employee.left_on
    return _is_hiring(rows) and left is not None and left <= day and not _was_hired(day, record)


def _compare_old_department(row: Record, day: date, record: ServiceRecord, report: Report) -> None:
    """旧所属名 changes nothing that is written: where it differs, the officer is told."""
    last, now = record.last_before(day), record.primary_on(day)
    known = [posting.department for posting in (last, now) if posting]
    if row["old_name"] and known and not any(people.is_called(place, row["old_name"]) for place in known):
        report.warn(row.row, "旧所属名", row["old_name"], f"記録では「{known[0]}」です。")


def _play_row(
    row: Record, day: date, record: ServiceRecord, place: Department | None, playing: Playing, *, created: bool
) -> bool:
    """Play one row and say what it changed; False (and an error) where the record does not allow it."""
    before = _state(record, day)
    fields: Fields = {} if created else people.name_from_transfers(record.employee, row["name"], day)
    if created:
        record.employee.name = row["name"]
        record.employee.fold_names()
    left = record.employee.left_on
    try:
        back = row["kind"] == HIRE and record.rehire(on=day)
        changed = _apply(row, day, record, place, playing.departments) or back
    except RuleBroken as refusal:
        playing.report.error(row.row, "発令年月日", row.written("on"), str(refusal))
        return False
    if not (created or changed or fields):
        playing.report.same(row.row, row["number"], record.employee.name)
        return True
    if back:
        people.tell_of_rehiring(row, record.employee, left, day, playing.report)
    after = _state(record, day)
    fields |= {label: (before[label], after[label]) for label in after if before[label] != after[label]}
    outcome = "created" if created else "ended" if row["kind"] == RETIRE and changed else "changed"
    playing.report.changes.append(Change(outcome, row["number"], record.employee.name, fields, row.row))
    playing.records.note(record, f"transfer_{outcome}", fields)
    return True


def _apply(
    row: Record, day: date, record: ServiceRecord, place: Department | None, departments: people.Departments
) -> bool:
    """Raises RuleBroken where a later posting or absence is on record."""
    kind = row["kind"]
    if kind == RETIRE:
        return record.leave(on=day)
    changed = False
    if place is not None and not _is_there(row, day, record, place):
        wanted = Place(place, row["title"], row["is_head"], row["is_manager"])
        changed = people.post(record, wanted, departments, on=day)
        changed |= _drop_concurrent_here(record, place, day)
    if kind == RETURN:
        if not record.absence_on(day) and not record.came_back(on=day):
            raise RuleBroken("復職ですが、休職等の記録がありません。")
        return record.come_back(on=day) or changed
    if kind in AbsenceReason.values:
        return record.be_absent(kind, on=day) or changed
    return changed


def _is_there(row: Record, day: date, record: ServiceRecord, place: Department) -> bool:
    """Who goes away or comes back is often listed with the own 所属 and no 補職名: that is no move."""
    current = record.primary_on(day)
    return row["kind"] not in MOVES and not row["title"] and current is not None and current.department_id == place.pk


def _drop_concurrent_here(record: ServiceRecord, department: Department, day: date) -> bool:
    """Whoever is posted to a department is no longer there as 兼務."""
    current = [posting.department for posting in record.concurrent_on(day)]
    others = [place for place in current if place.pk != department.pk]
    return len(others) != len(current) and record.set_concurrent(others, on=day)


def _state(record: ServiceRecord, day: date) -> dict[str, Any]:
    """What a person sees of a service record on a day."""
    state = described(record.primary_on(day))
    state.pop("所属異動年月日")
    absence = record.absence_on(day)
    return {
        **state,
        "兼務": "、".join(posting.department.name for posting in record.concurrent_on(day)),
        "休職等": absence.get_reason_display() if absence else "",
        "退職日": str(record.employee.left_on or ""),
    }
