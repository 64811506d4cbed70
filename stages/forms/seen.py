"""Forms whose act is about what the page showed: it is refused where that has changed meanwhile."""

from typing import Any

from django import forms


class SeenForm(forms.Form):
    """`seen` stands for what the officer saw when the form was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def show(self, seen: str) -> None:
        """What was typed stays; the next attempt is measured by what the page shows now."""
        typed: Any = self.data
        typed = typed.copy()
        typed["seen"] = seen
        self.data = typed
