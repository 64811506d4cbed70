"""What waits for a person because of the nominations and of the runs: for the home page and a department's own page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff import roles
from staff.models import Department, User
from stages import desk as desks
from stages import endorsing, headed, practice_lists
from stages import permissions as may
from stages.desk import Desk, until
from stages.models import ExaminationResult, Nomination, NominationCall, NominationStatus, ProofState, Route
from training import follow_up_lists, own_surveys, run_errands
from training.errands import Errand


@dataclass(frozen=True)
class Waiting:
    """What waits for one person. `is_called`: the year's call was issued; `apply_until`: the last day on which the
    person may apply for the 自薦枠, where it is open."""

    errands: tuple[Errand, ...] = ()
    is_called: bool = False
    apply_until: date | None = None


def of(user: User, *, at: datetime) -> Waiting:
    """Everything that waits for `user` now: as head of each department, then as a person."""
    on = day_of(at)
    departments = headed.departments_of(user, on)
    year, call = headed.call_in_hand(on)
    rows = _known(user, departments, on)
    found: list[Errand] = []
    if departments and call is not None:
        own = [row for row in rows if row.route == Route.RECOMMENDED and row.fiscal_year == year]
        for desk in desks.of_all(departments, year, call=call, nominations=own, at=at):
            found += _to_answer(desk)
    found += [*_to_endorse(departments, user, at, rows), *_asked(departments, user, rows, on), *_own(user, rows, on)]
    found += [*_of_trainings(user, at), *_to_read(departments, user, on)]
    if may.run_nominations(user, on):
        found += [*_of_the_office(year), *_to_confirm()]
    found += run_errands.of(user, at=at)
    return Waiting(tuple(found), call is not None, _apply_until(user, call, on))


def _of_the_office(year: FiscalYear) -> Iterator[Errand]:
    """What the selection of the year waits for, in one query."""
    came = Q(status__in=("submitted", "endorsed", "not_endorsed"))
    counts = Nomination.objects.of_year(year).aggregate(
        clashing=Count("pk", filter=Q(status=NominationStatus.DRAFT, clashes_with__isnull=False)),
        came=Count("pk", filter=came),
        proposed=Count("pk", filter=Q(status=NominationStatus.IN_REVIEW) & ~Q(proposal="")),
    )
    board = reverse("stages:nominations")
    if number := counts["clashing"]:
        text = "同じ職員が、二つの枠または所属から推薦されています。併合するか、受け付けないかを決めてください。"
        yield Errand("重複する推薦", text, reverse("stages:exceptions"), "例外を見る", count=number, unit="件")
    if number := counts["came"]:
        text = "届いた推薦と自薦です。内容を読み、審査を始めてください。"
        yield Errand("審査を待つ推薦", text, board, "推薦を見る", tone="info", count=number, unit="件")
    if number := counts["proposed"]:
        text = "選考案が決まっています。確定すると、本人と所属長に知らせます。"
        link = reverse("stages:confirm")
        yield Errand("確定を待つ選考案", text, link, "確定の画面へ", tone="info", icon="check", count=number, unit="件")


def _of_trainings(user: User, at: datetime) -> Iterator[Errand]:
    """Surveys to answer, and people of the department about whom the office asks. Each is one query."""
    on = day_of(at)
    person = roles.of(user, on).employee_id
    if person is not None and (number := own_surveys.waiting(person, at)):
        link, text = reverse("training:my-surveys"), "出席した研修のアンケートです。数分で回答できます。"
        yield Errand("研修のアンケート", text, link, "回答する", tone="info", icon="pencil", count=number, unit="件")
    if number := follow_up_lists.waiting(user, on):
        text = "研修を受けた職員が、学んだことを仕事で使っているかを回答してください。"
        link = reverse("training:follow-ups")
        yield Errand("研修の活用の確認", text, link, "回答する", icon="list-checks", count=number, unit="人")


def of_department(desk: Desk, *, user: User, at: datetime) -> list[Errand]:
    """What waits for the head of one department beside the answer itself, which stands on top of its page."""
    rows = _known(user, [desk.department], desk.on)
    asked = _asked([desk.department], user, rows, desk.on)
    return [*_to_endorse([desk.department], user, at, rows), *asked, *_to_read([desk.department], user, desk.on)]


def _to_read(departments: list[Department], user: User, on: date) -> Iterator[Errand]:
    """Practice themes and reports that wait for the head's word."""
    if departments and (count := practice_lists.waiting_for(user, departments, on=on)):
        text = "DX推進員から実践テーマか実践報告が提出されました。読んで、承認するか差し戻してください。"
        href = reverse("stages:department-practices")
        yield Errand("実践報告の承認", text, href, "読んで回答する", icon="file-text", count=count, unit="件")


def _to_confirm() -> Iterator[Errand]:
    """Examinations whose proof the office has to look at."""
    if count := ExaminationResult.objects.filter(state=ProofState.REPORTED).count():
        text = "DX推進員が合格を報告しました。証明を見て、確認してください。"
        href = f"{reverse('stages:examinations')}?state={ProofState.REPORTED}"
        yield Errand("資格・検定の確認", text, href, "証明を確認する", icon="check", count=count, unit="件")


def _known(user: User, departments: list[Department], on: date) -> list[Nomination]:
    """The person's own nominations and those of the departments, of this year and the one before, newest first."""
    mine = Q(nominee=roles.of(user, on).employee_id)
    if departments:
        mine |= Q(department__in=Department.with_former_names([row.pk for row in departments]))
    rows = Nomination.objects.visible_to(user, on).filter(mine, fiscal_year__gte=FiscalYear.containing(on).previous)
    return list(rows.select_related("nominee", "department").order_by("-pk"))


def _apply_until(user: User, call: NominationCall | None, on: date) -> date | None:
    """Only for those of a 職員区分 that the call asks for: nobody is invited to be refused."""
    primary = roles.of(user, on).primary
    if primary is None or call is None or not call.is_open_on(on):
        return None
    kind = primary.employee.employment_type
    return call.closes_on if not kind or kind in call.employment_types else None


def _to_answer(desk: Desk) -> Iterator[Errand]:
    if not desk.waits:
        return
    text = desk.next.text if desk.next.urgent else f"{desk.next.text}締切は{desk.deadline}です。"
    href = f"{reverse('stages:nominate')}?{urlencode({'department': desk.department.code})}"
    yield Errand(f"推薦の回答({desk.department.name})", text, href, desk.next.label, icon="building-2")


def _to_endorse(
    departments: list[Department], user: User, at: datetime, rows: Iterable[Nomination]
) -> Iterator[Errand]:
    """Counted only where there may be one: most heads have none."""
    if not departments or not any(row.route == Route.SELF and row.status == "submitted" for row in rows):
        return
    if count := endorsing.waiting(user, departments, at=at).count():
        text = "職員から自薦枠への応募がありました。同意するかどうかと意見を入力してください。"
        yield Errand("自薦への同意", text, reverse("stages:endorsements"), "応募を読む", count=count, unit="件")


def _asked(departments: list[Department], user: User, rows: Iterable[Nomination], on: date) -> Iterator[Errand]:
    """補欠 of the department who were asked: the head may answer for them (推薦枠), and should know in any case."""
    own = roles.of(user, on).employee_id
    for row in rows:
        mine = row.nominee_id == own or row.route == Route.SELF
        if departments and not mine and row.status == NominationStatus.RESERVE and row.due:
            text = f"補欠から繰り上げるかどうかを照会しています。回答は{until(row.due, on)}です。"
            href = reverse("stages:department-answer", args=[row.pk])
            yield Errand(f"補欠の{row.nominee.name}さんの繰上げ", text, href, "回答する", icon="arrow-up")


def _own(user: User, rows: Iterable[Nomination], on: date) -> Iterator[Errand]:
    href, person = reverse("stages:self-nomination"), roles.of(user, on).employee_id
    for row in (row for row in rows if row.nominee_id == person):
        if row.status == NominationStatus.RESERVE and row.due:
            by = until(row.due, on)
            text = f"{row.fiscal_year}のDX推進員に空きが出ました。受けるかどうかを{by}に回答してください。"
            yield Errand("補欠からの繰上げ", text, href, "回答する", icon="arrow-up")
        elif row.status == NominationStatus.RETURNED and row.route == Route.SELF:
            by = f"{until(row.due, on)}に、" if row.due else ""
            text = f"自薦が差し戻されました。{by}内容を直してもう一度提出してください。"
            yield Errand("自薦の差戻し", text, href, "直して提出する")
