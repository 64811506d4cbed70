"""Figures: a date and a scope in, a frozen dataclass out. No one here writes."""
