"""People in front of the pages of the figures."""

import pytest
from django.test import Client

from tests.factories.programme import officer


@pytest.fixture
def as_role(db):
    """A browser of somebody with an office role; the queries of the login are over."""

    def log_in(role: str = "dx_office") -> Client:
        client = Client()
        client.force_login(officer(role))
        return client

    return log_in
