"""A made-up prefecture of any size, as the files its personnel office would hand over. Seeded: always the same."""

import csv
import io
import random
from dataclasses import dataclass
from functools import cached_property

import xlsxwriter

ROSTER = (
    "職員番号", "氏名", "氏名カナ", "所属コード", "部局名", "所属名", "補職名", "職員区分", "管理職", "所属長",
    "採用年月日", "所属異動年月日", "休職等区分", "兼務所属コード", "メールアドレス",
)  # fmt: skip
TRANSFERS = (
    "職員番号", "氏名", "異動区分", "発令年月日", "旧所属名", "新所属コード", "新所属名", "新補職名",
    "管理職", "所属長",
)  # fmt: skip
DEPARTMENTS = ("所属コード", "部局名", "所属名", "区分")
SUCCESSIONS = ("旧所属コード", "旧所属名", "新所属コード", "新所属名", "区分")
ELEARNING = (
    "user_email", "item_title", "item_id", "item_completion_ratio", "item_marked_complete", "item_completion_time",
)  # fmt: skip
FAMILY = ("佐藤", "髙橋", "工藤", "小山内", "對馬", "三上", "葛西", "山﨑", "渡邊", "齋藤")
GIVEN = ("蓮", "葵", "陽子", "直樹", "久美子", "さくら", "龍之介", "恵", "豊", "美咲")
PER_DEPARTMENT = 22


@dataclass(frozen=True)
class Prefecture:
    """`people` members of staff in `people / 22` departments of 20 bureaus. Numbers as in the real files."""

    people: int
    seed: int = 20240401

    @cached_property
    def codes(self) -> list[str]:
        return [f"{10 * place:06}" for place in range(1, max(self.people // PER_DEPARTMENT, 2) + 1)]

    def departments(self, *, renamed: int = 0) -> bytes:
        """所属一覧; the first `renamed` departments stand under new codes (they were dissolved)."""
        rows = [
            (_new(code) if place < renamed else code, f"第{place % 20 + 1:02}部", _name(code, place < renamed), "課室")
            for place, code in enumerate(self.codes)
        ]
        return _csv(DEPARTMENTS, rows, "utf-8-sig")

    def successions(self, *, renamed: int) -> bytes:
        """What became of the dissolved departments."""
        rows = [
            (code, _name(code, False), _new(code), _name(code, True), "改称・移管") for code in self.codes[:renamed]
        ]
        return _csv(SUCCESSIONS, rows, "utf-8-sig")

    def roster(self, *, moved: float = 0.0, form: str = "csv") -> bytes:
        """職員名簿; the share `moved` of the people is in another department than at first."""
        chance = random.Random(self.seed)
        rows = [self._person(place, chance, moved) for place in range(self.people)]
        return _csv(ROSTER, rows, "cp932") if form == "csv" else _xlsx(ROSTER, rows)

    def elearning(self, *, results: int, form: str = "csv") -> bytes:
        """A platform's export of so many results, by e-mail, of several courses; every fifth is not finished yet."""
        courses = -(-results // self.people)
        rows = []
        for place in range(results):
            person, course, done = place % self.people, place // self.people % courses + 1, place % 5 != 4
            moment = f"2025-{place % 9 + 4:02}-{place % 28 + 1:02} {place % 12 + 8:02}:00:00"
            share, mark = ("100", "TRUE") if done else (str(place % 90), "FALSE")
            rows.append((email(person), course_name(course), f"E{course:03}", share, mark, moment if done else ""))
        return _csv(ELEARNING, rows, "utf-8-sig") if form == "csv" else _xlsx(ELEARNING, rows)

    def _person(self, place: int, chance: random.Random, moved: float) -> tuple:
        goes = chance.random() < moved
        home = (place * 7 + 13 if goes else place) % len(self.codes)
        code = self.codes[home]
        head = "1" if place < len(self.codes) and not goes else "0"
        day = "R7.04.01" if goes else "R5.04.01"
        return (
            *self._named(place), "ｱｵﾓﾘ ﾀﾛｳ", code, f"第{home % 20 + 1:02}部", _name(code, False), "主事",
            "正規", head, head, "H22.04.01", day, "", "", email(place),
        )  # fmt: skip

    def transfers(self, *, moving: int, renamed: int) -> bytes:
        """人事異動 of one day: everybody of the dissolved departments, then others up to `moving`."""
        codes = self.codes
        rows = []
        for place in range(self.people):
            home = place % len(codes)
            old = _name(codes[home], False)
            head = "1" if place < len(codes) else "0"
            if home < renamed:
                rows.append(self._line(place, "組織改編", old, _new(codes[home]), _name(codes[home], True), head))
            elif len(rows) < moving and place >= len(codes):
                target = renamed + (home * 5 + 3) % (len(codes) - renamed)
                rows.append(self._line(place, "転任", old, codes[target], _name(codes[target], False), "0"))
        return _xlsx(TRANSFERS, rows)

    def _line(self, place: int, kind: str, old: str, code: str, name: str, head: str) -> tuple:
        return (*self._named(place), kind, "R7.04.01", old, code, name, "主事", head, head)

    @staticmethod
    def _named(place: int) -> tuple[str, str]:
        return f"{1_000_000 + place:07}", f"{FAMILY[place % 10]}　{GIVEN[place // 10 % 10]}"


def email(place: int) -> str:
    return f"u{place:07}@pref.example.jp"


def course_name(number: int) -> str:
    return f"eラーニング{number}"


def _name(code: str, new: bool) -> str:
    return f"{'新' if new else ''}第{code}課"


def _new(code: str) -> str:
    return f"9{code[1:]}"


def _csv(header: tuple, rows: list[tuple], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue().encode(encoding)


def _xlsx(header: tuple, rows: list[tuple]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("名簿")
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()
