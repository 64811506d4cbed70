"""Writing people and departments: one transaction, one audit record, who and when."""
