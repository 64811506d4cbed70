"""Whose result it is: by 職員番号 (former ones too), by a remembered account, by e-mail; never by the name alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from aomori_dx.kernel.tables import cells
from aomori_dx.kernel.text import fold, given_name, same_name
from staff.models import Employee, FormerNumber
from training.imports.elearning_reading import Result
from training.models import PlatformAccount

_number = cells.code(settings.EMPLOYEE_NUMBER_WIDTH)
FIELDS = ("pk", "employee_number", "name", "former_name", "kana", "email", "hired_on", "left_on")


@dataclass(frozen=True, slots=True)
class Person:
    """As much of a person as a file is compared with: there are tens of thousands."""

    pk: int
    number: str
    name: str
    former_name: str
    kana: str
    email: str
    hired_on: date | None
    left_on: date | None

    def was_here(self, day: date) -> bool:
        return not ((self.hired_on and day < self.hired_on) or (self.left_on and self.left_on <= day))


@dataclass(frozen=True)
class Found:
    """The person, or why there is none. `aside`: the account is set aside on purpose."""

    person: Person | None
    why: str = ""
    aside: bool = False


@dataclass(frozen=True)
class Login:
    """How a file calls somebody; `account` is the most telling of it."""

    account: str
    number: str
    name: str
    kana: str

    @property
    def key(self) -> str:
        return fold(self.account)


def login_of(result: Result) -> Login:
    record = result.record
    number, email, account = (record.get(key) or "" for key in ("number", "email", "account"))
    called = email or number or account or result.name
    return Login(called, number, result.name, record.get("kana") or "")


class People:
    """Everybody, and every account that an officer has matched on this platform: read once, in three queries."""

    def __init__(self, platform: str) -> None:
        rows = Employee.objects.order_by("pk").values_list(*FIELDS)
        everybody = {row[0]: Person(*row) for row in rows.iterator(chunk_size=5_000)}
        self._by_number = {person.number: person for person in everybody.values()}
        former = FormerNumber.objects.order_by("until").values_list("number", "employee")
        self._former = {number: everybody[pk] for number, pk in former if pk in everybody}
        self._by_email: dict[str, list[Person]] = defaultdict(list)
        for person in everybody.values():
            if person.email:
                self._by_email[fold(person.email)].append(person)
        accounts = PlatformAccount.objects.filter(platform=platform, ended_at__isnull=True)
        self._employees: dict[int, Employee] = {}
        self._accounts = {key: everybody.get(pk) for key, pk in accounts.values_list("key", "employee")}

    def employee(self, person: Person) -> Employee:
        """For rows that name the person; the rest is not read."""
        known = self._employees.get(person.pk)
        if known is None:
            known = self._employees[person.pk] = Employee(pk=person.pk, employee_number=person.number, name=person.name)
        return known

    def find(self, result: Result, day: date) -> Found:
        """Who it is. `day`: of the result; an address may have been somebody else's."""
        record = result.record
        number = self._numbered(record.get("number") or "")
        email = record.get("email") or ""
        addressed = self._by_email.get(fold(email), []) if email else []
        numbered = self._checked(number, addressed, result.name) if number else None
        if numbered and numbered.person:
            return numbered
        if self._accounts and (key := login_of(result).key) in self._accounts:
            person = self._accounts[key]
            return Found(person, aside=person is None)
        if numbered:
            return numbered
        if addressed:
            here = [person for person in addressed if person.was_here(day)]
            if len(here) == 1:
                return Found(here[0])
            why = (
                "同じメールアドレスの職員が複数います。" if here else "修了日に在職していない職員のメールアドレスです。"
            )
            return Found(None, why)
        return self._by_login(record.get("account") or "", result.name, record.get("number") or "")

    def _numbered(self, written: str) -> Person | None:
        if not written:
            return None
        try:
            number = _number(written)
        except ValueError:
            return None
        return self._by_number.get(number) or self._former.get(number)

    def _checked(self, person: Person, addressed: list[Person], name: str) -> Found:
        if name and not could_be(name, person):
            return Found(None, f"職員番号{person.number}は「{person.name}」で、氏名が違います。")
        if addressed and person not in addressed:
            return Found(None, f"職員番号は「{person.name}」、メールアドレスは「{addressed[0].name}」のものです。")
        return Found(person)

    def _by_login(self, account: str, name: str, number: str) -> Found:
        """A login that is a 職員番号 in full, or the address."""
        if addressed := self._by_email.get(fold(account), []) if "@" in account else []:
            return Found(addressed[0]) if len(addressed) == 1 else Found(None, "同じメールアドレスの職員が複数います。")
        person = self._by_number.get(account) or self._former.get(account)
        if person is not None:
            return self._checked(person, [], name)
        return Found(None, "この職員番号の職員はいません。" if number else "このアカウントの職員が分かりません。")


def could_be(name: str, person: Person) -> bool:
    """Whether the name is this person's, now or before. Another family name alone is no other person: people marry.

    A name in Latin letters tells nothing; platforms write 太郎 青森 and アオモリ タロウ too.
    """
    if name.isascii():
        return True
    turned = " ".join(reversed(name.replace("　", " ").split()))
    known = [person.name, person.former_name, person.kana]
    if any(same_name(written, other) for written in (name, turned) for other in known if other):
        return True
    given, own = given_name(name), given_name(person.name)
    return bool(given and own) and same_name(given, own)
