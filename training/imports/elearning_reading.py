"""From the rows of an e-learning file to results: one a row (Udemy, lists by 職員番号), or one a column (Moodle)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.tables.reading import Record, Table
from aomori_dx.kernel.tables.report import Report
from aomori_dx.kernel.text import fold
from training.imports import elearning_cells as parse
from training.imports.elearning_cells import Moment

OF_THE_FILE = ""
"""The title of results of which the file does not say the course."""
WHOLE_COURSE = {
    fold(word) for word in ("Course complete", "Course completed", "コース完了", "コースの完了", "コース修了")
}

_OF_DATES = re.compile(r"(完了日|修了日|日時|日付|completion ?date|date)", re.IGNORECASE)


@dataclass(slots=True)
class Result:
    """What a file says of one person and course. `column`: where it stands; `said`: the state in the file's words."""

    record: Record
    title: str
    item: str
    done: bool
    done_on: Moment | None
    started_on: Moment | None
    score: int | None
    said: str
    column: str
    name: str


@dataclass(frozen=True)
class Activity:
    """A column of a Moodle report: its place, what it is called, and where its date stands (None: in itself)."""

    place: int
    title: str
    date_place: int | None


def is_list(table: Table) -> bool:
    """Whether each row is one result."""
    return bool(table.present & {"title", "item", "state", "marked", "ratio", "done_on", "score"})


def results(table: Table, report: Report) -> Iterator[Result]:
    """Every result of the file; what is wrong with a cell goes into the report."""
    if is_list(table):
        told = bool(table.present & {"marked", "ratio"})
        yield from (_of_row(record, told=told) for record in table.records)
        return
    found = activities(table)
    if not found:
        reason = (
            "研修の列が見つかりません。「研修名」と「修了日」の列か、活動ごとに「完了」「未完了」が入った列が必要です。"
            "見出しの名前が違うときは、下の「ファイルの読み方」で選んでください。"
        )
        report.error(table.header_row, "", "", reason)
    unnamed = "name" not in table.present and bool(table.headers) and not table.headers[0]  # Moodle names people there
    for record in table.records:
        name = cells.shown(_cell(record, 0)).strip()[:100] if unnamed else record.get("name") or ""
        for activity in found:
            if (result := _of_activity(record, activity, name, report)) is not None:
                yield result


def _of_row(record: Record, *, told: bool) -> Result:
    """`told`: the file says of each row whether it is done, and how far; else a day alone says it."""
    state, marked, ratio, day = (record.get(key) for key in ("state", "marked", "ratio", "done_on"))
    if state is not None:
        done = state
    elif not told:
        done = day is not None
    else:
        done = bool(marked) or (ratio is not None and ratio >= 100)
    said = record.written("state") or (f"進捗率{record.written('ratio')}" if ratio is not None else "")
    title, item = record.get("title") or "", record.get("item") or ""
    score, column = record.get("score"), "修了日"
    started, name = record.get("started_on"), record.get("name") or ""
    return Result(record, title, item, done, day, started, score, said or _word(done), column, name)


def _word(done: bool) -> str:
    return "修了" if done else "未修了"


def activities(table: Table) -> list[Activity]:
    """The columns behind the people: states, each with the column of its date where there is one."""
    known, headers = set(_places(table)), table.headers
    found, place = [], 0
    while place < len(headers):
        title, follows = headers[place], place + 1
        if place in known or not title:
            place += 1
            continue
        dated = follows < len(headers) and follows not in known and _is_date_of(headers[follows], title)
        if dated or _reads_like_results(table, place):
            found.append(Activity(place, title, follows if dated else None))
        place += 2 if dated else 1
    return found


def _places(table: Table) -> Iterator[int]:
    for record in table.records[:1]:
        yield from record.places.values()


def _is_date_of(header: str, title: str) -> bool:
    """Moodle leaves the header of a date empty, or names the activity again: 「動画1 - 完了日」."""
    return not header or (header.startswith(title) and bool(_OF_DATES.search(header[len(title) :])))


def _reads_like_results(table: Table, place: int) -> bool:
    """Most of what is in the column is a state or a date."""
    filled = right = 0
    for record in table.records:
        cell = record.cells[place] if place < len(record.cells) else None
        if not cells.is_blank(cell):
            filled += 1
            right += parse.is_state(cell) or (not _is_number(cell) and parse.is_moment(cell))
    return filled > 0 and right * 2 > filled


def _is_number(cell: object) -> bool:
    """Ids are numbers too, which could be read as days of Excel."""
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and cell.strip().isdigit())


def _of_activity(record: Record, activity: Activity, name: str, report: Report) -> Result | None:
    """Nothing where the cell is empty: the person has no part in it, or has not begun."""
    cell, day = _cell(record, activity.place), None
    if cells.is_blank(cell):
        return None
    try:
        if activity.date_place is None and not parse.is_state(cell):
            done, day = True, parse.moment(cell)
        else:
            done = parse.state(cell)
            beside = None if activity.date_place is None else _cell(record, activity.date_place)
            day = None if cells.is_blank(beside) else parse.moment(beside)
    except ValueError as error:
        report.error(record.row, activity.title, cells.shown(cell), str(error))
        return None
    title = OF_THE_FILE if fold(activity.title) in WHOLE_COURSE else activity.title
    return Result(record, title, "", done, day, None, None, cells.shown(cell).strip(), activity.title, name)


def _cell(record: Record, place: int) -> Any:
    return record.cells[place] if place < len(record.cells) else None
