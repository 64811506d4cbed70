"""On which day, or in which year, the tables of the schoolhouse say that something changes (kernel.closing).

A course is of no day; a booking, its attendance and a certificate follow the year of the run or completion.
"""

from aomori_dx.kernel import closing
from training.models import Completion, CourseRun, Obligation

closing.register(CourseRun, marks=["fiscal_year"], since=["fiscal_year"])
closing.register(Completion, marks=["fiscal_year"], since=["fiscal_year"])
closing.register(Obligation, marks=["fiscal_year"], since=["fiscal_year"])
