"""When a person can be given another 職員番号. Every rule answers with the sentences of its refusal."""

from collections.abc import Iterator
from datetime import date

from aomori_dx.kernel.wareki import short_date
from staff.models import Employee, FormerNumber, User


def of_the_day(person: Employee, on: date, *, today: date) -> Iterator[str]:
    """A number is in use or it is not: there is none for days to come, and changes follow one another."""
    if on > today:
        yield "切替日は、今日以前の日付にしてください。"
    if person.hired_on and on <= person.hired_on:
        yield f"切替日は、採用年月日({short_date(person.hired_on)})より後にしてください。"
    last = FormerNumber.objects.filter(employee=person).order_by("-until").first()
    if last and on <= last.until:
        yield f"切替日は、前回の切替日({short_date(last.until)})より後にしてください。"


def of_the_number(person: Employee, number: str) -> Iterator[str]:
    """A number means one person for ever (E23)."""
    if number == person.employee_number:
        yield "新しい職員番号が、今の職員番号と同じです。"
    other = FormerNumber.objects.filter(number=number).exclude(employee=person).select_related("employee").first()
    if other:
        yield f"この職員番号は、{other.employee.name}さんが以前に使っていました。"
    if User.objects.filter(username=number).exclude(employee=person).exists():
        yield "この職員番号をログインIDにしているアカウントがあります。情報政策担当に確認してください。"
