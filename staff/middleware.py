"""Office roles need a second factor where the settings ask for it."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect

from aomori_dx.kernel import clock
from staff import roles

_ALWAYS_OPEN = ("/accounts/", "/static/", "/healthz/")


class SecondFactorMiddleware:
    """Send a person with an office role and no second factor to the page that sets one up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            settings.MFA_REQUIRED_FOR_OFFICES
            and not request.path.startswith(_ALWAYS_OPEN)
            and self._lacks_factor(request)
        ):
            messages.warning(
                request, "この役割のアカウントには二要素認証が必要です。認証アプリかパスキーを登録してください。"
            )
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _lacks_factor(request) -> bool:
        user = request.user
        return user.is_authenticated and bool(roles.of(user, clock.today()).offices) and not is_mfa_enabled(user)
