"""What services of this floor tell each other, inside the transaction that did it."""

from django.dispatch import Signal

curricula_assigned = Signal()
"""By another version of a curriculum, or by one at last, somebody is judged from now on. Arguments: `enrollments` (the
ids of the years) and `at`. Whoever keeps the progress computes it again."""
