"""Lives as tables of moves."""
