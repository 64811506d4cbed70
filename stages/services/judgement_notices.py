"""The results of 修了判定, told once they are decided: to each promoter, and to the heads for their people."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from aomori_dx.kernel.clock import day_of
from staff.models import Department, Posting
from staff.services import notices
from staff.services.notices import Message
from stages.models import StageEnrollment

MINE, DEPARTMENT = "/me/progress/", "/department/"


def tell(rows: Sequence[StageEnrollment], *, at: datetime) -> None:
    """The judgement of each of these years, as it stands. A judgement that comes again is told again."""
    notices.write_all([*_to_people(rows, at), *_to_heads(rows, at)], at=at)


def tell_taken_back(row: StageEnrollment, was: str, reason: str, *, at: datetime) -> None:
    """Who was told of a judgement is told that it does not hold."""
    title = f"{row.fiscal_year}の「{row.stage.label}」の判定「{was}」が取り消されました。"
    messages = [Message(f"unjudged:{row.pk}:{_moment(at)}", row.promoter.employee, title, _why(reason), MINE)]
    for place in _places([row], at).values():
        key = f"unjudged:{row.pk}:{place.pk}:{_moment(at)}"
        messages.append(
            Message(key, place, f"{row.promoter.employee.name}さん: {title}"[:200], _why(reason), DEPARTMENT)
        )
    notices.write_all(messages, at=at)


def _to_people(rows: Sequence[StageEnrollment], at: datetime) -> Iterator[Message]:
    for row in rows:
        title = f"{row.fiscal_year}の修了判定の結果: 「{row.stage.label}」は「{row.get_outcome_display()}」です。"
        yield Message(f"judged:{row.pk}:{_moment(at)}", row.promoter.employee, title, _why(row.outcome_reason), MINE)


def _to_heads(rows: Sequence[StageEnrollment], at: datetime) -> Iterator[Message]:
    places = _places(rows, at)
    of_place: dict[int, list[StageEnrollment]] = defaultdict(list)
    for row in rows:
        if place := places.get(row.promoter.employee_id):
            of_place[place.pk].append(row)
    named = {place.pk: place for place in places.values()}
    for pk, people in of_place.items():
        year = people[0].fiscal_year
        title = f"{year}の修了判定の結果が決まりました({named[pk].name} {len(people):,}人)。"
        lines = (f"{row.promoter.employee.name} {row.stage.label}: {row.get_outcome_display()}" for row in people)
        yield Message(
            f"judged-department:{pk}:{int(year)}:{_moment(at)}", named[pk], title, "\n".join(lines), DEPARTMENT
        )


def _places(rows: Sequence[StageEnrollment], at: datetime) -> dict[int, Department]:
    """Where each of them (employee) works on the day."""
    people = [row.promoter.employee_id for row in rows]
    postings = Posting.objects.primary().on(day_of(at)).filter(employee__in=people).select_related("department")
    return {posting.employee_id: posting.department for posting in postings}


def _why(reason: str) -> str:
    return f"理由: {reason}" if reason else ""


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%f}"
