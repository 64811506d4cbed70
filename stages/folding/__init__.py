"""What a stage's facts say: pure functions, without a database (rules 7, 8 and 10)."""
