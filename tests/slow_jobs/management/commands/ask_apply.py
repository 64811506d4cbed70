"""Loads a roster of new people as an officer would, up to the click on 適用: what follows is the worker's."""

import json
from typing import Any

from django.core.management import BaseCommand

from aomori_dx.kernel import clock
from staff.models import OfficeRole
from staff.services import change_set_jobs, change_sets
from tests.factories import files
from tests.factories import staff as make


class Command(BaseCommand):
    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--people", type=int)

    def handle(self, *, people: int, **_: Any) -> None:
        officer, place, at = make.office(OfficeRole.HR), make.department(), clock.now()
        rows = [files.person(f"{number:07}", code=place.code) for number in range(1, people + 1)]
        given = {"name": "roster.csv", "content": files.as_csv(rows), "as_of": clock.today()}
        change_set = change_sets.upload("roster", **given, by=officer, at=at)
        change_set_jobs.check(change_set.pk, by=officer, at=at)
        job = change_sets.request_apply(change_set.pk, by=officer, at=at)
        self.stdout.write(json.dumps({"job": job.pk, "change_set": change_set.pk}))
