"""Cells of e-learning files: states in words, shares, scores, and moments as platforms write them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from aomori_dx.kernel.clock import TOKYO
from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.text import fold
from aomori_dx.kernel.wareki import parse_date

DONE = """修了, 完了, 修了済, 修了済み, 完了済, 完了済み, 受講完了, 受講済, 受講済み, 合格, 済, 済み, ○, ◯, 〇
completed, complete, passed, pass, finished, done, true, yes, 修了しました, 完了しました, 合格しました
完了(合格点到達), 完了(合格点に達しました), completed (achieved pass grade)"""
NOT_DONE = """未修了, 未完了, 受講中, 学習中, 進行中, 未受講, 未着手, 未開始, 不合格, 未, 未済, ×, 中断, 辞退, 期限切れ
not completed, incomplete, not complete, in progress, not started, not yet started, started, enrolled
failed, fail, expired, false, no, 完了していません, 完了(不合格), 完了(合格点未到達), 完了(合格点に達していません)
completed (did not achieve pass grade)"""
_STATES = {
    fold(word): done
    for done, words in ((True, DONE), (False, NOT_DONE))
    for word in words.replace("\n", ",").split(",")
}
_NOTHING = {"", "-", "ー", "―", "－", "−", "なし", "無", "n/a", "null", "none", "never", "未"}
_SHARE = re.compile(r"^([0-9]{1,3}(?:\.[0-9]+)?)(%?)$")
_SCORE = re.compile(r"^([0-9]{1,4}(?:\.[0-9]+)?)(?:点|/[0-9]+点?)?$")

_CLOCK = r"(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2}))?(?:\.[0-9]+)?"
_NAMED = r"(?:[A-Za-z]+, )?"
_BEHIND = rf"(?:,? {_CLOCK} ?(?P<half>[AaPp][Mm])?)?"
_ISO = re.compile(
    rf"^(?P<day>[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}})[T ]{_CLOCK} ?"
    r"(?P<zone>Z|UTC|GMT|JST|[+-][0-9:]+)?$"
)
_ENGLISH = re.compile(rf"^{_NAMED}(?P<d>[0-9]{{1,2}}) (?P<m>[A-Za-z]{{3,9}}) (?P<y>[0-9]{{4}}){_BEHIND}$")
_AMERICAN = re.compile(rf"^{_NAMED}(?P<m>[A-Za-z]{{3,9}}) (?P<d>[0-9]{{1,2}}), (?P<y>[0-9]{{4}}){_BEHIND}$")
_SHORT = re.compile(rf"^(?P<d>[0-9]{{1,2}})/(?P<m>[0-9]{{1,2}})/(?P<y>[0-9]{{2}}), {_CLOCK}$")
_WEEKDAY = re.compile(r"\s*[((][月火水木金土日](?:曜日?)?[))]\s*")
_LOOSE = re.compile(r"(?<=[年月]) +")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


@dataclass(frozen=True)
class Moment:
    """A day, or a moment without a zone: the officer says whether it is of Japan or UTC. One with a zone is a day."""

    day: date
    clock: time | None = None

    def on(self, *, utc: bool) -> date:
        """The day in Japan."""
        if self.clock is None or not utc:
            return self.day
        return datetime.combine(self.day, self.clock, UTC).astimezone(TOKYO).date()


def state(value: object) -> bool:
    """Whether a word says that somebody has finished."""
    done = _STATES.get(fold(cells.plain(value)))
    if done is None:
        raise ValueError(
            "「修了」「受講中」「未修了」「Completed」「Not completed」のような、状況を表す語にしてください。"
        )
    return done


def is_state(value: object) -> bool:
    return fold(cells.shown(value)) in _STATES


def share(value: object) -> float | None:
    """100, 100%, 43.5; a share of one (1.0, from a cell in per cent) is not told from 1 %: 100 is all."""
    text = cells.narrow(value)
    if text.lower() in _NOTHING:
        return None
    match = _SHARE.match(text)
    if not match or float(match[1]) > 100:
        raise ValueError("進捗率は0から100までの数字にしてください。")
    return float(match[1])


def score(value: object) -> int | None:
    """84, 84点, 84/100, 84.5 (whole points count)."""
    text = cells.narrow(value).replace(" ", "")
    if text.lower() in _NOTHING:
        return None
    match = _SCORE.match(text)
    if not match:
        raise ValueError("得点は0以上の数字にしてください。")
    return int(float(match[1]))


def moment(value: object) -> Moment | None:
    """A day in every usual form, or a moment as Udemy and Moodle write it. Raises ValueError in Japanese."""
    if isinstance(value, datetime):
        return Moment(value.date(), value.time())
    if not isinstance(value, str):
        return Moment(parse_date(value))
    text = cells.narrow(value)
    if text.lower() in _NOTHING:
        return None
    if match := _ISO.match(text):
        return _with_zone(match)
    text = _LOOSE.sub("", _WEEKDAY.sub(" ", text)).strip()
    for form in (_ENGLISH, _AMERICAN, _SHORT):
        if match := form.match(text):
            return _written_out(match)
    return Moment(parse_date(text), _time_of(text))


def is_moment(value: object) -> bool:
    try:
        return moment(value) is not None
    except ValueError:
        return False


def _with_zone(match: re.Match[str]) -> Moment:
    day = parse_date(match["day"])
    clock, zone = _clock(match.groupdict()), match["zone"]
    if not zone:
        return Moment(day, clock)
    offset = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "JST": "+09:00"}.get(zone, zone)
    if re.fullmatch(r"[+-][0-9]{2}", offset):
        offset += ":00"
    return Moment(datetime.fromisoformat(f"{day.isoformat()}T{clock.isoformat()}{offset}").astimezone(TOKYO).date())


def _written_out(match: re.Match[str]) -> Moment:
    parts = match.groupdict()
    month = _MONTHS.get(parts["m"][:3].lower(), 0) if parts["m"].isalpha() else int(parts["m"])
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        day = date(year, month, int(parts["d"]))
    except ValueError as error:
        raise ValueError(f"「{match[0]}」という日付はありません。") from error
    if not parts.get("h"):
        return Moment(day)
    return Moment(day, _clock(parts))


def _clock(parts: dict[str, Any]) -> time:
    hour, minute, second = int(parts["h"]), int(parts["min"]), int(parts["s"] or 0)
    half = (parts.get("half") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("時刻が正しくありません。")
    return time(hour, minute, second)


def _time_of(text: str) -> time | None:
    """The time of day that stands behind the date, if any."""
    match = re.search(rf" {_CLOCK}$", text)
    return _clock(match.groupdict()) if match else None
