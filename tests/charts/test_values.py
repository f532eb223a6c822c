"""A value that is misspelt, out of bounds or missing is refused by name before anything reaches a cluster."""

import json

import pytest
from parts.chart import CHART, ROOT, helm
from ruamel.yaml import YAML

MINIMAL = str(CHART / "ci/minimal-values.yaml")
MISTAKES = [
    ("instalation=x", "instalation"),
    ("image.digets=x", "digets"),
    ("image.digest=latest", "digest"),
    ("environments={producton}", "environments"),
    ("store=vaults", "store"),
    ("vault.address=http://vault.example.org", "address"),
    ("controller.replicas=0", "replicas"),
    ("runs.deadline=2 hours", "deadline"),
    ("repository.url=https://user:secret@git.example.org/x.git", "url"),
    ("repository.url=https://ghp_secret@git.example.org/x.git", "url"),
    ("repository.token=ghp_secret", "token"),
    ("image.repository=registry example.org", "repository"),
    ("runner.podLabels.app\\.kubernetes\\.io/component=controller", "app.kubernetes.io/component"),
    ("database.runner.password=secret", "password"),
    ("key.value=secret", "value"),
    ("mail.server=smtp://user:secret@mail.example.org", "server"),
    ("settings.RECONCILER_KEY=secret", "RECONCILER_KEY"),
    ("settings.RECONCILER_CRASH_AT=before:send", "RECONCILER_CRASH_AT"),
    ("podSecurityContext.runAsUser=0", "runAsUser"),
    ("podSecurityContext.privileged=true", "privileged"),
    ("networkPolicy.apiServer.ports={}", "ports"),
    ("portal.adress=https://portal.example.org", "adress"),
    ("portal.address=http://portal.example.org", "address"),
    ("portal.address=https://portal.example.org/app", "address"),
    ("portal.login=demo", "login"),
    ("portal.oidc.issuer=http://login.example.org", "issuer"),
    ("portal.oidc.secret.value=secret", "value"),
    ("portal.proxy.networks={everywhere}", "networks"),
    ("portal.replicas=0", "replicas"),
    ("portal.podLabels.app\\.kubernetes\\.io/component=controller", "app.kubernetes.io/component"),
]
FREE = ("resources", "labels")
"""Values under which stand keys of Kubernetes', or of people's own."""
PORTAL = "portal.enabled=true,portal.address=https://portal.example.org"
PROXIED = f"{PORTAL},portal.login=proxy,portal.proxy.header=X-User,portal.proxy.networks={{10.40.0.0/16}}"
MISSING = [
    ("installation=", "what is this installation called?"),
    ("image.repository=", "where is the image"),
    ("repository.url=", "which repository is followed?"),
    ("database.controller.existingSecret=", "which Secret holds postgresql://"),
    ("key.existingSecret=", "which Secret holds the installation's key?"),
    ("store=vault", "where is the Vault"),
    ("vault.address=https://vault.example.org", "how do pods log in?"),
    ("hooks.enabled=true", "which Secret holds what the host of git signs"),
    ("host.kind=github", "which Secret holds the token"),
    ("portal.enabled=true", "under which https://... do browsers find the portal?"),
    (f"{PORTAL}", "which OpenID provider do people log in at?"),
    (f"{PORTAL},portal.oidc.issuer=https://login.example.org", "what does the provider know the portal by?"),
    (f"{PORTAL},portal.login=proxy", "in which header does the proxy say who is logged in?"),
    (f"{PORTAL},portal.login=proxy,portal.proxy.header=X-User", "where does the proxy ask from?"),
    (f"{PROXIED}", "which Secret holds postgresql://... of the portal's own login?"),
    (f"{PROXIED},store=kubernetes", "no right to the namespace's Secrets"),
]


def refused(version: int, change: str) -> str:
    done = helm(version, "template", "rec", str(CHART), "--values", MINIMAL, "--set", change)
    assert done.returncode != 0, done.stdout[:500]
    return done.stderr


@pytest.mark.parametrize(("change", "named"), MISTAKES, ids=[each for each, _ in MISTAKES])
def test_a_mistake_is_refused_by_name(change, named):
    assert named in refused(4, change)


@pytest.mark.parametrize(("change", "asked"), MISSING, ids=[each for each, _ in MISSING])
def test_what_is_missing_is_asked_for(change, asked):
    assert asked in refused(4, change)


def test_helm_3_reads_the_schema_too():
    assert "instalation" in refused(3, "instalation=x")


def test_every_value_has_a_place_in_the_schema_and_every_place_a_default():
    """What the schema knows and values.yaml does not is not on paper."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    values = YAML(typ="safe").load((CHART / "values.yaml").read_text("utf-8"))
    assert _places(schema, schema) - {"global"} == _keys(values)


def _places(schema, node, path: str = "") -> set[str]:
    node = schema["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    found = set()
    for name, inner in node.get("properties", {}).items():
        if path.endswith("resources."):
            continue
        found |= {f"{path}{name}", *_places(schema, inner, f"{path}{name}.")}
    return found


def _keys(values, path: str = "") -> set[str]:
    found = set()
    for name, inner in values.items():
        found.add(f"{path}{name}")
        if isinstance(inner, dict) and name not in FREE:
            found |= _keys(inner, f"{path}{name}.")
    return found


def test_the_version_is_that_of_the_program():
    chart = YAML(typ="safe").load((CHART / "Chart.yaml").read_text("utf-8"))
    assert f'version = "{chart["appVersion"]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
