"""No pod of a release may do more than it has to, and no object holds a secret."""

import json

import pytest
from parts.chart import SETS, objects, one, pods, rendered, runner, settings
from parts.pod_security import violations

RESTRICTED = [(values, pod) for values in SETS for pod in ("runner", "controller", "portal", "migrations", "test")]
ABSENT = {("open", "migrations"), ("open", "portal"), ("minimal", "portal")}


@pytest.mark.parametrize(("values", "pod"), RESTRICTED)
def test_a_pod_is_held_to_the_restricted_profile(values, pod):
    if (values, pod) in ABSENT:
        assert pod not in pods(values)
    else:
        assert violations(pods(values)[pod]) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"securityContext": {}}, "run: may run as root"),
        ({"hostNetwork": True}, "hostNetwork"),
        ({"volumes": [{"name": "home", "hostPath": {"path": "/"}}]}, "volume of the kind hostPath"),
    ],
)
def test_the_check_of_the_profile_sees_what_breaks_it(change, said):
    template = runner("minimal")
    template["spec"] |= change
    assert said in violations(template)


@pytest.mark.parametrize("key", ["allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"])
def test_the_check_of_the_profile_sees_what_a_container_lacks(key):
    template = runner("minimal")
    del template["spec"]["containers"][0]["securityContext"][key]
    assert violations(template)


@pytest.mark.parametrize("values", SETS)
def test_a_pod_writes_to_its_own_empty_folders_only(values):
    for template in pods(values).values():
        kinds = {each["name"]: each for each in template["spec"].get("volumes", [])}
        for mount in template["spec"]["containers"][0].get("volumeMounts", []):
            assert mount.get("readOnly") or "emptyDir" in kinds[mount["name"]]


@pytest.mark.parametrize("values", SETS)
def test_a_token_for_the_api_server_is_mounted_only_where_it_is_used(values):
    mounted = {name: pod["spec"].get("automountServiceAccountToken") for name, pod in pods(values).items()}
    assert mounted.pop("controller") is True
    assert mounted.pop("runner") is (values == "kubernetes")
    assert not any(mounted.values())
    assert {each["automountServiceAccountToken"] for each in objects(values, "ServiceAccount")} == {False}


def test_the_runner_of_a_vault_has_a_token_of_its_own_and_no_right():
    (token,) = [each for each in runner("vault")["spec"]["volumes"] if "projected" in each]
    assert [*token["projected"]["sources"][0]] == ["serviceAccountToken"]
    assert [each["metadata"]["name"] for each in objects("vault", "Role")] == ["rec-reconciler-controller"]


@pytest.mark.parametrize("values", SETS)
def test_secrets_are_named_and_never_held(values):
    assert objects(values, "Secret") == []
    text = json.dumps(rendered(values))
    assert "postgresql://" not in text
    assert "BEGIN " not in text
    for part in {"controller", "runner", "portal"} & set(pods(values)):
        found = settings(values, part)
        assert found["RECONCILER_DATABASE_URL"].startswith("secret ")
        assert found.get("RECONCILER_KEY", "secret ").startswith("secret ")


def test_rights_are_of_the_namespace_and_name_no_wildcard():
    for values in SETS:
        for role in objects(values, "Role"):
            assert "*" not in json.dumps(role["rules"])
        assert objects(values, "ClusterRole") == []


def test_only_the_store_kubernetes_gives_a_right_to_secrets():
    for values in SETS:
        rights = json.dumps([each["rules"] for each in objects(values, "Role")])
        assert ("secrets" in rights) is (values == "kubernetes")
    assert one("kubernetes", "Role", "-runner")["rules"] == [
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
    ]


def test_a_run_is_given_the_role_of_a_runner_and_migrations_the_owner_s():
    assert settings("production", "runner")["RECONCILER_DATABASE_URL"] == "secret reconciler-database runner"
    assert settings("production", "controller")["RECONCILER_DATABASE_URL"] == "secret reconciler-database controller"
    (url,) = pods("production")["migrations"]["spec"]["containers"][0]["env"]
    assert url["valueFrom"]["secretKeyRef"] == {"name": "reconciler-database", "key": "owner"}


def test_what_only_the_controller_uses_is_not_given_to_runs():
    volumes = {each["name"] for each in runner("production")["spec"]["volumes"]}
    assert volumes == {"outside-ca", "home", "tmp"}
    assert not {each for each in settings("production", "runner") if "HOST" in each or "MAIL" in each or "HOOK" in each}


def test_the_portal_is_off_until_somebody_wants_it():
    assert not [each for each in rendered("minimal") if "portal" in str(each)]


@pytest.mark.parametrize("values", [each for each in SETS if "portal" in pods(each)])
def test_the_portal_has_an_account_without_a_right_and_no_token_for_the_api_server(values):
    spec = pods(values)["portal"]["spec"]
    assert spec["serviceAccountName"] == "rec-reconciler-portal"
    assert spec["automountServiceAccountToken"] is False
    bound = [subject["name"] for each in objects(values, "RoleBinding") for subject in each["subjects"]]
    assert bound
    assert "rec-reconciler-portal" not in bound
    tokens = [each for each in spec["volumes"] if "projected" in each]
    assert len(tokens) == (1 if values == "vault" else 0)


def test_the_portal_does_not_change_what_others_may():
    without = rendered("production", "--set", "portal.enabled=false")
    kinds = ("Role", "RoleBinding")
    assert [each for each in without if each["kind"] in kinds] == [
        each for each in rendered("production") if each["kind"] in kinds
    ]


def test_the_portal_logs_in_at_the_database_as_itself_and_never_as_another_part():
    assert settings("production", "portal")["RECONCILER_DATABASE_URL"] == "secret reconciler-database portal"
    logins = {settings("production", part)["RECONCILER_DATABASE_URL"] for part in ("controller", "runner", "portal")}
    assert len(logins) == 3


def test_a_portal_where_no_credentials_are_set_has_no_key_and_no_proxy():
    assert {"RECONCILER_KEY", "RECONCILER_PROXY"} <= settings("production", "portal").keys()
    assert not {"RECONCILER_KEY", "RECONCILER_PROXY"} & settings("kubernetes", "portal").keys()
    assert {each["name"] for each in pods("kubernetes")["portal"]["spec"]["volumes"]} == {"home", "tmp"}


def test_whoever_proposes_pushes_with_a_token_of_their_own():
    def token(part: str) -> str:
        (found,) = [each for each in pods("production")[part]["spec"]["volumes"] if each["name"] == "repository-token"]
        return found["secret"]["secretName"]

    assert (token("portal"), token("controller")) == ("reconciler-git-writer", "reconciler-git")
    assert "repository-token" not in str(pods("vault")["portal"])


def test_several_portals_are_not_taken_away_at_once_and_a_single_one_holds_up_no_node():
    assert one("production", "PodDisruptionBudget", "-portal")["spec"]["maxUnavailable"] == 1
    assert objects("kubernetes", "PodDisruptionBudget", "-portal") == []
    assert one("production", "Deployment", "-portal")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
