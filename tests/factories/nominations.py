"""The call, nominations in every state (walking the table), and answers of 推薦なし."""

from dataclasses import dataclass
from datetime import date

from aomori_dx.kernel import clock
from aomori_dx.kernel.fiscal_year import FiscalYear
from staff.models import Department, Employee, OfficeRole, User
from stages.models import (
    CareerTrack,
    Consent,
    Nomination,
    NominationCall,
    NominationDecline,
    NominationStatus,
    Proposal,
    Route,
)
from stages.services import nominations, reserves, selection
from tests.conftest import NOW
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories.stages import R8

PAGES = [
    "{nomination}",
    "call/{year}",
    "call/{year}/issue",
    "coverage",
    "balance",
    "prospects",
    "scores",
    "exceptions",
    "confirm",
    "reserves",
    "documents",
    "documents/decision",
]
"""The pages of 推薦と選考 below the board, as their addresses name them."""


def call(**fields) -> NominationCall:
    """An issued call of R8 that takes answers in November."""
    defaults = {
        "fiscal_year": R8,
        "title": "令和8年度DX推進員の推薦について(依頼)",
        "body": "各所属から1名を推薦してください。",
        "opens_on": date(2026, 11, 2),
        "closes_on": date(2026, 11, 30),
        "consent": Consent.OPTIONAL,
        "issued_at": NOW,
    }
    return NominationCall.objects.create(**{**defaults, **fields})


def track(code: str = "data", name: str = "データ型") -> CareerTrack:
    return CareerTrack.objects.get_or_create(code=code, defaults={"name": name})[0]


def decline(place: Department | None = None, **fields) -> NominationDecline:
    defaults = {"fiscal_year": R8, "reason_code": "nobody", "declined_at": NOW}
    return NominationDecline.objects.create(**{"department": place or make.department(), **defaults, **fields})


@dataclass
class House:
    """A department with its head, somebody to nominate, and the office."""

    place: Department
    head: User
    person: Employee
    login: User
    dx: User


def house(**fields) -> House:
    place = make.department(**fields)
    person = make.posting(to=place).employee
    head = make.user(make.head_of(place))
    return House(place, head, person, make.user(person), make.office(OfficeRole.DX))


def nomination(where: House | None = None, *, status: str = "draft", route: str = Route.RECOMMENDED, **fields):
    """A nomination in `status`, by walking the table. The call must be issued for anything but a draft."""
    where = where or house()
    row = Nomination.objects.create(
        **{
            "fiscal_year": R8,
            "route": route,
            "department": where.place,
            "nominee": where.person,
            "reason": "業務の改善に意欲があるため",
            "motive": "窓口の待ち時間を減らしたい",
            "work_to_improve": "申請の受付",
            **fields,
        }
    )
    walk(row, where, status)
    row.refresh_from_db()
    return row


def walk(row: Nomination, where: House, status: str) -> None:
    """Every step by its service, as the people would."""
    S = NominationStatus
    author = where.login if row.route == Route.SELF else where.head
    if status == S.DRAFT:
        return
    nominations.submit(row.pk, by=author, at=NOW)
    if status == S.WITHDRAWN:
        nominations.withdraw(row.pk, by=author, at=NOW)
    if status in (S.ENDORSED, S.NOT_ENDORSED):
        nominations.give_opinion(row.pk, agrees=status == S.ENDORSED, opinion="意見", by=where.head, at=NOW)
    if status == S.RETURNED:
        selection.send_back(row.pk, comment="理由を具体的に", due=date(2026, 12, 10), by=where.dx, at=NOW)
    if status == S.IN_REVIEW:
        selection.take_up([row.pk], by=where.dx, at=NOW)
    if status in (S.ACCEPTED, S.TURNED_DOWN, S.RESERVE, S.DECLINED):
        others = {S.RESERVE: Proposal.RESERVE, S.DECLINED: Proposal.DECLINE}
        decide(row, others.get(NominationStatus(status), Proposal.ACCEPT), by=where.dx)
    if status == S.TURNED_DOWN:
        reserves.turn_down(row.pk, reason="業務の都合のため", by=where.head, at=NOW)


def decide(row: Nomination, proposal: str, *, by: User) -> None:
    """Proposed and confirmed, alone."""
    make_stages.stages()
    selection.propose([row.pk], proposal, reason="選考の結果", by=by, at=NOW)
    found = selection.batch(row.fiscal_year, at=NOW, among=[row.pk])
    selection.confirm(row.fiscal_year, seen=found.seen, among=[row.pk], by=by, at=NOW)


def some_of_each(place: Department) -> None:
    """自薦 of today's year: under review from elsewhere, 補欠 proposed and decided, turned down; a 推薦なし."""
    today = clock.today()
    year = FiscalYear.containing(today)
    states = (("in_review", "accept"), ("in_review", "reserve"), ("reserve", "reserve"), ("turned_down", "accept"))
    for number, (state, proposal) in enumerate(states):
        Nomination.objects.create(
            fiscal_year=year,
            route=Route.SELF,
            department=place,
            nominee=make.posting().employee,
            status=state,
            proposal=proposal,
            reserve_order=number or None,
            submitted_at=clock.now(),
            decided_on=None if state == "in_review" else today,
        )
    decline(make.department(), fiscal_year=year)
