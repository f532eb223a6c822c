"""Every setting that the chart renders is one that the program reads, and it reads all of them without a word."""

import json
import re

import pytest
from parts.chart import CHART, ROOT, SETS, helm, one, pods, rendered, settings

from reconciler.portal.named import Portal, named
from reconciler.settings import PORTAL, read_settings

PAGE = (ROOT / "docs/reference/settings.md").read_text("utf-8")
DOCUMENTED = set(re.findall(r"^\| `(RECONCILER_[A-Z_]+)`", PAGE, re.MULTILINE))
SECRET = {"RECONCILER_DATABASE_URL", "RECONCILER_KEY", "RECONCILER_PROXY"}
NOT_OF_A_RELEASE = {
    "RECONCILER_HOME",  # the image's
    "RECONCILER_MARKS",  # the controller sets it in the pod of a run
    "RECONCILER_KUBECONFIG",  # for controllers outside
    "RECONCILER_CONCURRENT_RUNS",  # of one machine
    "RECONCILER_CLOCK_START",
    "RECONCILER_CRASH_AT",
}
PORTALS = [values for values in SETS if "portal" in pods(values)]
PARTS = [(values, part) for values in SETS for part in ("controller", "runner", "portal") if part in pods(values)]


@pytest.mark.parametrize(("values", "part"), PARTS)
def test_a_setting_is_one_that_is_on_paper_and_says_something(values, part):
    found = settings(values, part)
    assert set(found) <= DOCUMENTED
    assert all(found.values())


@pytest.mark.parametrize(("values", "part"), PARTS)
def test_the_program_reads_the_settings_of_a_part(values, part):
    given = settings(values, part) | {"RECONCILER_DATABASE_URL": "postgresql://db/x", "RECONCILER_KEY": "0" * 64}
    if "RECONCILER_PROXY" in given:
        given["RECONCILER_PROXY"] = "http://user:password@proxy.example.org:3128"
    found = read_settings(given)
    assert found.installation == ("production" if values == "production" else "staging")
    assert found.kubernetes_namespace == ("" if part == "portal" and values == "kubernetes" else "integrations")


def test_controller_and_runs_are_of_one_installation_and_one_store():
    for values in SETS:
        controller, runner = settings(values, "controller"), settings(values, "runner")
        own = {each for each in runner if runner[each] != controller.get(each)}
        assert own <= {"RECONCILER_ACTOR", "RECONCILER_DATABASE_URL"}


@pytest.mark.parametrize(("values", "part"), PARTS)
def test_a_file_that_a_setting_names_is_mounted(values, part):
    mounts = [each["mountPath"] for each in pods(values)[part]["spec"]["containers"][0]["volumeMounts"]]
    for name, value in settings(values, part).items():
        for path in re.findall(r"/etc/reconciler/[a-z-]+", value):
            assert path in mounts, name
    text = " ".join(settings(values, part).values())
    assert all(each in text for each in mounts if each.startswith("/etc/reconciler/"))


def test_every_setting_is_a_value_or_may_be_given_as_text_or_is_none_of_a_release():
    """A setting that is new has to be put somewhere."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    further = set(schema["properties"]["settings"]["propertyNames"]["enum"])
    rendered = {name for values, part in PARTS for name in settings(values, part)}
    named = set(re.findall(r"^(RECONCILER_[A-Z_]+):", (CHART / "templates/_settings.tpl").read_text(), re.MULTILINE))
    assert rendered - further <= named | SECRET
    assert not further & (named | SECRET | NOT_OF_A_RELEASE)
    assert further | named | SECRET | NOT_OF_A_RELEASE == DOCUMENTED


def test_what_is_written_down_reaches_the_program():
    found = settings("production", "controller")
    assert found["RECONCILER_ORGANIZATIONS"] == "hlf,nhf"
    assert found["RECONCILER_HOST_LOGIN"] == "app:1234:5678:/etc/reconciler/host-login/login"
    assert found["RECONCILER_SECOND_PERSON"] == "0"
    assert found["RECONCILER_SIGNED"] == "each"
    assert settings("vault", "runner")["RECONCILER_VAULT_LOGIN"] == "kubernetes:reconciler"


def test_the_controller_is_told_where_the_template_of_runs_is_and_takes_it_anew_when_it_changes():
    assert settings("minimal", "controller")["RECONCILER_RUNNER_TEMPLATE"] == "/etc/reconciler/runner/runner.yaml"
    before, after = (
        one(values, "Deployment", "-controller")["spec"]["template"]["metadata"]["annotations"]["reconciler/settings"]
        for values in ("minimal", "kubernetes")
    )
    assert before != after


def test_a_further_setting_may_not_shadow_a_value():
    file = str(CHART / "ci/minimal-values.yaml")
    done = helm(4, "template", "rec", str(CHART), "--values", file, "--set-string", "settings.RECONCILER_BRANCH=x")
    assert done.returncode != 0
    assert "RECONCILER_BRANCH" in done.stderr


def portal(values: str) -> Portal:
    return named(read_settings(settings(values, "portal") | {"RECONCILER_PROXY": "", "RECONCILER_KEY": ""}))


@pytest.mark.parametrize("values", PORTALS)
def test_a_portal_takes_what_the_chart_says_of_it(values):
    found = portal(values)
    assert (found.host, found.port, found.address) == ("0.0.0.0", 8080, "https://portal.example.org")
    assert found.secure
    assert found.credentials is (values != "kubernetes")


def test_every_setting_of_the_portal_is_in_a_value_set():
    assert {name for values in PORTALS for name in settings(values, "portal")} >= set(PORTAL)
    provider, proxy = portal("production").provider, portal("kubernetes").proxy
    assert provider is not None
    assert provider.issuer == "https://login.example.org/realms/main"
    assert str(provider.secret_file) == "/etc/reconciler/client-secret/client-secret"
    assert portal("production").operators == {"siri-platform"}
    assert proxy is not None
    assert proxy.header.lower() == "x-forwarded-user"


def test_a_portal_is_of_the_same_installation_as_the_controller():
    for values in PORTALS:
        controller, found = settings(values, "controller"), settings(values, "portal")
        differs = {each for each in found if found[each] != controller.get(each)}
        own = {"RECONCILER_ACTOR", "RECONCILER_DATABASE_URL", *PORTAL}
        assert differs <= own


def test_the_portal_has_no_more_settings_than_it_is_there_for():
    """Without credentials no store and no key, without proposals no repository and no login at its host."""
    assert {each for each in settings("kubernetes", "portal") if "PORTAL" not in each} == {
        *("RECONCILER_ACTOR", "RECONCILER_DATABASE_URL", "RECONCILER_ENVIRONMENTS", "RECONCILER_INSTALLATION"),
        *("RECONCILER_LOG", "RECONCILER_LOG_FORMAT"),
    }
    found = settings("vault", "portal")
    assert found["RECONCILER_VAULT_LOGIN"] == "kubernetes:reconciler"
    assert not {each for each in found if "REPOSITORY" in each or "HOST" in each}
    assert settings("production", "portal")["RECONCILER_HOST"] == "github"


def test_another_setting_of_the_portal_makes_other_pods_of_it():
    def digest(*more: str) -> str:
        found = rendered_with("production", *more)["spec"]["template"]["metadata"]["annotations"]
        return found["reconciler/settings"]

    assert digest() != digest("--set", "portal.oidc.client=another")


def rendered_with(values: str, *more: str) -> dict:
    (found,) = [
        each
        for each in rendered(values, *more)
        if each["kind"] == "Deployment" and each["metadata"]["name"].endswith("-portal")
    ]
    return found
