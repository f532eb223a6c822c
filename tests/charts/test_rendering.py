"""The chart is rendered by both Helms, and every version of Kubernetes that it is for would take what comes out."""

import pytest
from parts.chart import CHART, NOT_KUBERNETES, SETS, VERSIONS, complaints, helm, objects, rendered, runner, text_of


@pytest.mark.parametrize("values", SETS)
@pytest.mark.parametrize("version", [3, 4])
def test_helm_finds_no_fault_with_a_value_set(version, values):
    done = helm(version, "lint", "--strict", str(CHART), "--values", str(CHART / "ci" / f"{values}-values.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("values", SETS)
def test_both_helms_make_the_same_of_it(values):
    assert text_of(values, 3) == text_of(values, 4)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kubernetes_takes_every_object(version):
    every = {str(each): each for values in SETS for each in rendered(values)}
    own = [each for each in every.values() if each["apiVersion"] not in NOT_KUBERNETES]
    templates = [{"apiVersion": "v1", "kind": "PodTemplate", "metadata": {}, "template": runner(each)} for each in SETS]
    assert [found for each in (*own, *templates) for found in complaints(version, each)] == []


def test_the_oldest_and_the_newest_version_are_among_them():
    assert VERSIONS[0].startswith("1.29.")
    assert int(VERSIONS[-1].split(".")[1]) >= 37


def test_a_field_that_kubernetes_does_not_know_is_found():
    found = {**rendered("minimal")[0], "speck": {}}
    assert list(complaints(VERSIONS[-1], found))


@pytest.mark.parametrize("values", SETS)
def test_names_are_unique_and_no_object_leaves_its_namespace(values):
    names = [(each["kind"], each["metadata"]["name"]) for each in rendered(values)]
    assert len(set(names)) == len(names)
    assert not [kind for kind, _ in names if kind.startswith("Cluster") or kind in ("Namespace", "Secret")]
    assert {each["metadata"].get("namespace", "integrations") for each in rendered(values)} == {"integrations"}


def test_only_what_prometheus_needs_is_of_another_group():
    groups = {each["apiVersion"] for each in rendered("production")}
    assert groups & set(NOT_KUBERNETES)
    for values in set(SETS) - {"production"}:
        assert not {each["apiVersion"] for each in rendered(values)} & set(NOT_KUBERNETES)


def test_rules_and_dashboard_are_those_of_the_chart_s_own_files():
    (rules,) = objects("production", "PrometheusRule")
    assert {each["alert"] for each in rules["spec"]["groups"][0]["rules"]} >= {"ReconcilerNoLeader"}
    assert "{{ $labels.installation }}" in str(rules)
    (dashboard,) = objects("production", "ConfigMap", "-dashboard")
    assert dashboard["data"]["reconciler.json"].strip() == (CHART / "observability/dashboard.json").read_text().strip()


def test_a_cluster_that_is_too_old_is_refused():
    file = str(CHART / "ci/minimal-values.yaml")
    done = helm(4, "template", "rec", str(CHART), "--values", file, "--kube-version", "1.28.0")
    assert done.returncode != 0
    assert ">=1.29.0" in done.stderr


def test_another_release_has_other_names_and_a_long_one_still_has_valid_ones():
    every = rendered("production", "--set", f"fullnameOverride={'long-' * 20}")
    assert max(len(each["metadata"]["name"]) for each in every) <= 63


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("production", ["Open the portal at https://portal.example.org"]),
        ("kubernetes", ["No Ingress is made", "networkPolicy.portal.from is empty"]),
        ("minimal", []),
    ],
)
def test_the_notes_lead_to_the_portal_where_there_is_one(values, said):
    file = str(CHART / "ci" / f"{values}-values.yaml")
    done = helm(4, "install", "rec", str(CHART), "--dry-run=client", "--namespace", "integrations", "--values", file)
    assert done.returncode == 0, done.stderr
    notes = done.stdout.partition("\nNOTES:\n")[2]
    assert notes
    assert all(each in notes for each in said)
    assert ("portal" in notes) is bool(said)
