"""A pasted list of 職員番号 becomes the roll: each line is answered first, then all of it is written or nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import RuleBroken
from staff.models import Employee, FormerNumber, User
from training.models import BOOKED, SEATED, Attendance, Enrollment, EnrollmentStatus, Presence, RunSession
from training.rules import pasted
from training.services import attendance, seats, walk_ins
from training.services.attendance import Mark

OK, SAME, WALK_IN, WRONG = "ok", "same", "walk_in", "wrong"
MOST = 2000
TOO_MANY = f"一度に貼り付けられるのは{MOST:,}行までです。"


@dataclass(frozen=True)
class Answer:
    """What is said of one entry. `kind`: is recorded, is recorded already, could be added as 当日受付, cannot be."""

    line: int
    written: str
    kind: str
    words: str
    person: Employee | None = None
    booking: int | None = None


def look(meeting: RunSession, text: str, *, at: datetime) -> list[Answer]:
    """An answer for every entry; nothing is written. The same queries whatever their number."""
    entries = list(pasted.lines(text, settings.EMPLOYEE_NUMBER_WIDTH))
    if len(entries) > MOST:
        raise RuleBroken(TOO_MANY)
    people = people_of({row.number for row in entries if row.number})
    ids = [person.pk for person in people.values()]
    rows = Enrollment.objects.filter(course=meeting.run.course_id, employee__in=ids)
    booked = list(rows.filter(status__in=(*SEATED, *BOOKED)).select_related("run"))
    here = {row.employee_id: row for row in booked if row.run_id == meeting.run_id}
    elsewhere = {row.employee_id: row for row in booked if row.run_id != meeting.run_id and row.status in BOOKED}
    known = {row.enrollment_id: row for row in Attendance.objects.filter(session=meeting)}
    free = meeting.run.capacity - meeting.run.enrollments.seated().count()
    seen: dict[int, int] = {}
    found = []
    for entry in entries:
        person = people.get(entry.number)
        if refusal := _unreadable(entry, person, seen):
            found.append(Answer(entry.line, entry.written, WRONG, refusal, person))
            continue
        assert person is not None
        seen[person.pk] = entry.line
        found.append(_answer(entry, person, here.get(person.pk), elsewhere.get(person.pk), known, free, at))
    return found


@transaction.atomic
def write(
    session_id: int, text: str, walk_in: Collection[int], *, by: User, at: datetime, reason: str = ""
) -> tuple[int, int]:
    """Whoever the list names was there for the whole meeting; of those without a booking the ones in `walk_in` (ids of
    people) get a free seat first. Returns how many were recorded and how many were added. All or none.

    Raises RuleBroken where an entry cannot be read, and what `attendance.record` and `walk_ins.add_all` raise.
    """
    meeting = RunSession.objects.select_related("run__course").get(pk=session_id)
    meeting.run = seats.hold(meeting.run_id)
    answers = look(meeting, text, at=at)
    if not answers:
        raise RuleBroken("職員番号を貼り付けてください。")
    if wrong := [row for row in answers if row.kind == WRONG]:
        raise RuleBroken("\n".join(f"{row.line}行目「{row.written}」: {row.words}" for row in wrong))
    new = [row.person for row in answers if row.kind == WALK_IN and row.person and row.person.pk in walk_in]
    added = walk_ins.add_all(meeting.run_id, new, by=by, at=at) if new else []
    ids = [row.booking for row in answers if row.kind == OK and row.booking] + [row.pk for row in added]
    if not ids:
        raise RuleBroken("新しく記録する人がいません。")
    marks = {pk: Mark(Presence.PRESENT) for pk in ids}
    attendance.record(session_id, marks, by=by, at=at, reason=reason)
    return len(ids), len(added)


def people_of(numbers: Collection[str]) -> dict[str, Employee]:
    """Who has these 職員番号, or had them."""
    found = {row.employee_number: row for row in Employee.objects.filter(employee_number__in=numbers)}
    former = FormerNumber.objects.filter(number__in=set(numbers) - set(found)).select_related("employee")
    return {**{row.number: row.employee for row in former}, **found}


def person_of(text: str) -> Employee | None:
    """Whose 職員番号 was typed or scanned; None where nobody has it."""
    entry = next(pasted.lines(text, settings.EMPLOYEE_NUMBER_WIDTH), None)
    return people_of({entry.number}).get(entry.number) if entry and entry.number else None


def _unreadable(entry: pasted.Pasted, person: Employee | None, seen: dict[int, int]) -> str:
    if not entry.number:
        return f"職員番号({settings.EMPLOYEE_NUMBER_WIDTH}桁の数字)を読み取れません。"
    if person is None:
        return f"職員番号{entry.number}は登録されていません。"
    if person.pk in seen:
        return f"{seen[person.pk]}行目と同じ職員番号です。"
    if pasted.names_another(entry.rest, person.name, person.former_name, person.kana):
        return f"職員番号{entry.number}は「{person.name}」です。職員番号を確認してください。"
    return ""


def _answer(
    entry: pasted.Pasted, person: Employee, row: Enrollment | None, other: Enrollment | None,
    known: dict[int, Attendance], free: int, at: datetime,
) -> Answer:  # fmt: skip
    if row is not None and row.status in SEATED:
        there = known.get(row.pk)
        if there is None:
            return Answer(entry.line, entry.written, OK, "出席として記録します。", person, row.pk)
        if there.presence == Presence.PRESENT:
            return Answer(entry.line, entry.written, SAME, "すでに出席として記録されています。", person, row.pk)
        words = f"「{there.get_presence_display()}」の記録を出席に変えます。"
        return Answer(entry.line, entry.written, OK, words, person, row.pk)
    if not person.in_service_on(day_of(at)):
        return Answer(entry.line, entry.written, WRONG, "在職していません。", person)
    if other is not None:
        words = f"第{other.run.number}回に申し込んでいます({other.get_status_display()})。"
        return Answer(entry.line, entry.written, WRONG, f"{words}先に、その申込を取り消してください。", person)
    state = "キャンセル待ち" if row and row.status == EnrollmentStatus.WAITLISTED else "申し込んでいません"
    if free <= 0:
        return Answer(entry.line, entry.written, WRONG, f"{state}。空席がないため、当日受付もできません。", person)
    words = f"{state}。空席があるので({free}席)、当日受付ができます。"
    return Answer(entry.line, entry.written, WALK_IN, words, person)
