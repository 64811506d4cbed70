"""Facts for the engine, as plain values: the plan of 200 a year over R6–R10 unless told otherwise."""

from datetime import date
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.quota.facts import (
    RECOMMENDED,
    SELF,
    Bureau,
    Cell,
    Climb,
    Facts,
    NominatingDepartment,
    People,
    Plan,
    Stage,
    YearTarget,
)

R6, R7, R8, R9, R10 = YEARS = tuple(FiscalYear.between(FiscalYear(2024), FiscalYear(2028)))
STAGES = tuple(
    Stage(number, name, f"{chr(0x245F + number)}{name}")
    for number, name in enumerate(["業務効率化", "業務改善", "業務改革", "データ利活用", "AI等活用"], 1)
)


def plan(targets: list[int] | None = None, first: FiscalYear = R6) -> Plan:
    numbers = targets or [200] * 5
    years = FiscalYear.between(first, FiscalYear(first.start_year + len(numbers) - 1))
    return Plan("育成計画", 1, tuple(YearTarget(year, number, 1) for year, number in zip(years, numbers, strict=True)))


def bureaus(*in_service: int) -> tuple[Bureau, ...]:
    """Bureaus 1, 2, 3 … with this many staff."""
    return tuple(Bureau(place, f"第{place}部", place, staff) for place, staff in enumerate(in_service, 1))


def departments(number: int, *, filled: int = 0, exempt: int = 0, bureau: int = 1) -> tuple[NominatingDepartment, ...]:
    """The first `filled` have their promoter; the last `exempt` owe none."""
    first = bureau * 10_000
    return tuple(
        NominatingDepartment(
            first + place, f"{first + place:06}", f"第{place}課", bureau, place >= number - exempt, place < filled
        )
        for place in range(number)
    )


def people(cohort: FiscalYear, recommended: int, self_nominated: int = 0, *, bureau: int = 1, **numbers: int) -> tuple:
    """Both routes of a cohort; `numbers` (withdrawn, trained, in_service) are those of the 推薦枠."""
    nobody = {"withdrawn": 0, "trained": 0}
    return (
        People(cohort, RECOMMENDED, bureau, recommended, **{**nobody, "in_service": recommended, **numbers}),
        People(cohort, SELF, bureau, self_nominated, **{**nobody, "in_service": self_nominated}),
    )


def facts(fiscal_year: FiscalYear = R8, **given: Any) -> Facts:
    defaults: dict[str, Any] = {
        "as_of": date(2026, 11, 23),
        "reference_date": fiscal_year.first_day,
        "in_service_on": fiscal_year.clamp(date(2026, 11, 23)),
        "plan": plan(),
        "stages": STAGES,
        "bureaus": bureaus(100),
        "departments": (),
        "people": (),
        "cells": (),
        "climbs": (),
    }
    return Facts(fiscal_year=fiscal_year, **{**defaults, **given})


def aomori(fiscal_year: FiscalYear = R8, **given: Any) -> Facts:
    """The prefecture on 23 November 2026, by its own files: cohorts of 201, 192 and 186; 171 departments in R8."""
    owing = {R6: (161, 155), R7: (171, 154), R8: (171, 157)}[fiscal_year]
    defaults = {
        "departments": departments(owing[0], filled=owing[1]),
        "people": (*people(R6, 155, 46), *people(R7, 154, 38), *people(R8, 157, 29)),
        "cells": (
            Cell(R6, R6, 1, 201, 180),
            Cell(R6, R7, 2, 60, 50),
            Cell(R6, R8, 3, 20, 0),
            Cell(R7, R7, 1, 192, 170),
            Cell(R7, R8, 2, 55, 0),
            Cell(R8, R8, 1, 186, 0),
        ),
        "climbs": (
            Climb(R6, 1, 201),
            Climb(R6, 2, 60),
            Climb(R6, 3, 20),
            Climb(R7, 1, 192),
            Climb(R7, 2, 55),
            Climb(R8, 1, 186),
        ),
    }
    return facts(fiscal_year, **{**defaults, **given})
