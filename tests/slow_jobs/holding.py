"""How a test holds up a worker: files in the installation's folder, seen by both."""

HOLD = "hold the apply"
"""As long as it is there, an apply waits."""
HELD = "apply is held"
"""Who waits, and what it has written: the process and the number of postings."""
