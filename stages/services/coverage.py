"""Who has answered the call of a year: the one place where a department counts as 回答済, 推薦なし or 未回答."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import posts
from staff.models import Department
from stages.models import Nomination, NominationDecline, Promoter
from stages.services import calls


class AnswerState(models.TextChoices):
    ANSWERED = "answered", "推薦あり"
    DECLINED = "declined", "推薦なし"
    UNANSWERED = "unanswered", "未回答"


@dataclass(frozen=True)
class Answer:
    """What one department has answered. `heads`: who holds its post on the day, deputies behind.

    `nominations`: the live recommended ones of the year; `promoters`: the appointed ones that hold its place, also
    those that came by a list and not by a nomination.
    """

    department: Department
    nominations: tuple[Nomination, ...] = ()
    promoters: tuple[Promoter, ...] = ()
    decline: NominationDecline | None = None
    heads: tuple[posts.Holder, ...] = ()

    @property
    def state(self) -> AnswerState:
        if self.nominations or self.promoters:
            return AnswerState.ANSWERED
        return AnswerState.DECLINED if self.decline else AnswerState.UNANSWERED

    @property
    def state_word(self) -> str:
        return str(self.state.label)

    @property
    def head_names(self) -> str:
        """青森　太郎、津軽　花子(代理); empty where nobody holds the post."""
        return "、".join(holder.name for holder in self.heads)


def answers(fiscal_year: FiscalYear, *, on: date) -> list[Answer]:
    """One for each department that owes an answer (`calls.asked`), in official order.

    What a department answered under a former name is its answer. Nominations count as they are now, promoters as
    of `on`. The same queries whatever the number of departments.
    """
    places = calls.asked(fiscal_year, on=on)
    names = Department.present_names([row.pk for row in places])
    live = Nomination.objects.live().recommended().of_year(fiscal_year).select_related("nominee")
    holding = Promoter.objects.holding_the_place(fiscal_year, on).select_related("employee")
    declines = NominationDecline.objects.standing().filter(fiscal_year=fiscal_year).order_by("declined_at", "pk")
    nominated, appointed, declined = (_by_place(rows, names) for rows in (live.order_by("place"), holding, declines))
    heads: dict[int, list[posts.Holder]] = defaultdict(list)
    for department, holders in posts.holders(on).items():
        heads[names.get(department, department)] += holders  # before a new name begins, the post is held under the old
    return [
        Answer(
            row,
            nominations=tuple(nominated[row.pk]),
            promoters=tuple(appointed[row.pk]),
            decline=declined[row.pk][-1] if declined[row.pk] else None,
            heads=tuple(heads[row.pk]),
        )
        for row in places
    ]


def unanswered(fiscal_year: FiscalYear, *, on: date) -> list[Answer]:
    """The 未回答 alone: no live recommendation, no 推薦なし, nobody appointed (R40)."""
    return [row for row in answers(fiscal_year, on=on) if row.state == AnswerState.UNANSWERED]


def _by_place(rows: Iterable[Any], names: dict[int, int]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        if (place := names.get(row.department_id)) is not None:
            found[place].append(row)
    return found
