"""The lives of the programme's rows, one table each."""
