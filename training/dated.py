"""On which day, or in which year, the tables of the schoolhouse say that something changes (kernel.closing).

A course is of no day; a booking is of the year of its run.
"""

from aomori_dx.kernel import closing
from training.models import CourseRun

closing.register(CourseRun, marks=["fiscal_year"], since=["fiscal_year"])
