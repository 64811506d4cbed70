"""Every page of the admin: who may open it, that it opens, that it keeps the strict policy."""

import pytest
from django.urls import reverse

from staff.models import OfficeRole
from tests.admin_pages import (
    address,
    client_of,
    corrector,
    forbidden_markup,
    list_address,
    one_of_each,
    registered,
    watcher,
)
from tests.factories import staff as make

pytestmark = pytest.mark.django_db


def _pages(model, model_admin):
    """Every address that a model's pages have, for its first row."""
    row = model._default_manager.first()
    assert row is not None, f"one_of_each() lacks a {model.__name__}"
    names = {pattern.name.rpartition("_")[2] for pattern in model_admin.get_urls() if pattern.name}
    lists = ["changelist", *({"add", "import", "export"} & names)]
    objects = ["change", "history", *({"delete", "status", "factor", "password"} & names)]
    yield from (list_address(model, page) for page in lists)
    yield from (address(row, page) for page in ["change", "history", "delete"])
    if model._meta.model_name == "user":
        yield reverse("admin:auth_user_password_change", args=[row.pk])
        yield address(row, "second_factor")
    if model._meta.model_name == "stageenrollment":
        yield address(row, "correct_status")
    assert objects


@pytest.mark.parametrize("who", [corrector, watcher])
def test_every_page_opens_without_inline_script_or_style(who):
    one_of_each()
    client = who()
    for model, model_admin in registered():
        for page in _pages(model, model_admin):
            response = client.get(page)
            assert response.status_code in {200, 403}, page
            assert not forbidden_markup(response), page
            print(page, response.status_code)
