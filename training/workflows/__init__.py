"""The lives of the schoolhouse's rows, one table each."""
