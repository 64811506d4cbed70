"""The sheet of one reorganisation: all its forms together, and the draft that they make."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from staff.drafts import ActKind, Draft
from staff.models import Department, Posting
from staff.reorganisation_forms import ActForm, Given, OtherForm, PlaceForm, offer, place_name

WHOLE = ("name", "code", "short_name", "kind", "bureau", "nominates")
ASKS: dict[ActKind, tuple[str, ...]] = {
    ActKind.RENAME: ("name", "code", "short_name"),
    ActKind.MOVE: ("bureau", "name", "code"),
    ActKind.SPLIT: ("existing", *WHOLE),
    ActKind.MERGE: ("existing", *WHOLE),
    ActKind.ABOLISH: ("existing",),
    ActKind.OPEN: WHOLE,
}
"""What each act needs to be told of the departments that are there afterwards."""
FEWEST = {ActKind.SPLIT: 2}
FURTHER = {ActKind.SPLIT, ActKind.ABOLISH}
"""Acts with as many targets as one likes."""
MOST = 12
COUNT, OTHERS = "count", "others"


class Sheet:
    """What the page asks. `typed`: the answers; `judged`: say what is wrong with them.

    It answers like a form to the summary of errors: `errors`, `non_field_errors`, its fields.
    """

    def __init__(
        self,
        act: ActKind,
        department: Department | None,
        typed: QueryDict | None = None,
        *,
        today: date,
        judged: bool = True,
        further: int = 0,
    ) -> None:
        self.act, self.department, self.typed = act, department, typed
        self.offer = offer(today=today, without=department)
        self.plan = ActForm(typed, judged=judged)
        self.count = min(self._number(COUNT, FEWEST.get(act, 1)) + further, MOST)
        self.others_count = min(self._number(OTHERS, 2) + further, MOST) if act == ActKind.MERGE else 0
        self.places = [self._place(number, typed, judged) for number in range(self.count)]
        self.others = [
            OtherForm(typed, judged=judged, offer=self.offer, prefix=f"other{number}")
            for number in range(self.others_count)
        ]
        self.refusals: list[str] = []

    def _number(self, name: str, fewest: int) -> int:
        typed = self.typed.get(name, "") if self.typed else ""
        return max(fewest, min(int(typed), MOST)) if typed.isdecimal() else fewest

    def _place(self, number: int, typed: QueryDict | None, judged: bool) -> PlaceForm:
        """One block. One that the act does not need, and in which nothing was said, is not judged."""
        spare = number >= self._fewest
        prefix = f"to{number}"
        if typed is not None and spare and not PlaceForm.says_something(typed, prefix):
            judged = False
        return PlaceForm(
            typed,
            judged=judged,
            asks=self._asks,
            offer=self.offer,
            like=self.department,
            prefix=prefix,
            initial=self._initial(),
        )

    @property
    def _asks(self) -> tuple[str, ...]:
        """A 部局 has a name and nothing else."""
        renames_bureau = self.act == ActKind.RENAME and self.department is not None and self.department.is_bureau
        return ("name",) if renames_bureau else ASKS[self.act]

    @property
    def _fewest(self) -> int:
        """So many blocks must say something."""
        return 0 if self.act == ActKind.ABOLISH else FEWEST.get(self.act, 1)

    def _initial(self) -> dict[str, Any]:
        old = self.department
        if old is None:
            return {"nominates": True}
        kept = {"kind": old.kind, "bureau": str(old.parent_id), "nominates": old.nominates}
        if self.act in {ActKind.RENAME, ActKind.MOVE}:
            return {**kept, "name": old.name, "code": old.code, "short_name": old.short_name, "bureau": ""}
        return kept

    @property
    def forms(self) -> list[Given]:
        return [self.plan, *self.others, *self.places]

    @property
    def may_have_more(self) -> bool:
        return self.act in FURTHER and self.count < MOST

    def is_valid(self) -> bool:
        """Whether a draft can be made of the answers. Blocks in which nothing was said are not judged."""
        return all([form.is_valid() for form in self.forms if form.is_bound])

    def draft(self, people: list[Posting] | None = None) -> Draft:
        """What was said. `people`: those whose places are read from the answers too. A target is named by its block."""
        rows = self.offer.rows
        others = [form.cleaned_data["other"] for form in self.others if form.cleaned_data["other"]]
        return Draft(
            self.act,
            self.plan.cleaned_data["on"],
            self.plan.cleaned_data["reason"],
            departments=tuple([*([self.department] if self.department else []), *(rows[pk] for pk in others)]),
            targets=tuple(form.target(str(number)) for number, form in enumerate(self.places) if form.is_bound),
            places={row.pk: key for row in people or () if (key := self._answer(place_name(row.pk)))},
            heads={
                name.removeprefix("head-"): int(value)
                for name, value in (self.typed.dict() if self.typed else {}).items()
                if name.startswith("head-") and isinstance(value, str) and value.isdecimal()
            },
        )

    def _answer(self, name: str) -> str:
        return self.typed.get(name, "") if self.typed else ""

    # As a form, for the summary of errors.

    @property
    def errors(self) -> bool:
        return bool(self.refusals) or any(form.is_bound and form.errors for form in self.forms)

    @property
    def non_field_errors(self) -> list[str]:
        return [*self.refusals, *(str(reason) for form in self.forms for reason in form.non_field_errors())]

    def __iter__(self) -> Iterator[BoundField]:
        for form in self.forms:
            yield from form
