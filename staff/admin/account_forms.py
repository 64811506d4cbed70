"""The forms of accounts: opening one, changing one, a new password."""

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UsernameField

from aomori_dx.kernel.admin_forms import CorrectionForm, RowForm, reason_field
from staff.models import OfficeRoleGrant, User
from staff.services.corrections import hold_account

LOGIN = "ログインID"
LOGIN_HELP = "空欄にすると、選んだ職員の職員番号になります。"
BY_PASSWORD_HELP = "無効にすると、パスワードではログインできなくなります。"


class AccountForm(CorrectionForm):
    class Meta:
        model = User
        fields = ("username", "employee", "display_name", "email", "is_active")
        field_classes = {"username": UsernameField}
        labels = {"username": LOGIN}


class AccountAddForm(CorrectionForm, AdminUserCreationForm):
    """A login for an employee, or for somebody who is none. The 職員番号 is the login unless another is given."""

    class Meta:
        model = User
        fields = ("employee", "username", "display_name", "email")
        field_classes = {"username": UsernameField}
        labels = {"username": LOGIN}
        help_texts = {"username": LOGIN_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["usable_password"].help_text = BY_PASSWORD_HELP

    def clean_username(self):
        employee = self.cleaned_data.get("employee")
        if not self.cleaned_data.get("username") and employee:
            self.cleaned_data["username"] = employee.employee_number
        if not self.cleaned_data.get("username"):
            raise forms.ValidationError("職員を選ぶか、ログインIDを入力してください。")
        return super().clean_username()


class GrantForm(RowForm):
    """A role of the account whose page it stands on."""

    class Meta:
        model = OfficeRoleGrant
        fields = ("role", "valid_from", "valid_to")


class GrantPageForm(CorrectionForm):
    """A role on a page of its own. The account is held while its roles are compared."""

    def lock(self) -> None:
        account = self.cleaned_data.get("user")
        if account:
            hold_account(account.pk)


class PasswordForm(AdminPasswordChangeForm):
    """Django's own form for a password that somebody else sets, and the reason."""

    correction_reason = reason_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "usable_password" in self.fields:  # only an account that has a password can be without one
            self.fields["usable_password"].help_text = BY_PASSWORD_HELP
        self.order_fields(["usable_password", "password1", "password2", "correction_reason"])
