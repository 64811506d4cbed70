"""The demo's e-learning results: two platforms' files, and some accounts that nobody knows."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from aomori_dx.kernel.tables.importing import KINDS, import_file
from staff.models import User
from training.imports.elearning_courses import key_of
from training.models import Completion, Course, CourseAlias

FILES = Path(__file__).resolve().parent / "files"
NAMES = (
    ("その他", "全職員DX研修(R8)", "ALL-01"),
    ("Udemy", "生成AIの使い方と注意", "S1-03"),
    ("Udemy", "表計算の基本と整形", "S1-02"),
    ("Udemy", "情報セキュリティ基礎", ""),
)
"""What the platforms call the courses; without a course the results are not kept."""
LOADED = ("elearning_all_staff_2026.csv", "elearning_by_email_2026.csv")
HEADER = "user_email,item_title,item_completion_ratio,item_marked_complete,item_completion_time"
UNKNOWN = (
    ("tsugaru.hanako@mail.example", "DX基礎", "2026-07-08 21:14:00"),
    ("tsugaru.hanako@mail.example", "生成AIの使い方と注意", "2026-07-12 20:40:00"),
    ("dx-trainer@vendor.example", "DX基礎", "2026-07-02 10:00:00"),
    ("u9999999@pref.example.jp", "表計算の基本と整形", "2026-08-03 17:35:00"),
)


@transaction.atomic
def create(*, on: date, at: datetime) -> int:
    """Load the results as an office would, all or none; returns the number of completions. Again changes nothing."""
    if Completion.objects.exists():
        return 0
    by = User.objects.get(username="dx")
    courses = {course.code: course for course in Course.objects.all()}
    CourseAlias.objects.bulk_create(
        CourseAlias(
            platform=platform,
            title=title,
            key=key_of(title),
            course=courses.get(code),
            said_at=at,
            said_by_name=str(by),
        )
        for platform, title, code in NAMES
    )
    unknown = "\n".join([HEADER, *(f"{account},{title},100,TRUE,{day}" for account, title, day in UNKNOWN)])
    contents = [*((name, (FILES / name).read_bytes()) for name in LOADED), ("udemy_07.csv", unknown.encode())]
    for name, content in contents:
        report = import_file(KINDS["elearning"], content, as_of=on, by=by, at=at, source=name)
        if report.errors:
            raise ValueError(f"{name}: {report.errors[0]}")
    return Completion.objects.count()
