"""What follows a move of a nomination, in its transaction: dates, the promoter, and who is told."""

from datetime import date, datetime
from typing import Any

from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.wareki import format_date
from staff.models import OfficeRole
from staff.services import notices
from staff.services.notices import Message
from stages.effects import appointment, reminders
from stages.models import Nomination, Promoter, Route

SELF_PAGE, HEAD_PAGE, ENDORSE_PAGE, BOARD = (
    "/nominations/self/",
    "/department/nominate/",
    "/department/endorsements/",
    "/nominations/",
)


def date_the_submission(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """It came in now; what was said when it was sent back, and what it clashed with, is done with. Of an answer that
    is there nobody is reminded."""
    nomination.submitted_at, nomination.due, nomination.clashes_with = at, None, None
    nomination.save(update_fields=["submitted_at", "due", "clashes_with"])
    if nomination.route == Route.RECOMMENDED:
        reminders.call_off(nomination.department, nomination.fiscal_year, at=at)


def forget_the_day(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """The day by which an answer was due means nothing any more."""
    nomination.due = None
    nomination.save(update_fields=["due"])


def appoint(nominations: list[Nomination], *, by: Any, at: datetime) -> None:
    """The promoters and their year in stage ① (domain, Nomination). Raises RuleBroken for who is one already."""
    on = day_of(at)
    for row in nominations:
        row.decided_on = row.decided_on or on
    Nomination.objects.bulk_update(nominations, ["decided_on"], batch_size=500)
    promoters = [
        Promoter(
            employee=row.nominee,
            cohort=row.fiscal_year,
            route=row.route,
            department=row.department,
            appointed_on=row.decided_on or on,
        )
        for row in nominations
    ]
    appointment.appoint_all(promoters, by=by, at=at, reason="推薦の決定による")


def ask_for_consent(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """A 自薦 came in: the 所属長 is told that a word is asked for."""
    if nomination.route != Route.SELF:
        return
    message = Message(
        key=_key(nomination, "consent", at),
        to=nomination.department,
        title=f"{nomination.nominee.name}さんが{nomination.fiscal_year}の自薦枠に応募しました。",
        body="応募の内容を確認し、同意するかどうかと意見を入力してください。",
        url=ENDORSE_PAGE,
    )
    notices.write(message, at=at)


def tell_of_consent(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """The 所属長 gave a word: the applicant is told."""
    word = nomination.get_status_display()
    _tell_nominees([nomination], "consent-given", f"自薦枠への応募に所属長が「{word}」と回答しました。", at)


def tell_of_decision(nominations: list[Nomination], *, by: Any, at: datetime) -> None:
    """確定: the nominee and the head are told, each about his own."""
    messages = []
    for row in nominations:
        word = f"{row.fiscal_year}のDX推進員の選考の結果、「{row.get_status_display()}」となりました。"
        messages.append(Message(_key(row, "decided", at), row.nominee, word, url=SELF_PAGE))
        title = f"{row.nominee.name}さん: {word}"
        messages.append(Message(_key(row, "decided-head", at), row.department, title, row.comment, HEAD_PAGE))
    notices.write_all(messages, at=at)


def tell_of_decline(nominations: list[Nomination], *, by: Any, at: datetime) -> None:
    """不採用: who applied is told, and the head; a person who was recommended hears it from the head."""
    tell_of_decision([row for row in nominations if row.route == Route.SELF], by=by, at=at)
    notices.write_all(
        (
            Message(
                _key(row, "decided-head", at),
                row.department,
                f"{row.nominee.name}さん: {row.fiscal_year}のDX推進員の選考の結果、「不採用」となりました。",
                row.comment,
                HEAD_PAGE,
            )
            for row in nominations
            if row.route == Route.RECOMMENDED
        ),
        at=at,
    )


def tell_of_return(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """差戻し: who submitted it is told what to do and until when."""
    title = f"{nomination.nominee.name}さんの推薦が差し戻されました。内容を直して、もう一度提出してください。"
    to = nomination.nominee if nomination.route == Route.SELF else nomination.department
    url = SELF_PAGE if nomination.route == Route.SELF else HEAD_PAGE
    message = Message(_key(nomination, "returned", at), to, title, nomination.comment, url, nomination.due)
    notices.write(message, at=at)


def tell_of_withdrawal(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """取下げ by the office: who submitted it is told."""
    title = f"{nomination.nominee.name}さんの{nomination.fiscal_year}の推薦は取り下げられました。"
    to = nomination.nominee if nomination.route == Route.SELF else nomination.department
    url = SELF_PAGE if nomination.route == Route.SELF else HEAD_PAGE
    notices.write(Message(_key(nomination, "withdrawn", at), to, title, nomination.comment, url), at=at)


def tell_of_refusal(nomination: Nomination, *, by: Any, at: datetime) -> None:
    """辞退, or no answer in time: the nominee, the head and the office are told."""
    title = (
        f"{nomination.nominee.name}さんの{nomination.fiscal_year}の{nomination.get_route_display()}は辞退となりました。"
    )
    notices.write_all(
        [
            Message(_key(nomination, "turned-down", at), nomination.nominee, title, url=SELF_PAGE),
            Message(_key(nomination, "turned-down-head", at), nomination.department, title, url=HEAD_PAGE),
            Message(
                _key(nomination, "turned-down-office", at),
                OfficeRole.DX,
                f"{title} 補欠の繰上げか、所属への再推薦の依頼を検討してください。",
                url=BOARD,
            ),
        ],
        at=at,
    )


def tell_of_question(nomination: Nomination, *, at: datetime, due: date) -> None:
    """A 補欠 is asked whether to move up: the nominee and the head are told, with the day by which to answer."""
    day = format_date(due)
    title = f"{nomination.fiscal_year}のDX推進員に空きが出ました。{day}までに、受けるかどうかを回答してください。"
    head = f"補欠の{nomination.nominee.name}さんに、繰上げを受けるかどうかを照会しています({day}まで)。"
    notices.write_all(
        [
            Message(_key(nomination, "asked", at), nomination.nominee, title, url=SELF_PAGE, due=due),
            Message(_key(nomination, "asked-head", at), nomination.department, head, url=HEAD_PAGE, due=due),
        ],
        at=at,
    )


def _tell_nominees(nominations: list[Nomination], what: str, title: str, at: datetime) -> None:
    notices.write_all((Message(_key(row, what, at), row.nominee, title, url=SELF_PAGE) for row in nominations), at=at)


def _key(nomination: Nomination, what: str, at: datetime) -> str:
    return f"nomination:{nomination.pk}:{what}:{at:%Y%m%dT%H%M%S%f}"
