"""受講者名簿 (to be signed) and 出欠簿 on paper: what stands in their cells."""

from datetime import datetime
from unicodedata import normalize

from aomori_dx.kernel.clock import TOKYO, day_of
from aomori_dx.kernel.typesetting import Listing, set_listing
from aomori_dx.kernel.wareki import format_date, short_date
from training.models import CourseRun, Presence, RunSession
from training.roll import SORTS, PersonLine
from training.roll import Sheet as Seen

AUTHOR = "青森県"
WIDE_FROM = 4
"""From so many meetings on the sheet lies sideways."""
SIGNS = {
    Presence.PRESENT: "出席",
    Presence.LATE: "遅刻",
    Presence.LEFT_EARLY: "早退",
    Presence.PARTIAL: "一部",
    Presence.ABSENT: "欠席",
    Presence.HANDOUT: "資料",
}


def to_sign(seen: Seen, *, sort: str, at: datetime) -> bytes:
    """受講者名簿: a line a person and an empty cell a meeting, for the signature."""
    meetings = tuple(f"{_day(meeting)} 署名" for meeting in seen.meetings) or ("署名",)
    rows = tuple((*_person(number, line), *("" for _ in meetings)) for number, line in enumerate(seen.lines, 1))
    sheet = Listing(
        title=f"受講者名簿　{seen.run.course.name}　第{seen.run.number}回",
        facts=_facts(seen.run, seen.meetings, len(seen.lines), sort, at),
        columns=("No.", "職員番号", "氏名", "氏名カナ", "所属", *meetings),
        widths=(0.5, 1.1, 1.8, 1.8, 2.2, *(1.7 for _ in meetings)),
        rows=rows,
        numeric=(0,),
        room=9,
        sideways=len(meetings) >= WIDE_FROM - 1,
        below="欠席・遅刻・早退のときは、署名欄にその旨を記入してください。資料だけを受け取った人は出席になりません。",
    )
    return set_listing(sheet, author=AUTHOR, at=at)


def record(seen: Seen, *, sort: str, at: datetime) -> bytes:
    """出欠簿: presence and minutes at each meeting, the sum, and what came of it."""
    rows = []
    for number, line in enumerate(seen.lines, 1):
        marks = tuple(
            "" if mark is None else f"{SIGNS[Presence(mark.presence)]} {mark.minutes}分" for mark in line.marks
        )
        total = f"{line.judged.present}分"
        rows.append((*_person(number, line), *marks, total, line.row.get_status_display(), _remark(line)))
    meetings = tuple(_day(meeting) for meeting in seen.meetings)
    sheet = Listing(
        title=f"出欠簿　{seen.run.course.name}　第{seen.run.number}回",
        facts=_facts(seen.run, seen.meetings, len(seen.lines), sort, at),
        columns=("No.", "職員番号", "氏名", "氏名カナ", "所属", *meetings, "計", "結果", "備考"),
        widths=(0.5, 1.1, 1.7, 1.7, 2.1, *(1.2 for _ in meetings), 0.9, 0.9, 1.6),
        rows=tuple(rows),
        numeric=(0, 5 + len(meetings)),
        sideways=len(meetings) >= WIDE_FROM - 2,
        below="「資料」は資料配付のみで、出席になりません。「計」は振替で受講した時間を含みます(同じ内容は1回だけ数えます)。",
    )
    return set_listing(sheet, author=AUTHOR, at=at)


def _person(number: int, line: PersonLine) -> tuple[str, ...]:
    person = line.person
    place = person.place.department.name if person.place else "所属未定"
    return (str(number), person.employee_number, person.name, normalize("NFKC", person.kana), place)


def _remark(line: PersonLine) -> str:
    root = line.judged.root
    if line.row.pk != root.pk:
        return f"第{root.run.number}回の振替"
    others = "、".join(f"第{row.run.number}回" for row in line.judged.chain[1:])
    return f"{others}に振替" if others else ""


def _day(meeting: RunSession) -> str:
    return f"{short_date(day_of(meeting.starts_at))} {_times(meeting)}"


def _times(meeting: RunSession) -> str:
    starts, ends = meeting.starts_at.astimezone(TOKYO), meeting.ends_at.astimezone(TOKYO)
    return f"{starts:%H:%M}-{ends:%H:%M}"


def _facts(run: CourseRun, meetings: list[RunSession], count: int, sort: str, at: datetime) -> tuple[str, ...]:
    days = "、".join(f"{format_date(day_of(meeting.starts_at))} {_times(meeting)}" for meeting in meetings)
    where = "オンライン" if run.is_online else run.venue or "会場未定"
    return (
        f"日程: {days or 'なし'}",
        f"会場: {where}　講師: {run.instructor or '－'}　人数: {count}人({SORTS[sort]})",
        f"作成日: {format_date(day_of(at))}　{run.fiscal_year}",
    )
