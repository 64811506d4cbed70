"""What this floor tells the floors above, inside the transaction that did it."""

from django.dispatch import Signal

completion_changed = Signal()
"""Completions were written, corrected or revoked. Arguments: `employees` (ids of the people), `by`, `at`."""
