"""Made-up years of an office, and what each day then looks like: told by a plain simulation, not by the programme."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.factories import files

FIRST = date(2024, 4, 1)
DAYS = (date(2025, 4, 1), date(2025, 6, 1), date(2026, 4, 1))
LEAVES = ("休職", "育児休業", "派遣")
TITLES = ("主事", "主査", "課長")
NAMES = (
    "一戸　健",
    "二本柳　葵",
    "三上　翼",
    "四戸　浩",
    "五十嵐　恵",
    "六角　誠",
    "七尾　明",
    "八戸　花子",
    "九戸　学",
)


@dataclass
class Life:
    """One person on one day."""

    name: str
    code: str
    title: str = "主事"
    head: bool = False
    leave: str = ""
    concurrent: set[str] = field(default_factory=set)

    def as_state(self) -> tuple:
        return (self.code, self.title, False, self.head, self.leave, tuple(sorted(self.concurrent)))


@dataclass
class Story:
    """`papers` in the order in which they come: kind, day, rows. `states`: what each day looks like afterwards."""

    papers: list[tuple[str, date, list[files.Row]]] = field(default_factory=list)
    states: dict[date, dict[str, tuple]] = field(default_factory=dict)
    last: dict[str, Life] = field(default_factory=dict)


def roster_of(people: dict[str, Life]) -> list[files.Row]:
    """The roster that the office would export."""
    return [
        {
            "職員番号": number,
            "氏名": life.name,
            "所属コード": life.code,
            "補職名": life.title,
            "管理職": "0",
            "所属長": "1" if life.head else "0",
            "休職等区分": life.leave,
            "兼務所属コード": "、".join(sorted(life.concurrent)),
        }
        for number, life in people.items()
    ]


@dataclass
class World:
    draw: Any
    departments: dict[str, tuple[str, str]]
    people: dict[str, Life]
    used: int = 0
    gone: dict[str, tuple[Life, date]] = field(default_factory=dict)

    def new_code(self) -> str:
        self.used += 1
        return f"{self.used:06}"

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(sorted(options)))

    def reorganise(self) -> tuple[list[files.Row], list[files.Row]]:
        """Rename, move or dissolve some departments, open new ones; people of renamed ones go along."""
        linked: list[files.Row] = []
        before = dict(self.departments)
        for code, (name, bureau) in before.items():
            fate = self.draw(st.sampled_from(["stays"] * 5 + ["renamed", "moved", "dissolved"]))
            if fate == "renamed":
                self.departments[code] = (f"{name}改", bureau)
            elif fate == "moved":
                self.departments[code] = (name, f"{bureau}新")
            elif fate == "dissolved" and len(self.departments) > 2:
                del self.departments[code]
        for _ in range(self.draw(st.integers(0, 2))):
            code = self.new_code()
            self.departments[code] = (f"第{code}課", "総務部")
        for code in before.keys() - self.departments.keys():
            heirs = self.draw(st.lists(st.sampled_from(sorted(self.departments)), max_size=2, unique=True))
            linked += [files.succession((code, before[code][0]), (heir, self.departments[heir][0])) for heir in heirs]
            for life in self.people.values():
                self._leave_concurrent(life, code, heirs)
        rows = [files.department(code, name, bureau) for code, (name, bureau) in self.departments.items()]
        return rows, linked

    def _leave_concurrent(self, life: Life, code: str, heirs: list[str]) -> None:
        if code in life.concurrent:
            life.concurrent.discard(code)
            if heirs and life.code != heirs[0]:
                life.concurrent.add(heirs[0])

    def live_on(self, day: date) -> list[files.Row]:
        """What happens to each person on a day, as rows of a list of transfers."""
        rows: list[files.Row] = []
        for number, life in list(self.people.items()):
            homeless = life.code not in self.departments
            fate = self.draw(st.sampled_from(["stays"] * 3 + ["moves", "rises", "leaves", "goes away", "returns"]))
            if homeless and fate in {"stays", "rises", "returns"}:
                fate = "moves"
            rows += self._rows(number, life, fate, day, homeless=homeless)
        for number in [number for number, (_, left) in self.gone.items() if left < day]:
            if self.draw(st.booleans()):  # 再採用 under the same number
                former, _ = self.gone.pop(number)
                life = self.people[number] = Life(former.name, self.pick(self.departments))
                rows.append(self._row(number, life, "採用", day))
        for _ in range(self.draw(st.integers(0, 1))):
            number, name = f"{100 + len(NAMES) + self.used:07}", NAMES[self.used % len(NAMES)]
            self.used += 1
            life = self.people[number] = Life(name, self.pick(self.departments))
            rows.append(self._row(number, life, "採用", day))
        return self.draw(st.permutations(rows))

    def _rows(self, number: str, life: Life, fate: str, day: date, *, homeless: bool) -> list[files.Row]:
        if fate == "leaves":
            del self.people[number]
            self.gone[number] = (life, day)
            return [self._row(number, life, "退職", day, placed=False)]
        if fate == "returns":
            return self._return(number, life, day)
        if fate == "goes away":
            return self._go_away(number, life, day, homeless=homeless)
        if fate == "moves":
            self._move(life, self.pick(self.departments))
            return [self._row(number, life, "組織改編" if homeless else "転任", day)]
        if fate == "rises":
            life.title, life.head = self.pick(TITLES), self.draw(st.booleans())
            return [self._row(number, life, "昇任", day)]
        return []

    def _return(self, number: str, life: Life, day: date) -> list[files.Row]:
        if not life.leave:
            return []
        life.leave = ""
        row = self._row(number, life, "復職", day, placed=False)
        if self.draw(st.booleans()):
            return [row]
        self._move(life, self.pick(self.departments))
        return [row, self._row(number, life, "転任", day)]

    def _go_away(self, number: str, life: Life, day: date, *, homeless: bool) -> list[files.Row]:
        life.leave = self.pick(LEAVES)
        placed = homeless or self.draw(st.booleans())
        if placed:
            self._move(life, self.pick(self.departments))
        return [self._row(number, life, life.leave, day, placed=placed)]

    def _move(self, life: Life, code: str) -> None:
        life.code, life.title = code, self.pick(TITLES)
        life.head = self.draw(st.booleans())
        life.concurrent.discard(code)

    def _row(self, number: str, life: Life, kind: str, day: date, *, placed: bool = True) -> files.Row:
        return files.transfer(
            number,
            kind,
            life.code if placed else "",
            name=life.name,
            発令年月日=day.isoformat(),
            新補職名=life.title if placed else "",
            所属長="1" if placed and life.head else "0",
        )


@st.composite
def stories(draw: Any, *, reorganised: bool) -> Story:
    """A few people, a few departments, three days on which things happen."""
    world = World(draw, {}, {})
    for _ in range(draw(st.integers(2, 4))):
        code = world.new_code()
        world.departments[code] = (f"第{code}課", "総務部")
    for place in range(draw(st.integers(1, 5))):
        life = world.people[f"{place + 1:07}"] = Life(NAMES[place], world.pick(world.departments))
        life.leave = draw(st.sampled_from(("", "", *LEAVES)))
        life.concurrent = draw(st.sets(st.sampled_from(sorted(world.departments)), max_size=2)) - {life.code}
    story = Story()
    rows = [files.department(code, name, bureau) for code, (name, bureau) in world.departments.items()]
    story.papers += [("departments", FIRST, rows), ("roster", FIRST, roster_of(world.people))]
    story.states[FIRST] = {number: life.as_state() for number, life in world.people.items()}
    for day in DAYS:
        if reorganised:
            departments, linked = world.reorganise()
            story.papers.append(("departments", day, departments))
            story.papers += [("successions", day, linked)] if linked else []
        if moved := world.live_on(day):
            story.papers.append(("transfers", day, moved))
        story.states[day] = {number: life.as_state() for number, life in world.people.items()}
    story.last = deepcopy(world.people)
    return story
