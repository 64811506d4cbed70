"""How allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "職員番号かパスワードが正しくありません。",
        "too_many_login_attempts": "ログインの失敗が続いたため、しばらく受け付けません。5分ほどお待ちください。",
    }

    def is_open_for_signup(self, request):
        return False
