"""A promoter's way through the stages as one screen shows it: to herself, read-only to the head and the office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse

from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from stages.addresses import EXAMINATIONS, REPORTS, WISH, there
from stages.folding.progress import DENIED, OVERDUE, SETTLED, ItemState, Progress
from stages.folding.standing import Verdict
from stages.models import (
    ContinuationWish,
    Curriculum,
    CurriculumItem,
    CurriculumState,
    GrowthStage,
    ItemKind,
    Promoter,
    StageEnrollment,
    StageStatus,
    Standing,
)
from stages.services import progress_facts
from stages.services.fact_rows import Row
from stages.services.progress_facts import Case
from training.models import Certificate, Method

TONES = {"done": "success", "exempt": "success", "accepted": "success", "denied": "danger", "overdue": "danger"}
GROUPS = {**dict(Method.choices), ItemKind.PRACTICE: "実践", ItemKind.EXAMINATION: "資格・検定"}


NO_RUN = "申し込める開催回がありません"


@dataclass(frozen=True)
class Line:
    """One item as it is read. `act`: what can be done about it now, and `href` where; empty where nothing can."""

    state: ItemState
    row: CurriculumItem
    act: str = ""
    href: str = ""
    note: str = ""
    is_outside: bool = False

    @property
    def tone(self) -> str:
        return TONES.get(self.state.state, "info" if self.state.state == "in_progress" else "neutral")

    @property
    def is_booked_ahead(self) -> bool:
        return self.note.startswith("受講予定") or self.note == "申込済み"


@dataclass(frozen=True)
class Group:
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Next:
    """The one button: what to do next. Without `href` there is nothing to press, only `words`."""

    words: str
    label: str = ""
    href: str = ""
    is_outside: bool = False


@dataclass(frozen=True)
class Step:
    """A stage of the ladder, for components/steps.html."""

    label: str
    state: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A year that is over, or the present one, in a line."""

    enrollment: StageEnrollment
    status: StageStatus
    progress: Progress


@dataclass(frozen=True)
class Path:
    """What the page shows. `case` is None until the first year is registered; `message`: where she stands, in words."""

    promoter: Promoter
    as_of: date
    steps: tuple[Step, ...]
    message: str
    tone: str = "info"
    case: Case | None = None
    progress: Progress | None = None
    verdict: Verdict | None = None
    groups: tuple[Group, ...] = ()
    next: Next | None = None
    years: tuple[Told, ...] = ()
    preview: Curriculum | None = None
    preview_items: tuple[CurriculumItem, ...] = ()
    certificates: tuple[tuple[Certificate, str], ...] = ()
    wish: ContinuationWish | None = None
    wish_href: str = ""
    is_whole: bool = True

    @property
    def standing_word(self) -> str:
        return str(Standing(self.verdict.standing).label) if self.verdict else ""


def of(promoter: Promoter, *, as_of: date, whole: bool = True) -> Path:
    """The path of `promoter` (with the employee) as of a day, in the same queries whatever the history.

    `whole`: also what the next stage asks, the certificates and the wish (four queries more).
    """
    cases = [case for case in progress_facts.load_of(promoter, as_of=as_of) if case.enrollment.started_on <= as_of]
    stages = list(GrowthStage.objects.order_by("number"))
    years = tuple(Told(case.enrollment, case.status, case.fold()) for case in cases)
    case, progress = (cases[-1], years[-1].progress) if cases else (None, None)
    message, tone = _message(promoter, case, progress, stages, as_of)
    groups = _groups(case, progress, as_of) if case and progress else ()
    goes_on = case is not None and case.status == StageStatus.IN_PROGRESS and not _is_gone(promoter, as_of)
    path = Path(
        promoter=promoter,
        as_of=as_of,
        steps=tuple(_steps(stages, years)),
        message=message,
        tone=tone,
        case=case,
        progress=progress,
        verdict=case.verdict(progress) if case and progress else None,
        groups=groups,
        next=_next(progress, groups) if goes_on and progress else None,
        years=years,
        is_whole=whole,
    )
    return _with_more(path, stages, goes_on=goes_on) if whole else path


def _with_more(path: Path, stages: Sequence[GrowthStage], *, goes_on: bool) -> Path:
    """With what the next stage asks, the certificates and what she wants next year."""
    preview = _preview(path.case, stages, path.as_of)
    upcoming = FiscalYear.containing(path.as_of).next
    return replace(
        path,
        preview=preview,
        preview_items=tuple(preview.items.all()) if preview else (),
        certificates=tuple(_certificates(path.promoter, path.as_of)),
        wish=ContinuationWish.objects.filter(promoter=path.promoter, fiscal_year=upcoming).first(),
        wish_href=there(WISH) if goes_on else "",
    )


def _is_gone(promoter: Promoter, on: date) -> bool:
    return promoter.withdrawn_on is not None and promoter.withdrawn_on <= on


def _message(
    promoter: Promoter, case: Case | None, progress: Progress | None, stages: Sequence[GrowthStage], on: date
) -> tuple[str, str]:
    """Where she stands, in one sentence, and its tone."""
    if _is_gone(promoter, on):
        return "DX推進員を辞退されています。これまでの修了の記録は残っています。", "info"
    if case is None or progress is None:
        return "DX推進員に任命されました。ステージの育成が始まると、受ける研修と期限がここに表示されます。", "info"
    row, label = case.enrollment, case.enrollment.stage.label
    if case.status == StageStatus.COMPLETED:
        after = next((stage for stage in stages if stage.number > row.stage.number), None)
        if after is None:
            return f"{label}を修了し、すべてのステージを終えました。お疲れさまでした。", "success"
        return f"{label}を修了しました。次は{after.label}です。", "success"
    if case.status == StageStatus.NOT_COMPLETED:
        how = f"判定は「{row.get_outcome_display()}」です。" if row.outcome else ""
        return f"{row.fiscal_year}の{label}は未修了で終わりました。{how}", "warning"
    if case.status == StageStatus.WITHDRAWN:
        return f"{row.fiscal_year}の{label}を辞退しました。", "info"
    return _running(case, progress)


def _running(case: Case, progress: Progress) -> tuple[str, str]:
    row, label = case.enrollment, case.enrollment.stage.label
    if case.status == StageStatus.SUSPENDED:
        return f"{label}は{format_date(row.status_on)}から中断しています。その間、期限は止まります。", "info"
    if row.curriculum is None:
        return f"{label}を受講中です。カリキュラムが決まると、受ける研修と期限がここに表示されます。", "info"
    if progress.is_met:
        return f"{label}で求められることは、すべて済みました。修了判定をお待ちください。", "success"
    if case.situation.is_away:
        return "休職等の間、期限は止まります。戻られてから続けてください。", "info"
    if progress.overdue:
        return f"{label}を受講中です。期限を過ぎた項目が{len(progress.overdue)}件あります。", "warning"
    return f"{label}を受講中です。", "info"


def _steps(stages: Iterable[GrowthStage], years: Sequence[Told]) -> Iterable[Step]:
    """Every stage; of a repeated one the newest year counts, a completed one stays completed."""
    newest = {row.enrollment.stage_id: row for row in years}
    newest |= {row.enrollment.stage_id: row for row in years if row.status == StageStatus.COMPLETED}
    for stage in stages:
        row = newest.get(stage.pk)
        if row is None:
            yield Step(stage.label, "todo", "これから")
            continue
        state = {StageStatus.COMPLETED: "done", StageStatus.IN_PROGRESS: "current"}.get(row.status, "todo")
        yield Step(stage.label, state, str(row.status.label), str(row.enrollment.fiscal_year))


def _groups(case: Case, progress: Progress, as_of: date) -> tuple[Group, ...]:
    """The items by method, in the order of `GROUPS`."""
    rows = {row.pk: row for row in case.rows}
    lines = [_line(state, rows[state.item.pk], case, as_of) for state in progress.items]
    found: dict[str, list[Line]] = {name: [] for name in GROUPS}
    for line in lines:
        found[line.row.course.method if line.row.course else line.row.kind].append(line)
    return tuple(Group(str(GROUPS[name]), tuple(rows)) for name, rows in found.items() if rows)


def _line(state: ItemState, row: CurriculumItem, case: Case, as_of: date) -> Line:
    if state.state in SETTLED or state.state == DENIED:
        return Line(state, row)
    if row.kind == ItemKind.PRACTICE:
        act = "実践報告を続ける" if state.by else "実践テーマを書く"
        return Line(state, row, act, there(REPORTS))
    if row.course is None:
        return Line(state, row, "合格を報告する", there(EXAMINATIONS), "報告を確認中です" if state.by else "")
    page = reverse("training:course", args=[row.course.code])
    booked = case.bookings.get(state.item.key)
    if booked is not None:
        return Line(state, row, "申込を確認する", page, _booked(booked, as_of))
    if row.course.method == Method.ELEARNING and row.course.url:
        return Line(state, row, "受講する", row.course.url, is_outside=True)
    if row.course.method == Method.ELEARNING:
        return Line(state, row, "受講のしかたを見る", page)
    if state.item.key in case.situation.unavailable:
        return Line(state, row, "開催の希望を出す", page, NO_RUN)
    return Line(state, row, "開催回を選ぶ", page)


def _booked(row: Row, as_of: date) -> str:
    if row.code == "waitlisted":
        return "キャンセル待ち"
    if row.code == "attended":
        return "受講済み(修了の登録待ち)"
    return f"受講予定 {format_date(row.on)}" if row.on and row.on >= as_of else "申込済み"


def _next(progress: Progress, groups: Sequence[Group]) -> Next:
    """The first thing that is not booked already; after the last one, what one waits for."""
    if progress.is_met:
        return Next("求められることは、すべて済みました。修了判定をお待ちください。")
    lines = {line.state.item.key: line for group in groups for line in group.lines}
    waiting = [lines[state.item.key] for state in progress.queue]
    free = [line for line in waiting if not line.is_booked_ahead and line.href]
    free.sort(key=lambda line: line.note == NO_RUN)  # what can be taken up now comes before what has to be asked for
    if line := next(iter(free), None):
        due = f"({format_date(line.state.due)}まで)" if line.state.due else ""
        late = "(期限を過ぎています)" if line.state.state == OVERDUE else due
        return Next(f"「{line.row.title}」{late}", line.act, line.href, line.is_outside)
    if waiting:
        return Next(f"「{waiting[0].row.title}」 {waiting[0].note}", "申込を確認する", waiting[0].href)
    if progress.items:
        return Next("不認定の項目があります。DX推進担当に相談してください。")
    return Next("カリキュラムが決まるのをお待ちください。")


def _preview(case: Case | None, stages: Sequence[GrowthStage], as_of: date) -> Curriculum | None:
    """What the stage after this one asks: the newest published version of next year, else of this one."""
    number = case.enrollment.stage.number if case else 0
    after = next((stage for stage in stages if stage.number > number), None)
    if after is None:
        return None
    year = FiscalYear.containing(as_of)
    rows: Any = Curriculum.objects.filter(stage=after, state=CurriculumState.PUBLISHED)
    rows = rows.filter(fiscal_year__in=[year, year.next]).select_related("stage", "track").prefetch_related("items")
    track = case.enrollment.track_id if case else None
    found = [row for row in rows if row.track_id in (None, track)]
    return max(found, key=lambda row: (row.fiscal_year, row.track_id is not None, row.version), default=None)


def _certificates(promoter: Promoter, on: date) -> Iterable[tuple[Certificate, str]]:
    """The valid ones, newest first, each with the address of its page where there is one."""
    rows = Certificate.objects.filter(employee=promoter.employee_id, revoked_on__isnull=True, issued_on__lte=on)
    for row in rows:
        yield row, there(f"/certificates/{row.pk}/")
