"""All figures of a year as one plain document: what a snapshot keeps, the dashboard shows and the command prints.

Keys and shapes are a contract with those readers; a key may be added, none renamed.
"""

from dataclasses import asdict
from typing import Any

from aomori_dx.kernel.fiscal_year import FiscalYear
from stages.quota import engine, explain, matrix
from stages.quota.bureaus import by_bureau
from stages.quota.facts import ROUTES, Facts


def sheet(facts: Facts) -> dict[str, Any]:
    """The figures with plain numbers on top, then tables, then `why` by figure. JSON can hold every value.

    A database may give an object's keys back in another order; `order` names the figures as they are to be read.
    """
    figures = {figure.name: figure for figure in (compute(facts) for compute in engine.FIGURES)}
    return {
        "fiscal_year": int(facts.fiscal_year),
        "as_of": facts.as_of.isoformat(),
        "reference_date": facts.reference_date.isoformat(),
        "in_service_on": facts.in_service_on.isoformat(),
        "plan": facts.plan.name,
        "revision": facts.plan.revision,
        "begun": _begun(facts, facts.fiscal_year),
        **{name: figure.value for name, figure in figures.items()},
        "by_route": {route: _route(facts, route) for route in ROUTES},
        "by_bureau": [asdict(row) for row in by_bureau(facts)],
        "unfilled": _unfilled(facts),
        "stages": [asdict(stage) for stage in facts.stages],
        **_matrices(facts),
        "by_year": _by_year(facts),
        "cohorts": [_cohort(facts, year) for year in facts.plan.years if _begun(facts, year)],
        "order": list(figures),
        "summary": explain.summary(facts, figures),
        "why": {name: explain.why(facts, figure) for name, figure in figures.items()},
    }


def _begun(facts: Facts, fiscal_year: FiscalYear) -> bool:
    return fiscal_year.first_day <= facts.as_of


def _route(facts: Facts, route: str) -> dict[str, int]:
    return {what: engine.count(facts, what, facts.fiscal_year, route) for what in ("appointed", "withdrawn", "trained")}


def _unfilled(facts: Facts) -> list[dict[str, Any]]:
    names = {bureau.id: bureau.name for bureau in facts.bureaus}
    return [
        {
            "id": department.id,
            "code": department.code,
            "name": department.name,
            "bureau": names[department.bureau_id],
            "bureau_id": department.bureau_id,
        }
        for department in facts.departments
        if not department.exempt and not department.filled
    ]


def _matrices(facts: Facts) -> dict[str, Any]:
    """Stage number → fiscal year → people, completed among them, and the plan's number (None: not decided)."""
    return {
        "matrix": _grid(facts, lambda stage, year: matrix.continuing(facts, stage, year).value),
        "matrix_completed": _grid(facts, lambda stage, year: matrix.completed(facts, stage, year)),
        "matrix_plan": _grid(facts, lambda stage, year: matrix.planned(facts, stage, year)),
    }


def _grid(facts: Facts, number: Any) -> dict[str, dict[str, int | None]]:
    return {
        str(stage.number): {str(int(year)): number(stage.number, year) for year in facts.plan.years}
        for stage in facts.stages
    }


def _by_year(facts: Facts) -> list[dict[str, Any]]:
    """One row a year of the plan; people are None in years that have not begun: nobody is not nobody yet."""
    rows: list[dict[str, Any]] = []
    running = {"target": 0, "appointed": 0, "trained": 0}
    for year in facts.plan.years:
        people = {what: engine.count(facts, what, year) for what in ("appointed", "withdrawn", "trained")}
        routes = {route: engine.count(facts, "appointed", year, route) for route in ROUTES}
        running["target"] += facts.targets[year]
        running["appointed"] += people["appointed"]
        running["trained"] += people["trained"]
        figures = {
            **people,
            "recommended": routes["recommended"],
            "self_nominated": routes["self"],
            "cumulative_appointed": running["appointed"],
            "cumulative_trained": running["trained"],
        }
        begun = _begun(facts, year)
        rows.append(
            {
                "fiscal_year": int(year),
                "target": facts.targets[year],
                "cumulative_target": running["target"],
                **(figures if begun else dict.fromkeys(figures)),
            }
        )
    return rows


def _cohort(facts: Facts, cohort: FiscalYear) -> dict[str, Any]:
    """A cohort's climb: by stage its people (each once) and completions, and each year's cell on the way."""
    cells = [cell for cell in facts.cells if cell.cohort == cohort]
    people = {climb.stage: climb.people for climb in facts.climbs if climb.cohort == cohort}
    return {
        "fiscal_year": int(cohort),
        **{what: engine.count(facts, what, cohort) for what in ("appointed", "withdrawn", "trained", "in_service")},
        "stages": {
            str(stage.number): {
                "people": people.get(stage.number, 0),
                "completed": sum(cell.completed for cell in cells if cell.stage == stage.number),
            }
            for stage in facts.stages
        },
        "cells": [
            {
                "stage": cell.stage,
                "fiscal_year": int(cell.fiscal_year),
                "people": cell.people,
                "completed": cell.completed,
            }
            for cell in cells
        ],
    }
