"""A department's answer to the call of a year, as its head sees it: what stands, and what is to be done next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff.models import Department, User
from stages import headed
from stages.models import Exemption, Nomination, NominationCall, NominationDecline, NominationStatus
from stages.rules import nomination as rules
from stages.workflows.nomination import NOMINATION

OF_THE_PERSON = (rules.says_why, rules.nominee_is_eligible)
"""What of `submit` depends on whom one chooses and what one writes; the rest is known before."""


@dataclass(frozen=True)
class Next:
    """What to do next, in a sentence; `page` is the name of the page where it is done, `label` its button."""

    text: str
    page: str = ""
    label: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Desk:
    """`nominations`: the 推薦枠 of the year under all names of the department, newest first, drafts too.
    `appointed`: who holds a place by a list. `another_by`: until when another person is asked for.
    """

    department: Department
    fiscal_year: FiscalYear
    on: date
    call: NominationCall | None
    exempt: bool
    nominations: tuple[Nomination, ...]
    appointed: tuple[str, ...]
    decline: NominationDecline | None
    another_by: date | None

    @property
    def owes(self) -> bool:
        return self.department.nominates and not self.exempt

    @property
    def places(self) -> int:
        return self.call.places if self.call else 1

    @cached_property
    def live(self) -> list[Nomination]:
        return [row for row in self.nominations if row.is_live]

    @cached_property
    def drafts(self) -> list[Nomination]:
        return [row for row in self.nominations if row.status == NominationStatus.DRAFT]

    @cached_property
    def returned(self) -> list[Nomination]:
        return [row for row in self.live if row.status == NominationStatus.RETURNED]

    @property
    def filled(self) -> int:
        return len(self.live) + len(self.appointed)

    @property
    def is_full(self) -> bool:
        return self.filled >= self.places

    @property
    def is_open(self) -> bool:
        return self.call is not None and self.call.is_open_on(self.on)

    @property
    def is_late(self) -> bool:
        """Nothing was answered, and the last day is past."""
        closed = self.call is not None and self.call.closes_on < self.on
        return closed and self.owes and not self.filled and self.decline is None

    @property
    def state(self) -> tuple[str, str]:
        """The place in a word, and its tone."""
        if self.returned:
            return "差戻し", "warning"
        if self.filled:
            decided = bool(self.appointed) or any(row.status == NominationStatus.ACCEPTED for row in self.live)
            return ("決定", "success") if decided else ("推薦済み", "info")
        if self.decline:
            return "推薦なし", "neutral"
        if not self.owes:
            return "対象外", "neutral"
        return ("未回答", "danger") if self.is_late else ("空き", "warning")

    @property
    def deadline(self) -> str:
        return deadline(self.call.closes_on, self.on) if self.call else ""

    @property
    def waits(self) -> bool:
        """The head is to do something: answer, put something right, name another person."""
        return self.next.urgent or (self.is_open and self.owes and not self.is_full and self.decline is None)

    @cached_property
    def next(self) -> Next:
        return next(step for rule in STEPS if (step := rule(self)))


def of(department: Department, *, user: User, at: datetime) -> Desk:
    """What `user`, who heads the department, may know of it now, for the year in hand."""
    on = day_of(at)
    year, call = headed.call_in_hand(on)
    rows = Nomination.objects.visible_to(user, on).recommended().of_year(year).of_place([department.pk])
    found = rows.select_related("nominee", "department").order_by("-pk")
    return of_all([department], year, call=call, nominations=found, at=at)[0]


def of_all(
    departments: Iterable[Department],
    fiscal_year: FiscalYear,
    *,
    call: NominationCall | None,
    nominations: Iterable[Nomination],
    at: datetime,
) -> list[Desk]:
    """One for each. `nominations`: the 推薦枠 of the year that may be known, newest first.

    The same queries whatever the number of departments (and one for each former name).
    """
    on, places = day_of(at), list(departments)
    names = Department.present_names([row.pk for row in places])
    nominated = _by_place(nominations, names)
    standing = NominationDecline.objects.standing().filter(fiscal_year=fiscal_year, department__in=names)
    declined = _by_place(standing.order_by("-pk"), names)
    appointed = _by_place(rules.by_list(fiscal_year, names, on).select_related("employee"), names)
    exempt = set(Exemption.objects.filter(fiscal_year=fiscal_year).values_list("department_id", flat=True))
    return [
        Desk(
            department=row,
            fiscal_year=fiscal_year,
            on=on,
            call=call,
            exempt=row.pk in exempt,
            nominations=tuple(nominated[row.pk]),
            appointed=tuple(promoter.employee.name for promoter in appointed[row.pk]),
            decline=next(iter(declined[row.pk]), None),
            another_by=_another_by(nominated[row.pk], on),
        )
        for row in places
    ]


def _by_place(rows: Iterable[Any], names: dict[int, int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[names[row.department_id]].append(row)
    return found


def refusals(nomination: Nomination, at: datetime) -> list[str]:
    """Those of `submit` that hold whoever is chosen: the sentences of the refusal."""
    needs = [need for need in NOMINATION.moves["submit"].needs if need not in OF_THE_PERSON]
    return [reason for need in needs if (reason := need(nomination, at))]


def _another_by(rows: Iterable[Nomination], on: date) -> date | None:
    """The day until which the office asks for another person (`reserves.reopen_place`)."""
    left = (NominationStatus.TURNED_DOWN, NominationStatus.WITHDRAWN, NominationStatus.DECLINED)
    return max((row.due for row in rows if row.status in left and row.due and row.due >= on), default=None)


def until(day: date, on: date) -> str:
    """令和8年11月30日まで(あと7日)"""
    return f"{format_date(day)}まで({_left(day, on)})"


def deadline(day: date, on: date) -> str:
    """令和8年11月30日(あと7日)"""
    return f"{format_date(day)}({_left(day, on)})"


def _left(day: date, on: date) -> str:
    left = (day - on).days
    if left < 0:
        return f"{-left}日過ぎています"
    return f"あと{left}日" if left else "今日が最終日です"


NOMINATE, DECLINE = "stages:nominate", "stages:decline"


def _sent_back(desk: Desk) -> Next | None:
    if not desk.returned:
        return None
    row = desk.returned[0]
    by = f"{until(row.due, desk.on)}に、" if row.due else ""
    text = f"{row.nominee.name}さんの推薦が差し戻されています。{by}内容を直してもう一度提出してください。"
    return Next(text, NOMINATE, "直して提出する", urgent=True)


def _asked_for_another(desk: Desk) -> Next | None:
    if desk.another_by is None or desk.is_full:
        return None
    text = f"辞退などで枠が空きました。{until(desk.another_by, desk.on)}に、代わりの職員を推薦してください。"
    return Next(text, NOMINATE, "代わりの職員を推薦する", urgent=True)


def _answered(desk: Desk) -> Next | None:
    names = "、".join([*(f"{row.nominee.name}さん" for row in desk.live), *(f"{name}さん" for name in desk.appointed)])
    if names and (desk.is_full or not desk.is_open):
        text = f"{names}が決まっています。" if desk.state[0] == "決定" else f"{names}を推薦しています。"
        return Next(text, NOMINATE, "推薦の内容を見る")
    if desk.decline:
        word = desk.decline.get_reason_code_display()
        return Next(f"「推薦なし」({word})と回答しています。", DECLINE, "回答を見る")
    return None


def _nothing_owed(desk: Desk) -> Next | None:
    if desk.owes:
        return None
    return Next(f"この所属は、{desk.fiscal_year}は推薦の必要がありません。")


def _not_open(desk: Desk) -> Next | None:
    if desk.is_open:
        return None
    if desk.call and desk.is_late:
        late = (desk.on - desk.call.closes_on).days
        text = f"推薦の回答がまだです。締切を{late}日過ぎています。DX推進担当に連絡してください。"
        return Next(text, NOMINATE, "推薦依頼を見る", urgent=True)
    refusal = rules.why_closed(desk.call, desk.fiscal_year, desk.on) or ""
    return Next(refusal, NOMINATE if desk.call else "", "推薦依頼を見る" if desk.call else "")


def _to_be_answered(desk: Desk) -> Next:
    left = desk.places - desk.filled
    text = f"推薦する職員を{left}名選んでください。2分ほどで終わります。"
    if desk.drafts:
        return Next(f"{desk.drafts[0].nominee.name}さんの推薦を下書きに保存しています。", NOMINATE, "下書きを続ける")
    return Next(text, NOMINATE, "推薦する職員を選ぶ")


STEPS = (_sent_back, _asked_for_another, _answered, _nothing_owed, _not_open, _to_be_answered)
"""The first that has something to say says it."""
