"""Reading and writing whole files is set-based: ten times the people, the same number of questions."""

import re
from collections import Counter
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import stages as make
from tests.factories.files import department, person, promoter, succession, training_year, transfer
from tests.factories.loading import R6, R7, R8, loaded

pytestmark = pytest.mark.django_db
CODES = [f"0101{n}0" for n in range(1, 7)]
OLD = [department(code, f"第{place}課") for place, code in enumerate(CODES, 1)]
NEW = [*OLD[:4], department("010210", "新しい課"), department("010220", "別の課")]


def people(size: int, **more: str) -> list[dict]:
    return [person(f"{n:07}", code=CODES[n % 6], **more) for n in range(1, size + 1)]


def moves(size: int) -> list[dict]:
    """Every kind of row, in equal parts; who is in a dissolved department is placed."""
    rows = []
    for n in range(1, size + 1):
        number = f"{n:07}"
        if n % 6 >= 4:
            rows.append(transfer(number, "組織改編", "010210"))
        elif n % 6 == 0:
            rows.append(transfer(number, "転任", CODES[1], 新補職名="主査"))
        elif n % 6 == 1:
            rows.append(transfer(number, "退職"))
        elif n % 6 == 2:
            rows.append(transfer(number, "休職"))
        else:
            rows.append(transfer(f"{n + 9000:07}", "採用", CODES[0]))
    return rows


def verb(sql: str) -> str:
    """Django notes a statement for many rows as `? times: INSERT …`."""
    return re.sub(r"^\S+ times: ", "", sql).split(None, 1)[0]


def questions(size: int) -> dict[str, Counter[str]]:
    """How many questions of each verb every step asks of the database, with so many people."""
    asked: dict[str, Counter[str]] = {}

    def step(name: str, kind: str, *rows: dict, as_of: date = R6) -> None:
        with CaptureQueriesContext(connection) as queries:
            loaded(kind, *rows, as_of=as_of)
        asked[name] = Counter(verb(query["sql"]) for query in queries)

    make.stages()
    step("departments", "departments", *OLD)
    step("first roster", "roster", *people(size, 兼務所属コード=CODES[4]))
    step("the same roster again", "roster", *people(size, 兼務所属コード=CODES[4]))
    chosen = [promoter(f"{n:07}", CODES[n % 6], 枠="自薦枠") for n in range(1, size + 1)]
    step("promoters", "promoters", *chosen)
    step("years of training", "stage_enrollments", *(training_year(f"{n:07}") for n in range(1, size + 1)))
    step("reorganisation", "departments", *NEW, as_of=R7)
    step("successions", "successions", succession((CODES[4], "第5課"), ("010210", "新しい課")), as_of=R7)
    step("transfers", "transfers", *moves(size))
    step("the same transfers again", "transfers", *moves(size))
    stayed = [row for row in people(size) if int(row["職員番号"]) % 6 != 1]
    step("next roster", "roster", *(row | {"所属コード": CODES[2], "休職等区分": "派遣"} for row in stayed), as_of=R8)
    return asked


def test_ten_times_the_people_ask_the_same_questions():
    few, many = (in_an_empty_database(size) for size in (30, 300))
    if connection.vendor == "sqlite":  # bulk_create and bulk_update take 999 values at a time there
        for name in many:
            more = sum(many[name].pop(word, 0) - few[name].pop(word, 0) for word in ("INSERT", "UPDATE"))
            assert more <= 300 // 20, name
    assert many == few


def in_an_empty_database(size: int) -> dict[str, Counter[str]]:
    with transaction.atomic():
        asked = questions(size)
        transaction.set_rollback(True)
    return asked
