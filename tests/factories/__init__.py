"""Rows for tests: plain functions with dull, valid defaults."""
