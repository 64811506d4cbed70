"""What this floor tells the floors above, inside the transaction that did it."""

from django.dispatch import Signal

records_changed = Signal()
"""Postings, departments or promoters were written or undone as a whole. Arguments: `by`, `at`."""
