"""The programme in the admin: the plan, the promoters and their years, the figures."""

from stages.admin import figures, plan, promoters

__all__ = ["figures", "plan", "promoters"]
