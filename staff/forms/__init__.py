"""Forms of the people. They validate only."""

from staff.forms.login import LoginForm

__all__ = ["LoginForm"]
