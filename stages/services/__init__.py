"""Writing and computing for the programme: each function one verb, one transaction, who and when."""
