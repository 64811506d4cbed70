"""カリキュラム: which one counts, and how it is written, published and revised (R18, R20, R21)."""

from stages.effects.curriculum import assign, current

__all__ = ["assign", "current"]
