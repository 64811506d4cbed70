"""The programme in the admin: the plan, the promoters and their years, the figures."""

from stages.admin import documents, figures, growth, nominations, plan, promoters

__all__ = ["documents", "figures", "growth", "nominations", "plan", "promoters"]
