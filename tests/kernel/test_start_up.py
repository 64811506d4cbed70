"""What a process loads when it starts."""

import pytest

from aomori_dx.apps import shows_pages


@pytest.mark.parametrize("command", ["import_roster", "import_transfers", "compute_quotas", "load_policy"])
def test_a_command_that_reads_files_starts_without_the_admin(command):
    assert not shows_pages(["manage.py", command, "file.csv"])


@pytest.mark.parametrize(
    "arguments", [["manage.py", "run"], ["manage.py"], ["/usr/bin/gunicorn", "import_roster"], ["manage.py", "check"]]
)
def test_everything_else_has_its_pages(arguments):
    assert shows_pages(arguments)
