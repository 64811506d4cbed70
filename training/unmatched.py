"""未照合の結果 as the officer sees them: accounts with what waits, and who it might be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q

from aomori_dx.kernel.text import fold
from staff.models import Employee
from training.models import UnmatchedResult, UnmatchedState

SUGGESTED = 10


@dataclass(frozen=True)
class Suggestion:
    """Somebody whose account it might be, and what speaks for it. Never taken without being asked."""

    person: Any
    because: str


def accounts(*, q: str = "", platform: str = "", state: str = "") -> Any:
    """Accounts with results in a state, the one that waits longest first: `first` is the id of one of the results."""
    rows = UnmatchedResult.objects.filter(state=state or UnmatchedState.WAITING)
    if platform:
        rows = rows.filter(platform=platform)
    if text := q.strip():
        rows = rows.filter(Q(key__contains=fold(text)) | Q(name__contains=text) | Q(number__contains=text))
    return (
        rows.order_by()
        .values("platform", "key")
        .annotate(
            called=Max("account"),
            person_name=Max("name"),
            given_number=Max("number"),
            because=Max("why"),
            first=Min("pk"),
            results=Count("pk"),
            since=Min("recorded_at"),
            decided=Max("decision"),
            matched=Max("decision__employee__name"),
            matched_number=Max("decision__employee__employee_number"),
            aside=Max("decision__reason"),
        )
        .order_by(F("since"), "platform", "key")
    )


def suggestions(row: UnmatchedResult, *, on: Any) -> list[Suggestion]:
    """By name and kana, by the number in part, by the part of an address before the @; in three queries at most."""
    found: dict[int, Suggestion] = {}
    named = fold(row.name)
    people = Employee.objects.with_place(on).order_by("employee_number")
    if named and not row.name.isascii():
        turned = fold("".join(reversed(row.name.replace("　", " ").split())))
        asked = (
            Q(name_key__in=[named, turned]) | Q(kana_key__in=[named, turned]) | Q(former_name_key__in=[named, turned])
        )
        if row.kana:
            asked |= Q(kana_key=fold(row.kana))
        _add(found, people.filter(asked)[:SUGGESTED], "氏名かカナが同じです")
    local = row.account.partition("@")[0]
    if local and len(local) > 2:
        _add(found, people.filter(email__istartswith=f"{local}@")[:SUGGESTED], "メールアドレスの@の前が同じです")
    digits = "".join(sign for sign in row.number or local if sign.isdigit()).lstrip("0")
    if len(digits) > 3:
        _add(found, people.filter(employee_number__endswith=digits)[:SUGGESTED], "番号の数字が同じです")
    return list(found.values())[:SUGGESTED]


def _add(found: dict[int, Suggestion], people: Iterable[Any], because: str) -> None:
    for person in people:
        found.setdefault(person.pk, Suggestion(person, because))


def search(text: str, *, on: Any) -> list[Any]:
    """People by name, kana or number."""
    if not fold(text):
        return []
    return list(Employee.objects.search(text).with_place(on).order_by("employee_number")[: SUGGESTED * 2])


def platforms() -> list[str]:
    return list(UnmatchedResult.objects.order_by("platform").values_list("platform", flat=True).distinct())
