"""What the tests of the admin share: who is logged in, one row of everything, markup that the policy forbids."""

from datetime import date
from html.parser import HTMLParser

from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aomori_dx.kernel import audit, outbox
from aomori_dx.kernel.clock import now
from aomori_dx.kernel.models import FiscalYearClosing, Job, OutboxMessage
from staff.models import (
    ChangeLine,
    ChangeSet,
    Deputy,
    FormerNumber,
    Notice,
    NoticeLetter,
    OfficeRole,
    Posting,
    ServiceGap,
    Succession,
    SuccessionKind,
    User,
)
from stages.models import DocumentText, Exemption, Nomination, QuotaSnapshot
from stages.rules.documents import DEFAULTS
from tests.factories import growth as make_growth
from tests.factories import nominations as make_nominations
from tests.factories import staff as make
from tests.factories import stages as make_stages
from tests.factories import surveys as make_surveys
from tests.factories import training as make_training
from training.models import CalendarFeed, CertificateText, DroppedMeeting, Interest, RunMessage, SeatHold

REASON = "人事課からの連絡により訂正"


def client_of(account: User) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def corrector() -> Client:
    """データ管理者"""
    return client_of(make.office(OfficeRole.ADMIN, display_name="管理 花子"))


def watcher() -> Client:
    """情報政策担当"""
    return client_of(make.office(OfficeRole.INFO, display_name="情報 次郎"))


def address(obj, page: str = "change") -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=[obj.pk])


def list_address(model, page: str = "changelist") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def one_of_each() -> None:
    """A row of every model that the admin shows."""
    revision = make_stages.plan()
    posting = make.posting()
    make.absence(posting.employee)
    Succession.objects.create(
        predecessor=posting.department, successor=make.department(), on=date(2026, 4, 1), kind=SuccessionKind.RENAMED
    )
    enrollment = make_stages.enrollment()
    make_growth.one_of_each(enrollment)
    Exemption.objects.create(department=posting.department, fiscal_year=make_stages.R8, reason="小規模所属")
    QuotaSnapshot.objects.create(
        revision=revision,
        fiscal_year=make_stages.R8,
        as_of=date(2026, 11, 23),
        inputs_digest="0" * 64,
        figures={"target": 200},
        computed_at=now(),
        confirmed_at=now(),
    )
    audit.record(enrollment, "corrected", by=None, at=now(), before={"status": "in_progress"}, after={"status": "x"})
    FiscalYearClosing.objects.create(
        fiscal_year=make_stages.R6, number=1, act="reopened", at=now(), by_name="総務 花子", reason="訂正のため"
    )
    Deputy.objects.create(
        department=posting.department, employee=posting.employee, valid_from=date(2026, 11, 1),
        valid_to=date(2026, 12, 1), reason="出張のため",
    )  # fmt: skip
    FormerNumber.objects.create(employee=posting.employee, number="0000001", until=date(2026, 10, 1))
    left, back = date(2020, 4, 1), date(2021, 4, 1)
    ServiceGap.objects.create(employee=posting.employee, valid_from=left, valid_to=back)
    loaded = ChangeSet.objects.create(
        kind="roster", file_name="職員名簿.csv", sha256="0" * 64, as_of=date(2026, 4, 1), uploaded_at=now()
    )
    ChangeLine.objects.create(
        change_set=loaded, position=1, row=2, outcome="changed", fields={"休職等": ["", "育児休業"]}
    )
    _one_nomination(posting)
    outbox.write(key="k", to="a@example.jp", subject="件名", body="本文", at=now())
    Job.objects.create(kind="compute_quotas", key="k", requested_by_name="システム", queued_at=now())


def _one_nomination(posting: Posting) -> None:
    make_nominations.call()
    Nomination.objects.create(
        fiscal_year=make_stages.R8, route="recommended", department=posting.department, nominee=posting.employee
    )
    make_nominations.decline()
    make_nominations.track()
    DocumentText.objects.create(kind="decision", **DEFAULTS["decision"])
    _one_booking(posting)
    notice = Notice.objects.create(key="n", office="dx_office", title="お知らせ", written_at=now())
    outbox.write(key="digest", to="b@example.jp", subject="件名", body="本文", at=now())
    NoticeLetter.objects.create(notice=notice, letter=OutboxMessage.objects.get(key="digest"))


def _one_booking(posting: Posting) -> None:
    booked = make_training.booking(person=posting.employee)
    SeatHold.objects.create(run=booked.run, department=posting.department, seats=1, released_on=date(2026, 12, 1))
    Interest.objects.create(employee=posting.employee, course=booked.course, registered_at=now())
    make_training.attendance(booked)
    make_training.invitation(booked.run, posting.employee)
    make_training.change_request(booked)
    RunMessage.objects.create(run=booked.run, to="all", subject="件名", body="本文", number=1, sent_at=now())
    make_training.certificate(make_training.completion(posting.employee, booked.course))
    make_training.obligation(person=posting.employee)
    make_surveys.one_of_each(posting.employee, posting.department)
    CertificateText.objects.create(kind="completion", title="修了証", body="本文", issuer="課長")
    CalendarFeed.objects.create(employee=posting.employee, token_hash="0" * 64, created_at=now())
    DroppedMeeting.objects.create(
        run=booked.run, meeting=0, starts_at=now(), ends_at=now(), sequence=1, dropped_at=now()
    )
    make_training.alias(booked.course)
    make_training.unmatched(booked.course, state="matched", decision=make_training.account(posting.employee))


def registered():
    """Every model of the admin with its page class."""
    return list(admin.site._registry.items())


def typed(response, **changes) -> dict[str, str]:
    """The fields of the change form as the page shows them, with some typed over."""
    form = response.context["adminform"].form
    values = {}
    for bound in form:
        value = bound.value()
        if value is True:
            values[bound.html_name] = "on"
        elif value not in (None, False):
            values[bound.html_name] = str(value.isoformat() if hasattr(value, "isoformat") else value)
    for inline in response.context["inline_admin_formsets"]:
        values.update(_of_formset(inline.formset))
    return {**values, "correction_reason": REASON, **changes}


def _of_formset(formset) -> dict[str, str]:
    values = {bound.html_name: str(bound.value()) for bound in formset.management_form}
    for form in formset.forms:
        for bound in form:
            value = bound.value()
            if value is not None:
                values[bound.html_name] = str(value)
    return values


def upload(client, model, content: bytes | str, *, reason: str = REASON, name: str = "訂正.csv"):
    raw = content.encode() if isinstance(content, str) else content
    answers = {"import_file": SimpleUploadedFile(name, raw), "correction_reason": reason}
    return client.post(list_address(model, "import"), answers)


def confirm(client, model, page):
    form = page.context["confirm"]
    return client.post(list_address(model, "process_import"), {name: form[name].value() for name in form.fields})


def bring(client, model, content: bytes | str):
    """Upload and confirm."""
    page = upload(client, model, content)
    assert "confirm" in page.context, told(page)
    return confirm(client, model, page)


def told(page) -> str:
    """What the page says is wrong."""
    problems = [f"{row} {column} {reason}" for row, column, reason in page.context.get("problems", [])]
    return " / ".join([*problems, *(m for ms in page.context["form"].errors.values() for m in ms)])


def export(client, model, extension: str = "csv", query: str = "") -> bytes:
    response = client.post(list_address(model, "export") + query, {"format": extension})
    assert response.status_code == 200
    return response.content


class _Forbidden(HTMLParser):
    """Collects what `script-src 'self'; style-src 'self'` would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script: dict | None = None

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")]
        self.found += [
            f"<{tag} {name}=javascript:>" for name, value in attrs if (value or "").startswith("javascript:")
        ]
        if tag == "style":
            self.found.append("<style>")
        if tag == "script":
            self._script = names

    def handle_data(self, data):
        script = self._script
        if script is not None and data.strip() and "src" not in script and script.get("type") != "application/json":
            self.found.append(f"<script>{data.strip()[:40]}")

    def handle_endtag(self, tag):
        if tag == "script":
            self._script = None


def forbidden_markup(response) -> list[str]:
    parser = _Forbidden()
    parser.feed(response.content.decode())
    return parser.found
