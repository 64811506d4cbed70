"""The demo's nominations of the present year: a call that is open today, and answers in every state."""

from datetime import date, datetime, timedelta

from django.db import transaction

from aomori_dx.kernel import audit
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Employee, Posting
from stages.models import Nomination, NominationCall, NominationDecline, Promoter
from stages.services import calls, coverage

REASON = "練習用のデータ"
DAYS = timedelta(days=14)
BODY = """デジタル人材育成方針にもとづき、DX推進員を追加で募集します。
まだ推薦をいただいていない所属は、業務の改善に意欲のある職員を1名推薦してください。
該当者がいないときは、「推薦なし」と回答してください。自薦も同じ期間に受け付けます。"""
WHY = ("RPAの研修を自主的に受け、係の集計作業を見直しているため", "窓口の待ち時間を減らす提案をまとめているため")
MOTIVES = (
    ("紙の台帳をなくし、問い合わせにすぐ答えられるようにしたい", "許可台帳の管理"),
    ("毎月の集計を自動にして、分析に時間を使いたい", "補助金の実績の集計"),
    ("現場の写真と記録を1つにまとめたい", "施設の点検記録"),
)
# What came of the departments that had nobody yet, in official order; the others have not answered.
RECOMMENDED = ("submitted", "in_review", "returned", "submitted", "in_review")
DECLINES = (("on_leave", "候補となる職員が育児休業中のため"), ("small", "2人の職場で、研修に出られないため"))
# State, points, proposal of those who applied themselves.
APPLIED = (
    ("submitted", None, None, ""),
    ("endorsed", None, None, ""),
    ("in_review", 88, 91, "accept"),
    ("in_review", 82, 85, "accept"),
    ("in_review", 74, 70, "reserve"),
    ("in_review", 71, 72, "reserve"),
    ("in_review", 52, 60, "decline"),
    ("in_review", 66, None, ""),
    ("submitted", None, None, ""),
    ("withdrawn", None, None, ""),
)


@transaction.atomic
def create(*, on: date, at: datetime, of_the_head: int) -> int:
    """Write the call and the nominations, all or none; returns how many. A second time changes nothing.

    `of_the_head`: the department (id) whose head has a login; one of its people applies, and its answer is open.
    """
    year = FiscalYear.containing(on)
    if NominationCall.objects.filter(fiscal_year=year).exists():
        return 0
    call = NominationCall.objects.create(
        fiscal_year=year,
        title=f"{year}DX推進員の推薦について(追加募集)",
        body=BODY,
        document_number="行経第123号",
        opens_on=year.clamp(on - DAYS),
        closes_on=year.clamp(on + DAYS),
        issued_at=at,
    )
    audit.record(call, "issue", by=None, at=at, reason=REASON)
    waiting = coverage.unanswered(year, on=on)
    calls.tell(call, [answer.department for answer in waiting], at=at)
    places = [answer.department.pk for answer in waiting if answer.department.pk != of_the_head]
    rows = _recommended(places, year, on, at)
    rows += _applied(year, on, at, of_the_head, but=[row.department_id for row in rows])
    Nomination.objects.bulk_create(rows)
    declined = places[len(RECOMMENDED) :]
    NominationDecline.objects.bulk_create(
        NominationDecline(department_id=place, fiscal_year=year, reason_code=code, note=note, declined_at=at)
        for place, (code, note) in zip(declined, DECLINES, strict=False)
    )
    audit.record_all(
        audit.event(row, "submit", by=None, at=at, before="draft", after=row.status, reason=REASON) for row in rows
    )
    return len(rows)


def _recommended(places: list[int], year: FiscalYear, on: date, at: datetime) -> list[Nomination]:
    rows = []
    for number, (place, state) in enumerate(zip(places, RECOMMENDED, strict=False)):
        post = _eligible(on, year).filter(department=place).first()
        if post is None:
            continue
        fields = {"submitted_at": at, "reason": WHY[number % len(WHY)]}
        row = Nomination(
            fiscal_year=year, route="recommended", department_id=place, nominee=post.employee, status=state, **fields
        )
        if state == "returned":
            row.due = year.clamp(on + timedelta(days=7))
            row.comment = "推薦理由に、改善したい業務を具体的に書いてください。"
        rows.append(row)
    return rows


def _applied(year: FiscalYear, on: date, at: datetime, of_the_head: int, but: list[int]) -> list[Nomination]:
    """One of every so many departments, so that the bureaus are all there; none of a department that nominates now."""
    posts = list(_eligible(on, year).filter(department__nominates=True).exclude(department__in=but))
    first_of = {post.department_id: post for post in reversed(posts)}
    here = [first_of.pop(of_the_head)] if of_the_head in first_of else []
    chosen = here + list(first_of.values())[:: max(1, len(first_of) // len(APPLIED))]
    rows, line = [], 0
    for number, (post, (state, first, second, proposal)) in enumerate(zip(chosen, APPLIED, strict=False)):
        line += proposal == "reserve"
        motive, work = MOTIVES[number % len(MOTIVES)]
        rows.append(
            Nomination(
                fiscal_year=year,
                route="self",
                department_id=post.department_id,
                nominee=post.employee,
                status=state,
                submitted_at=at,
                motive=motive,
                work_to_improve=work,
                opinion="本人の意欲を応援したい。" if state != "submitted" else "",
                score_first=first,
                score_second=second,
                proposal=proposal,
                proposal_reason="今年度は見送り、来年度の応募をすすめる" if proposal == "decline" else "",
                reserve_order=line if proposal == "reserve" else None,
            )
        )
    return rows


def _eligible(on: date, year: FiscalYear):
    """Primary posts of regular staff at work, neither heads nor managers, who never were promoters."""
    people = Employee.objects.in_service(on).in_service(year.first_day).at_work(on).filter(employment_type="regular")
    people = people.exclude(pk__in=Promoter.objects.values("employee"))
    rows = Posting.objects.primary().on(on).filter(employee__in=people, is_head=False, is_manager=False)
    return rows.select_related("employee").order_by("department__code", "employee__employee_number")
