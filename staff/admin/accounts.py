"""Accounts and their roles in the admin: 情報政策担当 edits these, and only these."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from aomori_dx.kernel import clock
from aomori_dx.kernel.admin_base import CorrectionAdmin, GivenFilter
from aomori_dx.kernel.admin_forms import LOADED
from staff.admin.account_forms import AccountAddForm, AccountForm, GrantForm, GrantPageForm, PasswordForm
from staff.admin.people import PersonSearch
from staff.models import OfficeRoleGrant, User
from staff.services import corrections


class GrantInline(admin.TabularInline):
    """The roles of an account, with the days between which they hold. A role ends by its 終了日."""

    model = OfficeRoleGrant
    form = GrantForm
    fields = ["role", "valid_from", "valid_to", LOADED]
    extra = 0
    can_delete = False
    verbose_name_plural = "役割"
    formfield_overrides = CorrectionAdmin.formfield_overrides


@admin.register(User)
class AccountAdmin(PersonSearch, CorrectionAdmin, UserAdmin):
    """Rights come from the roles below, never from Django's own flags: these are not offered."""

    form = AccountForm
    add_form = AccountAddForm
    add_form_template = None
    change_password_form = PasswordForm
    places = ("username__icontains", "display_name__icontains", "email__icontains")
    list_display = ["username", "employee", "display_name", "roles_today", "is_active", "last_login"]
    list_display_links = ["username", "employee"]
    list_filter = ["is_active", "grants__role"]
    list_select_related = ["employee"]
    search_fields = ["username", "employee__name", "display_name", "email"]
    search_help_text = "ログインID、職員番号、氏名、カナ、表示名、メールアドレスで探します。"
    autocomplete_fields = ["employee"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    inlines = [GrantInline]
    fieldsets = [
        (None, {"fields": ["username", "employee", "display_name", "email", "is_active"]}),
        ("記録", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["employee", "username", "display_name", "email"]}),
        ("パスワード", {"fields": ["usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("grants")

    def get_readonly_fields(self, request, obj=None):
        return super().get_readonly_fields(request, obj) if obj else []

    def get_inlines(self, request, obj):
        """Roles are given once the account is there."""
        return self.inlines if obj else []

    @admin.display(description="現在の役割")
    def roles_today(self, account):
        today = clock.today()
        return "、".join(grant.get_role_display() for grant in account.grants.all() if grant.holds_on(today)) or "-"

    def object_links(self, request, obj: Any):
        """Everybody who opens the admin edits accounts."""
        return [
            (reverse("admin:auth_user_password_change", args=[obj.pk]), "パスワードの設定"),
            (self.address("second_factor", obj), "二要素認証の解除"),
        ]

    def get_urls(self):
        view = self.admin_site.admin_view(self.reset_second_factor)
        return [path("<id>/second-factor/", view, name="staff_user_second_factor"), *super().get_urls()]

    def _account(self, request, object_id: str) -> User:
        account = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if account is None:
            raise Http404
        return account

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request, id, form_url=""):
        account = self._account(request, id)

        def act(form):
            password = form.cleaned_data["password1"] if form.cleaned_data["set_usable_password"] else None
            reason = form.cleaned_data["correction_reason"]
            changed = corrections.set_password(
                account.pk, password=password, by=request.user, at=clock.now(), reason=reason
            )
            if changed.pk == request.user.pk:
                update_session_auth_hash(request, changed)

        return self.reasoned_action(
            request,
            account,
            title="パスワードを設定する",
            button="設定する",
            follows=["本人は新しいパスワードでログインし直すことになります。"],
            act=act,
            done=f"{account} のパスワードを設定しました。",
            form=self.change_password_form(account, request.POST or None),
        )

    def reset_second_factor(self, request, id):
        account = self._account(request, id)
        return self.reasoned_action(
            request,
            account,
            title="二要素認証を解除する",
            button="解除する",
            follows=[
                "登録されている認証アプリ、パスキー、回復コードがすべて使えなくなります。",
                "役割のあるアカウントは、次のログインの後で二要素認証を登録し直します。",
            ],
            act=lambda form: corrections.reset_second_factor(
                account.pk, by=request.user, at=clock.now(), reason=form.cleaned_data["correction_reason"]
            ),
            done=f"{account} の二要素認証を解除しました。",
        )


@admin.register(OfficeRoleGrant)
class OfficeRoleGrantAdmin(PersonSearch, CorrectionAdmin):
    form = GrantPageForm
    person = "user__employee"
    places = ("user__username__icontains", "user__display_name__icontains")
    list_display = ["user", "role", "valid_from", "valid_to"]
    list_filter = ["role", ("valid_to", GivenFilter)]
    list_select_related = ["user__employee"]
    search_fields = ["user__username", "user__employee__name", "user__display_name"]
    search_help_text = "ログインID、職員番号、氏名、カナ、表示名で探します。"
    autocomplete_fields = ["user"]
    date_hierarchy = "valid_from"
    fields = ["user", "role", "valid_from", "valid_to"]
