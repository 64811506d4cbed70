"""What must hold of people and departments when several rows or a date decide: a reason, or None."""
