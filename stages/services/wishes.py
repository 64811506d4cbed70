"""意向確認: who is asked whether to go on in the year to come, until when, and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery

from aomori_dx.kernel import audit, closing
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken, constraints_as_rules
from aomori_dx.kernel.fiscal_year import FiscalYear
from aomori_dx.kernel.wareki import format_date
from staff import roles
from staff.models import Employee, Notice
from staff.services import notices
from staff.services.notices import Message
from stages import permissions as may
from stages.models import (
    CareerTrack,
    ContinuationWish,
    GrowthStage,
    Promoter,
    StageEnrollment,
    StageStatus,
    WishAnswer,
    WishCall,
)

NOT_YOURS = "意向確認の設定、案内、催促ができるのは、DX推進担当だけです。"
NOT_ASKED = "この意向確認の対象ではありません。"
NOT_ISSUED = "この意向確認は、まだ案内されていません。"
ISSUED_DATES = "案内したあとで変えられるのは、締切日と案内文だけです。"
NOBODY_LEFT = "未回答の方は、すでに回答したか、今日すでに催促しています。"
PAGE = "/me/progress/continue/"


def call_for(fiscal_year: FiscalYear) -> WishCall | None:
    """The 意向確認 about the year to come, once it is planned."""
    return WishCall.objects.filter(fiscal_year=fiscal_year).first()


def open_call(on: date) -> WishCall | None:
    """The one that takes answers on `on`."""
    rows = WishCall.objects.filter(issued_at__isnull=False, opens_on__lte=on, closes_on__gte=on)
    return rows.order_by("fiscal_year").first()


def newest_call(on: date) -> WishCall | None:
    """The one that was announced last, whether or not it still takes answers."""
    return WishCall.objects.filter(issued_at__isnull=False, opens_on__lte=on).order_by("-fiscal_year").first()


def asked(fiscal_year: FiscalYear, *, on: date) -> Any:
    """The promoters who are asked about the year: appointed before it, in service, not withdrawn, not at the end of
    the five stages."""
    last = GrowthStage.objects.order_by("-number").values("number")[:1]
    finished = StageEnrollment.objects.filter(
        promoter=OuterRef("pk"), stage__number__in=last, status=StageStatus.COMPLETED
    )
    rows: Any = Promoter.objects.appointed_by(on).filter(cohort__lt=fiscal_year)
    rows = rows.exclude(withdrawn_on__lte=on).filter(employee__in=Employee.objects.in_service(on))
    return rows.filter(~Exists(finished))


def unanswered(fiscal_year: FiscalYear, *, on: date) -> Any:
    """Of those who are asked, who has not answered."""
    given = ContinuationWish.objects.filter(promoter=OuterRef("pk"), fiscal_year=fiscal_year)
    return asked(fiscal_year, on=on).filter(~Exists(given))


def may_choose_a_track(promoter: Promoter) -> bool:
    """From stage ② on: whoever is in the first stage, or further, may be in the second next year."""
    return StageEnrollment.objects.filter(promoter=promoter).exists()


@transaction.atomic
def plan(fiscal_year: FiscalYear, *, opens_on: date, closes_on: date, words: str, by: Any, at: datetime) -> WishCall:
    """Set the days and the words of the 意向確認 about a year; once it is announced the first day stays.

    Raises NotAllowed, or RuleBroken: days in the wrong order, a year that has begun or is closed.
    """
    _check_who(by, at)
    closing.ensure_open(fiscal_year)
    row = WishCall.objects.select_for_update().filter(fiscal_year=fiscal_year).first()
    row = row or WishCall(fiscal_year=fiscal_year)
    before = _told(row) if row.pk else None
    if row.issued_at is not None and row.opens_on != opens_on:
        raise RuleBroken(ISSUED_DATES)
    if closes_on >= fiscal_year.first_day:
        raise RuleBroken(f"締切日は、{fiscal_year}が始まる前の日付にしてください。")
    if closes_on < opens_on:
        raise RuleBroken("締切日は受付開始日以後にしてください。")
    row.opens_on, row.closes_on, row.words = opens_on, closes_on, words.strip()
    with constraints_as_rules():
        row.save()
    audit.record(row, "edited", by=by, at=at, before=before, after=_told(row))
    return row


@transaction.atomic
def issue(call_id: int, *, by: Any, at: datetime) -> int:
    """Announce it to everybody who is asked; returns how many. Raises NotAllowed, or RuleBroken: announced, over."""
    _check_who(by, at)
    call = WishCall.objects.select_for_update().get(pk=call_id)
    on = day_of(at)
    if call.issued_at is not None:
        raise RuleBroken("すでに案内しています。")
    if call.closes_on < on:
        raise RuleBroken("締切日を過ぎています。日付を直してから案内してください。")
    call.issued_at = at
    call.save(update_fields=["issued_at"])
    people = list(asked(call.fiscal_year, on=on).select_related("employee"))
    title = f"{call.fiscal_year}に向けた意向確認にご回答ください({format_date(call.closes_on)}まで)。"
    _tell(call, people, f"wish:{call.pk}", title, at)
    audit.record(call, "issued", by=by, at=at, after={"人数": len(people)})
    return len(people)


@transaction.atomic
def remind(call_id: int, *, by: Any, at: datetime) -> int:
    """Remind everybody who has not answered, at most once a day; returns how many were.

    Raises NotAllowed, or RuleBroken: not announced, closed, nobody is left.
    """
    _check_who(by, at)
    call = WishCall.objects.select_for_update().get(pk=call_id)
    on = day_of(at)
    if refusal := why_closed(call, on):
        raise RuleBroken(refusal)
    told = set(Notice.objects.filter(key__startswith=f"wish-again:{call.pk}:{on}:").values_list("employee", flat=True))
    people = [
        row for row in unanswered(call.fiscal_year, on=on).select_related("employee") if row.employee_id not in told
    ]
    if not people:
        raise RuleBroken(NOBODY_LEFT)
    title = f"【{format_date(call.closes_on)}締切】{call.fiscal_year}に向けた意向確認に、まだ回答がありません。"
    _tell(call, people, f"wish-again:{call.pk}:{on}", title, at)
    audit.record(call, "reminded", by=by, at=at, after={"人数": len(people)})
    return len(people)


def why_closed(call: WishCall | None, on: date) -> str | None:
    """Why no answer is taken on `on`; None while they are."""
    if call is None or call.issued_at is None:
        return NOT_ISSUED
    if on < call.opens_on:
        return f"受付は{format_date(call.opens_on)}からです。"
    if on > call.closes_on:
        return (
            f"受付は{format_date(call.closes_on)}に締め切りました。変更が必要なときは、DX推進担当に連絡してください。"
        )
    return None


@transaction.atomic
def answer(
    promoter_id: int,
    fiscal_year: FiscalYear,
    *,
    answer: str,
    track: CareerTrack | None = None,
    words: str = "",
    by: Any,
    at: datetime,
) -> ContinuationWish:
    """What a promoter wants for the year to come; the newest answer counts until the close.

    Raises NotAllowed for anybody else, or RuleBroken: not asked, not open, no such answer, a track before stage ②.
    """
    on = day_of(at)
    promoter = Promoter.objects.select_for_update(of=("self",)).select_related("employee").get(pk=promoter_id)
    if promoter.employee_id != roles.of(by, on).employee_id:
        raise NotAllowed("意向を回答できるのは、ご本人だけです。")
    if refusal := why_closed(call_for(fiscal_year), on):
        raise RuleBroken(refusal)
    if not asked(fiscal_year, on=on).filter(pk=promoter_id).exists():
        raise RuleBroken(NOT_ASKED)
    if answer not in WishAnswer.values:
        raise RuleBroken("意向を選んでください。")
    if track is not None and not may_choose_a_track(promoter):
        raise RuleBroken("キャリアプランは、ステージ②から選べます。")
    row = ContinuationWish.objects.filter(promoter=promoter, fiscal_year=fiscal_year).first()
    before = _answered(row) if row else None
    row = row or ContinuationWish(promoter=promoter, fiscal_year=fiscal_year)
    row.answer, row.track, row.words, row.answered_at = answer, track, words.strip(), at
    with constraints_as_rules():
        row.save()
    audit.record(row, "answered", by=by, at=at, before=before, after=_answered(row))
    return row


@dataclass(frozen=True)
class Counts:
    """How the answers stand: of so many who are asked, how many answered what (code, word, number)."""

    asked: int
    answers: Sequence[tuple[str, str, int]]

    @property
    def unanswered(self) -> int:
        return self.asked - sum(times for _, _, times in self.answers)


def counts(fiscal_year: FiscalYear, *, on: date) -> Counts:
    """One query."""
    rows = asked(fiscal_year, on=on).order_by()
    given = ContinuationWish.objects.filter(promoter=OuterRef("pk"), fiscal_year=fiscal_year)
    said = rows.annotate(said=Subquery(given.values("answer")[:1]))
    found = dict(said.values_list("said").annotate(Count("pk")))
    answers = [(str(code), str(word), found.get(code, 0)) for code, word in WishAnswer.choices]
    return Counts(sum(found.values()), answers)


def _tell(call: WishCall, people: Sequence[Promoter], key: str, title: str, at: datetime) -> None:
    notices.write_all(
        (Message(f"{key}:{row.pk}", row.employee, title, call.words, PAGE, call.closes_on) for row in people), at=at
    )


def _told(row: WishCall) -> dict[str, Any]:
    return {"受付開始日": row.opens_on.isoformat(), "締切日": row.closes_on.isoformat(), "案内文": row.words}


def _answered(row: ContinuationWish) -> dict[str, Any]:
    track = row.track.name if row.track else ""
    return {"意向": row.get_answer_display(), "キャリアプラン": track, "ひとこと": row.words}


def _check_who(by: Any, at: datetime) -> None:
    if not may.judge_year(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
