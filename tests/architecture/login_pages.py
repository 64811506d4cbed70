"""What the addresses of the login library answer; the columns are those of tests.architecture.pages."""

LOGIN = "login"
WORKING = (200, 503)
"""Answered whoever asks; what is answered depends on the state of the system."""
Answer = int | str | tuple[int, int]
Row = tuple[Answer, ...]

EVERYBODY: Row = (200,) * 10
NOT_HERE: Row = (404,) * 10
LOGGED_IN: Row = (LOGIN, *[200] * 8, LOGIN)
ELSEWHERE: Row = (LOGIN, *[302] * 8, LOGIN)
NOT_YOURS: Row = (LOGIN, *[404] * 8, LOGIN)
BY_FORM_ONLY: Row = (LOGIN, *[405] * 8, LOGIN)

CLOSED = (
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
)
"""Pages of the login library that need mail: people are known by their number."""

GET: dict[str, Row] = {
    #                                       nobody employee promoter head hr   dx   info viewer admin disabled
    # The login library. Who sets up a second factor is sent to give the password again first.
    "account_login":                        (200,   302,   302,   302,  302, 302, 302, 302,  302,  200),
    "account_logout":                       LOGGED_IN,
    "account_inactive":                     EVERYBODY,
    "account_signup":                       (200,   302,   302,   302,  302, 302, 302, 302,  302,  200),
    "account_reauthenticate":               LOGGED_IN,
    "account_change_password":              LOGGED_IN,
    "account_set_password":                 ELSEWHERE,
    "account_reset_password":               EVERYBODY,
    **dict.fromkeys(CLOSED, NOT_HERE),
    "mfa_index":                            LOGGED_IN,
    "mfa_authenticate":                     ELSEWHERE,
    "mfa_reauthenticate":                   ELSEWHERE,
    "mfa_activate_totp":                    ELSEWHERE,
    "mfa_deactivate_totp":                  NOT_YOURS,
    "mfa_view_recovery_codes":              NOT_YOURS,
    "mfa_generate_recovery_codes":          ELSEWHERE,
    "mfa_download_recovery_codes":          NOT_YOURS,
    "mfa_list_webauthn":                    LOGGED_IN,
    "mfa_add_webauthn":                     ELSEWHERE,
    "mfa_reauthenticate_webauthn":          ELSEWHERE,
    "mfa_remove_webauthn":                  ELSEWHERE,
    "mfa_edit_webauthn":                    ELSEWHERE,
    "mfa_login_webauthn":                   ELSEWHERE,
}  # fmt: skip

POST: dict[str, Row] = {
    "account_login":                        (200,   302,   302,   302,  302, 302, 302, 302,  302,  200),
    "account_logout":                       (LOGIN,) * 10,
    "account_signup":                       (200,   302,   302,   302,  302, 302, 302, 302,  302,  200),
    "account_reauthenticate":               LOGGED_IN,
    "account_change_password":              LOGGED_IN,
    "account_set_password":                 ELSEWHERE,
    **dict.fromkeys(CLOSED, NOT_HERE),
    "mfa_authenticate":                     ELSEWHERE,
    "mfa_reauthenticate":                   ELSEWHERE,
    "mfa_activate_totp":                    ELSEWHERE,
    "mfa_deactivate_totp":                  NOT_YOURS,
    "mfa_download_recovery_codes":          NOT_YOURS,
    "mfa_view_recovery_codes":              BY_FORM_ONLY,
    "mfa_generate_recovery_codes":          ELSEWHERE,
    "mfa_add_webauthn":                     ELSEWHERE,
    "mfa_edit_webauthn":                    ELSEWHERE,
    "mfa_remove_webauthn":                  ELSEWHERE,
    "mfa_reauthenticate_webauthn":          ELSEWHERE,
    "mfa_login_webauthn":                   ELSEWHERE,
}  # fmt: skip
