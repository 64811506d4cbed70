"""What this floor tells the floors above, inside the transaction that did it."""

from django.dispatch import Signal

departments_succeeded = Signal()
"""Departments became others. Arguments: `successions` (the rows, just written) and `act` (`departments.Act`, with the
journal in which a receiver names what it writes)."""

records_changed = Signal()
"""Postings, departments or promoters were written or undone as a whole. Arguments: `by`, `at`."""
