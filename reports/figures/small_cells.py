"""What 閲覧者 see of the figures: aggregates, with numbers of one or two people left out beyond recovery."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from reports.figures.disclosure import HIDDEN, SMALL, Form, Number, combined, shown

Sheet = dict[str, Any]
OF_BUREAU = ("bureau", "bureau_id", "in_service", "nominating_departments", "recommended_quota", "carry")
"""What counts departments and staff, not promoters: it may stand as it is."""


def protected(sheet: Sheet) -> Sheet:
    """The figures of a snapshot with `*` for every number that points at one or two promoters or lets them be found.

    Lists of departments and people, and the reasons made of them, are taken out.
    """
    relations = _Relations(sheet)
    allowed = shown(relations.numbers, relations.secrets, relations.groups)

    def mask(name: Hashable, value: Any) -> Any:
        return value if value is None or name in allowed else HIDDEN

    return {
        **sheet,
        **{name: mask(name, sheet[name]) for name in relations.on_top},
        "by_year": [
            {
                **{what: row[what] for what in ("fiscal_year", "target", "cumulative_target")},
                **{what: mask((what, row["fiscal_year"]), row[what]) for what in _BY_YEAR},
            }
            for row in sheet["by_year"]
        ],
        "matrix": _grid(sheet["matrix"], "people", mask),
        "matrix_completed": _grid(sheet["matrix_completed"], "completed", mask),
        "by_bureau": [
            {
                **{what: row[what] for what in OF_BUREAU},
                **{what: mask((what, "bureau", row["bureau_id"]), row[what]) for what in ("appointed", "trained")},
            }
            for row in sheet["by_bureau"]
        ],
        "unfilled": [],
        "cohorts": [],
        "by_route": {},
    }


_BY_YEAR = ("appointed", "trained", "cumulative_appointed", "cumulative_trained")


def _grid(grid: dict[str, dict[str, int]], what: str, mask: Any) -> dict[str, dict[str, Any]]:
    return {
        stage: {year: mask((what, stage, year), value) if value else value for year, value in row.items()}
        for stage, row in grid.items()
    }


class _Relations:
    """How the numbers of a sheet hang together. The atoms: people of a year, or of a bureau in the sheet's year,
    trained and not yet trained; who was recommended; who left; the people of a cell of the matrix."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.fiscal_year = sheet["fiscal_year"]
        self.rows = {row["fiscal_year"]: row for row in sheet["by_year"] if row["appointed"] is not None}
        self.numbers: list[Number] = []
        self.secrets: list[Form] = []
        self.groups: list[Sequence[Hashable]] = []
        self.on_top: list[str] = []
        self._years()
        self._this_year()
        self._matrix()
        self._bureaus()

    def _show(self, name: Hashable, value: int, form: Form) -> None:
        self.numbers.append(Number(name, value, form))

    def _keep_secret(self, value: int, form: Form) -> None:
        if value in SMALL:
            self.secrets.append(form)

    def of_year(self, fiscal_year: int) -> dict[str, Form]:
        """`appointed` and `trained` of a year; of the sheet's own as the sums of its bureaus."""
        places = [row["bureau_id"] for row in self.sheet["by_bureau"]] if fiscal_year == self.fiscal_year else []
        keys: list[tuple[int, ...]] = [(fiscal_year, place) for place in places] or [(fiscal_year,)]
        trained: Form = {("trained", *key): 1 for key in keys}
        return {"trained": trained, "appointed": {**trained, **{("untrained", *key): 1 for key in keys}}}

    def _until(self, fiscal_year: int, what: str) -> dict[Any, int]:
        return combined(*((1, self.of_year(earlier)[what]) for earlier in self.rows if earlier <= fiscal_year))

    def _years(self) -> None:
        """Sums first: they are what the page is for."""
        for fiscal_year in reversed(self.rows):
            row, forms = (
                self.rows[fiscal_year],
                {what: self._until(fiscal_year, what) for what in ("appointed", "trained")},
            )
            for what, form in forms.items():
                self._show((f"cumulative_{what}", fiscal_year), row[f"cumulative_{what}"], form)
            self._keep_secret(row["cumulative_appointed"] - row["cumulative_trained"], _rest(forms))
        for what in ("appointed", "trained"):
            for fiscal_year, row in sorted(self.rows.items(), key=lambda item: _wanted(item[1][what])):
                self._show((what, fiscal_year), row[what], self.of_year(fiscal_year)[what])
            self.groups.append([(what, fiscal_year) for fiscal_year in self.rows])
        for fiscal_year, row in self.rows.items():
            self._keep_secret(row["appointed"] - row["trained"], _rest(self.of_year(fiscal_year)))

    def _this_year(self) -> None:
        """The large figures of the page. A department with a place filled is a person recommended."""
        sheet = self.sheet
        mine = self.of_year(self.fiscal_year)
        everyone = self._until(self.fiscal_year, "appointed")
        recommended: Form = {("recommended",): 1}
        left: Form = {("left",): 1}
        filled = sheet["recommended_quota"] - sheet["unfilled_departments"]
        forms: dict[str, Form] = {
            "appointed": mine["appointed"],
            "trained": mine["trained"],
            "cumulative_appointed": everyone,
            "cumulative_trained": self._until(self.fiscal_year, "trained"),
            "recommended": recommended,
            "self_nominated": combined((1, mine["appointed"]), (-1, recommended)),
            "withdrawn": {("withdrawn",): 1},
            "still_in_service": combined((1, everyone), (-1, left)),
        }
        self._keep_secret(sheet["cumulative_appointed"] - sheet["still_in_service"], left)
        for name, form in forms.items():
            self._show(name, sheet[name], form)
        # A number of departments is no number of people, unless it gives the people away.
        departments: Form = recommended if filled == sheet["recommended"] else {("filled",): 1}
        self._keep_secret(filled, departments)
        self.numbers.append(Number("unfilled_departments", 0, departments))
        self.on_top = [*forms, "unfilled_departments", "going_on"]

    def _matrix(self) -> None:
        later: list[tuple[int, Form]] = []
        for stage, fiscal_year, people, completed in self._cells():
            forms = self._first_stage(int(fiscal_year), people, completed) if stage == self.first else {}
            done = forms.get("trained", {("completed", stage, fiscal_year): 1})
            everyone = forms.get("appointed", {**done, ("uncompleted", stage, fiscal_year): 1})
            self._show(("people", stage, fiscal_year), people, everyone)
            self._show(("completed", stage, fiscal_year), completed, done)
            self._keep_secret(people - completed, combined((1, everyone), (-1, done)))
            if int(fiscal_year) == self.fiscal_year and stage != self.first:
                later.append((1, everyone))
        self._show("going_on", self.sheet["going_on"], combined(*later))

    @property
    def first(self) -> str:
        return str(self.sheet["stages"][0]["number"])

    def _cells(self) -> Iterator[tuple[str, str, int, int]]:
        for stage, row in self.sheet["matrix"].items():
            for fiscal_year, people in row.items():
                if people:
                    yield stage, fiscal_year, people, self.sheet["matrix_completed"][stage][fiscal_year]

    def _first_stage(self, fiscal_year: int, people: int, completed: int) -> dict[str, Form]:
        """Stage ① of a year: the year's new people and those who repeat it. Over the years those who completed it are
        those who are trained, so the last year's number follows from the others."""
        if fiscal_year not in self.rows:
            return {}
        repeating = {("repeating", fiscal_year): 1}
        more = people - self.rows[fiscal_year]["appointed"]
        self._keep_secret(abs(more), repeating)
        everyone = combined((1, self.of_year(fiscal_year)["appointed"]), (1, repeating if more else {}))
        own: Form = {("completed", self.first, str(fiscal_year)): 1}
        last = max(self.rows)
        counted = self.sheet["matrix_completed"][self.first]
        if fiscal_year == last and sum(counted.values()) == self.rows[last]["cumulative_trained"]:
            before = [
                (-1, {("completed", self.first, year): 1}) for year in counted if int(year) != last and counted[year]
            ]
            own = combined((1, self._until(last, "trained")), *before)
        return {"appointed": everyone, "trained": own}

    def _bureaus(self) -> None:
        rows = self.sheet["by_bureau"]
        for what in ("appointed", "trained"):
            for row in sorted(rows, key=lambda row: _wanted(row[what])):
                key = (self.fiscal_year, row["bureau_id"])
                form = {("trained", *key): 1, **({("untrained", *key): 1} if what == "appointed" else {})}
                self._show((what, "bureau", row["bureau_id"]), row[what], form)
            self.groups.append([(what, "bureau", row["bureau_id"]) for row in rows])
        for row in rows:
            self._keep_secret(row["appointed"] - row["trained"], {("untrained", self.fiscal_year, row["bureau_id"]): 1})


def _wanted(value: int) -> tuple[bool, int]:
    """Nobody is no secret and comes first; of the others the smallest are the cover."""
    return value > 0, -value


def _rest(forms: Mapping[str, Form]) -> dict[Any, int]:
    """Those who are not trained yet."""
    return combined((1, forms["appointed"]), (-1, forms["trained"]))
