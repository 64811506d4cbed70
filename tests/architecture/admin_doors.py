"""Every page of the admin × who asks for it: what is answered. Written by hand; a new table needs a line in GROUPS."""

from tests.architecture.pages import LOGIN, Row

# The admin: 情報政策担当 looks (and edits accounts), データ管理者 corrects.
#             nobody employee promoter head hr   dx   info viewer admin disabled
LOOK: Row =  (LOGIN,  403,    403,    403,  403, 403, 200, 403,   200,  LOGIN)  # fmt: skip
EDIT: Row =  (LOGIN,  403,    403,    403,  403, 403, 403, 403,   200,  LOGIN)  # fmt: skip
NEVER: Row = (LOGIN,  403,    403,    403,  403, 403, 403, 403,   403,  LOGIN)  # fmt: skip
PASS: Row =  (LOGIN,  403,    403,    403,  403, 403, 302, 403,   302,  LOGIN)  # fmt: skip
FORM: Row =  (LOGIN,  403,    403,    403,  403, 403, 405, 403,   405,  LOGIN)  # fmt: skip
MISS: Row =  (LOGIN,  403,    403,    403,  403, 403, 404, 403,   404,  LOGIN)  # fmt: skip
SENT: Row =  (LOGIN,  403,    403,    403,  403, 403, 403, 403,   302,  LOGIN)  # fmt: skip

ADMIN_SITE: dict[str, tuple[Row, Row]] = {
    # page: (GET, POST)
    "index": (LOOK, LOOK),
    "app_list": (LOOK, LOOK),
    "login": ((LOGIN,) * 10, (LOGIN,) * 10),
    "logout": (PASS, PASS),
    "password_change": (PASS, PASS),
    "password_change_done": (PASS, PASS),
    "autocomplete": (NEVER, FORM),
    "jsi18n": (LOOK, FORM),
    "view_on_site": (MISS, MISS),
    "catch_all": (MISS, MISS),
}

READ = {"changelist": (LOOK, LOOK), "history": (LOOK, LOOK), "export": (LOOK, LOOK), "object": (PASS, PASS)}
ADMIN: dict[str, dict[str, tuple[Row, Row]]] = {
    "looked at": {**READ, "add": (NEVER, NEVER), "change": (LOOK, NEVER), "delete": (NEVER, NEVER)},
    "accounts": {
        **READ,
        "add": (LOOK, LOOK),
        "change": (LOOK, LOOK),
        "delete": (NEVER, NEVER),
        "second_factor": (LOOK, LOOK),
        "password_change": (LOOK, LOOK),
    },
    "records": {
        **READ,
        "add": (EDIT, EDIT),
        "change": (LOOK, EDIT),
        "delete": (NEVER, NEVER),
        "import": (EDIT, EDIT),
        "process_import": (FORM, SENT),
    },
}
ADMIN["reference"] = {**ADMIN["records"], "delete": (EDIT, EDIT)}
ADMIN["written elsewhere"] = {**ADMIN["records"], "add": (NEVER, NEVER)}
ADMIN["moved"] = {**ADMIN["records"], "correct_status": (EDIT, EDIT)}

GROUPS = {
    "kernel.auditevent": "looked at",
    "kernel.outboxmessage": "looked at",
    "kernel.fiscalyearclosing": "looked at",
    "kernel.job": "looked at",
    "staff.changeline": "looked at",
    "staff.changeset": "looked at",
    "staff.deputy": "records",
    "staff.formernumber": "looked at",
    "staff.notice": "looked at",
    "staff.noticeletter": "looked at",
    "staff.servicegap": "looked at",
    "stages.quotasnapshot": "looked at",
    "stages.documenttext": "looked at",
    **dict.fromkeys(
        (
            *("stages.curriculum", "stages.curriculumitem", "stages.progressruling", "stages.stageprogress"),
            *("stages.practicereport", "stages.practicecomment", "stages.practiceattachment"),
            *(
                "stages.continuationwish",
                "stages.wishcall",
                "stages.examinationresult",
                "stages.rollover",
                "stages.rollovermove",
            ),
        ),
        "looked at",
    ),
    "stages.nomination": "written elsewhere",
    "stages.nominationcall": "written elsewhere",
    "stages.nominationdecline": "written elsewhere",
    "staff.user": "accounts",
    "staff.officerolegrant": "accounts",
    "staff.employee": "records",
    "staff.posting": "records",
    "staff.absence": "records",
    "staff.department": "records",
    "training.attendance": "written elsewhere",
    "training.calendarfeed": "looked at",
    "training.certificate": "looked at",
    "training.changerequest": "looked at",
    "training.certificatetext": "looked at",
    "training.droppedmeeting": "looked at",
    "training.completion": "written elsewhere",
    "training.invitation": "written elsewhere",
    "training.runmessage": "looked at",
    "training.obligation": "written elsewhere",
    "training.requirement": "records",
    "training.course": "records",
    "training.coursealias": "written elsewhere",
    "training.platformaccount": "looked at",
    "training.unmatchedresult": "looked at",
    "training.courserun": "written elsewhere",
    "training.enrollment": "written elsewhere",
    "training.followup": "looked at",
    "training.interest": "records",
    "training.question": "looked at",
    "training.questionnaire": "looked at",
    "training.runsession": "records",
    "training.seathold": "records",
    "training.survey": "looked at",
    "training.surveyanswer": "looked at",
    "training.surveyinvitation": "looked at",
    "training.surveyresponse": "looked at",
    "stages.trainingplan": "records",
    "stages.planrevision": "records",
    "stages.promoter": "records",
    "stages.stageenrollment": "moved",
    "staff.succession": "reference",
    "stages.annualtarget": "reference",
    "stages.careertrack": "reference",
    "stages.growthstage": "reference",
    "stages.exemption": "reference",
}
"""Table → how it is handled in the admin."""
