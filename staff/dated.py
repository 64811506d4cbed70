"""On which day the tables of the people say that something changes: what a closed fiscal year keeps (kernel.closing).

A person's particulars (name, kana, employment) are of no day.
"""

from aomori_dx.kernel import closing
from staff.models import Absence, Department, Deputy, Employee, FormerNumber, Posting, ServiceGap, Succession

PERIOD, BEGINNING = ("valid_from", "valid_to"), ("valid_from",)

closing.register(Employee, marks=["left_on"], free=[field.name for field in Employee._meta.concrete_fields])
closing.register(FormerNumber, marks=["until"], since=["until"])
closing.register(Posting, marks=PERIOD, since=BEGINNING)
closing.register(ServiceGap, marks=["valid_to"], since=["valid_to"])  # it begins with a 退職 that was on record
closing.register(Absence, marks=PERIOD, since=BEGINNING)
closing.register(Department, marks=PERIOD, since=BEGINNING, free=["short_name", "sort_order"])
closing.register(Succession, marks=["on"], since=["on"])
closing.register(Deputy, marks=PERIOD, since=BEGINNING, free=["reason", "cancelled_at"])
