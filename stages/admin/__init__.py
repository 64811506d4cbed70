"""The programme in the admin: the plan, the promoters and their years, the figures."""

from stages.admin import figures, nominations, plan, promoters

__all__ = ["figures", "nominations", "plan", "promoters"]
