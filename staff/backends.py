"""Django's permission question, answered from the office roles of the day (for the admin)."""

from django.contrib.auth.backends import BaseBackend

from aomori_dx.kernel import clock
from staff import permissions as may

ACCOUNT_MODELS = {"user", "officerolegrant"}
"""What 情報政策担当 edits (design: accounts and roles)."""


class OfficeRoleBackend(BaseBackend):
    """Only answers; it logs nobody in."""

    def has_perm(self, user_obj, perm, obj=None):
        if not user_obj.is_active:
            return False
        on = clock.today()
        action, _, model = perm.partition(".")[2].partition("_")
        if not may.open_admin(user_obj, on):
            return False
        if action == "view":
            return True
        if model in ACCOUNT_MODELS:
            return action in {"add", "change"}
        return action in {"add", "change"} and may.correct_records(user_obj, on)

    def has_module_perms(self, user_obj, app_label):
        return user_obj.is_active and may.open_admin(user_obj, clock.today())
