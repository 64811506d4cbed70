"""On which day, or in which year, the tables of the programme say that something changes (kernel.closing).

The plan is of no day: its revisions have days of their own, and reports keep the one they were made under.
"""

from aomori_dx.kernel import closing
from stages.models import Exemption, Nomination, NominationCall, NominationDecline, Promoter, StageEnrollment

closing.register(
    Promoter,
    marks=["cohort", "appointed_on", "withdrawn_on"],
    since=["cohort", "appointed_on"],
    free=["withdrawal_reason"],
)
closing.register(StageEnrollment, marks=["fiscal_year", "started_on", "status_on"], since=["fiscal_year"])
closing.register(Exemption, marks=["fiscal_year"], since=["fiscal_year"])
closing.register(Nomination, marks=["fiscal_year", "decided_on"], since=["fiscal_year"])
closing.register(NominationCall, marks=["fiscal_year"], since=["fiscal_year"])
closing.register(NominationDecline, marks=["fiscal_year"], since=["fiscal_year"])
