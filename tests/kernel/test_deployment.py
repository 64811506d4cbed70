"""What is promised of the container, the compose file, the locks and the settings that the documents name."""

import re
import subprocess
import sys

import pytest
import yaml

from tests.kernel.installation import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
ONE_SHOT = {"migrate", "seed"}


def _text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def _settings_from_the_environment():
    """Every environment variable that the product reads."""
    sources = [*ROOT.glob("aomori_dx/settings/*.py"), ROOT / "aomori_dx/web_server.py", ROOT / "aomori_dx/celery.py"]
    reads = re.compile(r"""(?:env(?:\.\w+)?\(|environ\.get\()\s*"([A-Z_]+)\"""")
    return {name for path in sources for name in reads.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_small_and_closed(name):
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d{2,}:[1-9]\d{2,}", service["user"]), "not root, and a number that no image can change"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "/" not in service["image"].split(":")[0] or "." not in service["image"].split("/")[0], "a plain image name"


@pytest.mark.parametrize("name", set(SERVICES) - ONE_SHOT - {"web"})
def test_every_container_that_stays_says_how_it_is(name):
    assert "test" in SERVICES[name]["healthcheck"]


def test_the_web_container_says_how_it_is_by_its_image():
    assert "/healthz/" in _text("Dockerfile").partition("HEALTHCHECK")[2]
    assert "healthcheck" not in SERVICES["web"]


def test_only_the_pages_can_be_reached_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_tables_are_there(name):
    conditions = {other: rule["condition"] for other, rule in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "db": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
        "seed": "service_completed_successfully",
    }
    assert SERVICES[name]["depends_on"]["seed"]["required"] is False


def test_secrets_are_asked_for_and_have_no_default():
    written = _text("docker-compose.yml")
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS"):
        assert f"${{{name}:?" in written
        assert f"${{{name}:-" not in written
    assert SERVICES["seed"]["profiles"] == ["demo"]
    assert SERVICES["web"]["environment"]["AOMORI_ENV"] == "${AOMORI_ENV:-prod}"


def test_the_image_does_not_run_as_root():
    users = re.findall(r"^USER (.+)$", _text("Dockerfile"), re.MULTILINE)
    assert users == ["10001:10001"]


def test_every_setting_is_in_the_operators_table_and_no_other():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", _text("docs/operations.md"), re.MULTILINE))
    compose = set(re.findall(r"\$\{([A-Z_]+)[:}]", _text("docker-compose.yml")))
    assert table == _settings_from_the_environment() | compose


def test_the_examples_set_nothing_that_does_not_exist():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", _text("docs/operations.md"), re.MULTILINE))
    for example in (".env.example", ".env.demo"):
        assert set(re.findall(r"^([A-Z_]+)=", _text(example), re.MULTILINE)) <= table | {"COMPOSE_PROFILES"}


@pytest.fixture
def locks(tmp_path):
    """A copy of the locks and of what checks them."""
    for path in (".ci/locks.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(_text(path), encoding="utf-8")
    return tmp_path


def _check(locks):
    return subprocess.run([sys.executable, ".ci/locks.py"], cwd=locks, capture_output=True, text=True)


def test_the_locks_are_what_the_project_asks_for(locks):
    assert _check(locks).returncode == 0


@pytest.mark.parametrize(
    ("path", "change", "complaint"),
    [
        ("pyproject.toml", lambda text: text.replace('"jaconv>=', '"vobject>=0.9",\n  "jaconv>='), "vobject>=0.9"),
        ("pyproject.toml", lambda text: text.replace('"jaconv>=0.5,<1"', '"jaconv>=0.9,<1"'), "jaconv<1,>=0.9"),
        ("requirements.lock", lambda text: text.replace("jaconv==0.5.0", "jaconv==0.5.1"), "the two locks differ"),
        (
            "requirements.lock",
            lambda text: re.sub(r"(jaconv==\S+).*?# via", r"\1\n    # via", text, flags=re.S),
            "no hash",
        ),
        ("requirements.lock", lambda text: f"--index-url https://mirror.example/simple\n{text}", "a place to download"),
        ("requirements-dev.lock", lambda text: f"{text}\nx @ https://mirror.example/x.whl\n", "a place to download"),
    ],
)
def test_a_lock_that_is_stale_open_or_tied_to_a_place_is_refused(locks, path, change, complaint):
    before = (locks / path).read_text(encoding="utf-8")
    (locks / path).write_text(change(before), encoding="utf-8")
    assert (locks / path).read_text(encoding="utf-8") != before
    check = _check(locks)
    assert check.returncode == 1
    assert complaint in check.stdout
