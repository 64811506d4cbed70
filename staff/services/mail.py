"""Letters that wait: looked at by the offices, called off by DX推進担当 with a reason."""

from datetime import datetime

from aomori_dx.kernel import outbox
from aomori_dx.kernel.clock import day_of
from aomori_dx.kernel.errors import NotAllowed, RuleBroken
from aomori_dx.kernel.models import OutboxMessage
from staff import permissions as may
from staff.models import User

NOT_YOURS = "送信待ちのメールを取り消せるのは、DX推進担当だけです。"


def cancel(letter_id: int, *, reason: str, by: User, at: datetime) -> OutboxMessage:
    """Call off a letter before it goes. Raises NotAllowed, or RuleBroken: no reason, it has gone, it was called off."""
    if not may.cancel_letters(by, day_of(at)):
        raise NotAllowed(NOT_YOURS)
    if not reason.strip():
        raise RuleBroken("取り消す理由を入力してください。")
    return outbox.cancel(letter_id, reason=reason.strip(), by=by, at=at)
