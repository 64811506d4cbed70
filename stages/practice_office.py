"""What DX推進担当 can do with one promoter's report: answer in the head's stead, extend, take back, keep out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from staff.models import User
from stages import permissions as may
from stages.forms.practice import AnswerForm, CommentForm, ExtendForm, RevokeForm
from stages.models import PracticeReport, StageEnrollment
from stages.models import PracticeStatus as S
from stages.practice_querysets import WAITING
from stages.services import practice_reports as services

Given = dict[str, Any]


def _approve(year: StageEnrollment, report: PracticeReport, given: Given, **who: Any) -> None:
    services.give_answer(report.pk, approves=True, comment=given["comment"], seen=given["seen"], **who)


def _send_back(year: StageEnrollment, report: PracticeReport, given: Given, **who: Any) -> None:
    services.give_answer(report.pk, approves=False, comment=given["comment"], seen=given["seen"], **who)


def _extend(year: StageEnrollment, report: PracticeReport | None, given: Given, **who: Any) -> None:
    services.extend(year.pk, until=given["until"], reason=given["reason"], **who)


def _revoke(year: StageEnrollment, report: PracticeReport, given: Given, **who: Any) -> None:
    services.revoke(report.pk, reason=given["reason"], **who)


def _comment(year: StageEnrollment, report: PracticeReport, given: Given, **who: Any) -> None:
    services.comment(report.pk, given["comment"], **who)


def _keep_out(year: StageEnrollment, report: PracticeReport, given: Given, **who: Any) -> None:
    services.keep_out(report.pk, is_private=not report.is_private, **who)


@dataclass(frozen=True)
class Deed:
    """An act: its word, the form it asks for, what it does. `note`: what follows, told beside the button."""

    label: str
    form: Callable[[Any, PracticeReport | None], Any]
    do: Callable[..., None]
    note: str = ""
    needs_report: bool = True


def _reading(returns: bool) -> Callable[[Any, Any], AnswerForm]:
    return lambda given, report: AnswerForm(given, report=report, returns=returns)


DEEDS = {
    "approve": Deed("承認", _reading(False), _approve, "所属長が不在のため、代わって承認したことが記録に残ります。"),
    "return": Deed("差戻し", _reading(True), _send_back, "所属長が不在のため、代わって差し戻します。"),
    "extend": Deed(
        "期限の延長", lambda given, report: ExtendForm(given), _extend, "ご本人と所属長に知らせます。", False
    ),
    "comment": Deed("コメント", lambda given, report: CommentForm(given), _comment, "ご本人に知らせます。"),
    "revoke": Deed(
        "承認の取消", lambda given, report: RevokeForm(given), _revoke, "ご本人に差し戻され、修了の要件から外れます。"
    ),
    "library": Deed(
        "事例集への掲載の切替", lambda given, report: CommentForm(given), _keep_out, "すぐに反映されます。"
    ),
}


@dataclass(frozen=True)
class Offer:
    """A deed that is possible now, with its form (the one that was refused, where one was)."""

    name: str
    deed: Deed
    form: Any
    is_tried: bool


def offers(
    enrollment: StageEnrollment, report: PracticeReport | None, *, by: User, at: datetime, tried: dict[str, Any]
) -> list[Offer]:
    """What this officer may do now; nothing for those who only look."""
    if not may.run_practice(by, at.date()):
        return []
    names = [name for name in DEEDS if name in tried or _is_possible(name, report, by, at)]
    found = []
    for name in names:
        if report is not None or not DEEDS[name].needs_report:
            form = tried.get(name) or DEEDS[name].form(None, report)
            form.auto_id = f"id_{name}_%s"  # several forms on a page ask for a comment
            found.append(Offer(name, DEEDS[name], form, name in tried))
    return found


def _is_possible(name: str, report: PracticeReport | None, by: User, at: datetime) -> bool:
    status = report.status if report else S.DRAFT
    if name in ("approve", "return"):
        return report is not None and status in WAITING and may.approve_practice(by, report, at)
    if name == "extend":
        return status not in (S.SUBMITTED, S.APPROVED)
    return name == "comment" or status == S.APPROVED
