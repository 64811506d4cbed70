"""A certificate as data for a badge: in the shape of Open Badges 3.0, not signed (R66)."""

from typing import Any

from aomori_dx.kernel.clock import start_of
from training.models import Certificate
from training.rules import certificates as rules

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


def of(row: Certificate, *, site: str) -> dict[str, Any]:
    """What was achieved, by which criteria, when, and where it is checked. The row is read with its course."""
    course = row.completion.course if row.completion else None
    issuer = rules.text_of(rules.kind_of(row)).issuer.replace("\n", " ")
    hours = "" if row.hours is None else f"{row.hours.normalize():f}時間の"
    criteria = f"{hours}課程を修了すること。"
    if course:
        criteria = f"{course.get_completion_rule_display()}により、{criteria}"
    address = f"{site}/certificates/verify/{row.code}/"
    return {
        "@context": CONTEXT,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": row.title,
        "issuer": {"id": site, "type": ["Profile"], "name": issuer},
        "validFrom": start_of(row.issued_on).isoformat(),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": row.name}
            ],
            "achievement": {
                "id": f"{site}/courses/{course.code}/" if course else address,
                "type": ["Achievement"],
                "name": row.title,
                "description": course.description if course else row.title,
                "criteria": {"narrative": criteria},
            },
            "activityEndDate": start_of(row.completed_on).isoformat(),
        },
        "certificateNumber": str(row),
    }
