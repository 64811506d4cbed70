"""Files with arbitrary mistakes, in an arbitrary order: whatever they are, four things hold."""

import random
from datetime import date
from typing import Any

import pytest

from tests.factories import files
from tests.factories import stages as make
from tests.factories.loading import R6, R7, R8, contradictions, counts, everything, load, loaded

pytestmark = pytest.mark.django_db
CODES = ("010110", "010120", "010130")
DAYS = (R6, R7, date(2025, 6, 1), R8)
KINDS = ("departments", "successions", "roster", "transfers", "transfers", "promoters", "stage_enrollments")
ANY_CELL: list[Any] = [
    "", " ", "\n", "0", "1", 1, 2.0, True, None, "x" * 300, "#N/A", "○", "×", *CODES, 10120, "010110、010120", "999999",
    "R7.04.01", "R7.06.01", "R8.4.1", "R7.2.30", "2025/10/1", "45748", date(2025, 4, 1), "R6", "0000001", "0000009",
    "青森　太郎", "八戸　花子", "〓森　太郎", "新人　翼", "転任", "退職", "採用", "復職", "休職", "組織改編", "課長",
    "総務部", "健康部", "人事課", "改称", "分割", "課室", "正規", "推薦枠", "修了", "未修了", "育児休業",
]  # fmt: skip
FATES = ("転任", "退職", "採用", "復職", "休職", "派遣", "昇任", "組織改編")


def name_of(number: int) -> str:
    return "八戸　花子" if number == 2 else "青森　太郎"


def rows_of(kind: str, chance: random.Random) -> list[files.Row]:
    """A small file of a kind, mostly right."""
    places = [files.department(code, f"第{place}課") for place, code in enumerate(CODES, 1)]
    if kind == "departments":
        return [*places, files.department("010140", "新しい課", "健康部")]
    if kind == "successions":
        return [files.succession((CODES[0], "第1課"), (CODES[n], f"第{n + 1}課")) for n in (1, 2)]
    if kind == "roster":
        return [files.person(f"{n:07}", name_of(n), chance.choice(CODES)) for n in (1, 2, 3, 4)]
    if kind == "promoters":
        return [files.promoter(f"{n:07}", CODES[n - 1], name=name_of(n)) for n in (1, 2, 3)]
    if kind == "stage_enrollments":
        years = [(1, "R6"), (2, "R7")]
        return [files.training_year("0000001", s, fiscal_year=y, 状態の日付="2026-03-01") for s, y in years]
    people = [chance.choice([1, 2, 3, 4, 9]) for _ in range(chance.randint(1, 5))]
    days = [chance.choice(["R6.10.01", "R7.04.01", "R7.06.01", "R8.04.01"]) for _ in people]
    return [
        files.transfer(f"{n:07}", chance.choice(FATES), chance.choice(["", *CODES]), name=name_of(n), 発令年月日=day)
        for n, day in zip(people, days, strict=True)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_nothing_contradicts_itself(seed):
    chance = random.Random(seed)
    make.stages()
    loaded("departments", *rows_of("departments", chance)[:3])
    loaded("roster", *rows_of("roster", chance))
    for _ in range(10):
        kind, day = chance.choice(KINDS), chance.choice(DAYS)
        rows = rows_of(kind, chance)
        for _ in range(chance.choice([0, 0, 1, 2])):
            row = chance.choice(rows)
            row[chance.choice(list(row))] = chance.choice(ANY_CELL)
        see_that_all_holds(kind, day, files.as_csv(rows))


def see_that_all_holds(kind: str, day: date, content: bytes) -> None:
    before = everything()
    dry = load(kind, content=content, as_of=day, dry_run=True)
    assert everything() == before, "a dry run writes nothing"
    report = load(kind, content=content, as_of=day)
    assert dry.as_json() == report.as_json(), "and says what the real run does"
    if report.errors:
        assert everything() == before, "one error and nothing is written"
        return
    told = counts(report)
    rows = told.get("created", 0) + told.get("changed", 0) + told.get("unchanged", 0)
    assert rows + (told.get("ended", 0) if kind == "transfers" else 0) == report.read, "every row is accounted for"
    assert contradictions() == []
    after = everything()
    assert set(counts(load(kind, content=content, as_of=day))) <= {"unchanged"}, "the same again changes nothing"
    assert everything() == after
