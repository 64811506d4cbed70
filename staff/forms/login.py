"""The form of the login."""

from allauth.account import forms as allauth_forms


class LoginForm(allauth_forms.LoginForm):
    """The login asks for what people have: a 職員番号."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "職員番号"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
