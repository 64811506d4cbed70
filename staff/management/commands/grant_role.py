"""`manage.py grant_role NUMBER ROLE`: the first accounts of an installation, before anybody can open the admin."""

import os
from getpass import getpass

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from aomori_dx.kernel import clock
from aomori_dx.kernel.errors import DomainError
from staff.models import OfficeRole, User
from staff.services import accounts

REASON = "管理コマンドによる登録"


class Command(BaseCommand):
    help = "アカウントに役割を付与します。アカウントがなければ作り、パスワードをたずねます。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="職員番号")
        parser.add_argument("role", choices=OfficeRole.values, help="役割")

    def handle(self, *args, **options):
        at = clock.now()
        username = options["username"]
        try:
            user = User.objects.filter(username=username).first()
            if user is None:
                user = accounts.open_account(username, password=self._password(), by=None, at=at, reason=REASON)
                self.stdout.write(f"アカウント「{username}」を作りました。")
            accounts.grant(user, options["role"], by=None, at=at, reason=REASON)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{username}に「{OfficeRole(options['role']).label}」の役割を付与しました。")

    def _password(self) -> str:
        """From ACCOUNT_PASSWORD, for scripts; else asked twice, never shown."""
        if given := os.environ.get("ACCOUNT_PASSWORD", ""):
            return given
        first = getpass("パスワード: ")
        if first != getpass("パスワード(もう一度): "):
            raise CommandError("2つのパスワードが一致しません。")
        return first
