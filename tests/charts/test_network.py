"""Who may talk to whom."""

import pytest
from parts.chart import SETS, objects, one, pods

CLOSED = [each for each in SETS if each != "open"]
METADATA = "169.254.0.0/16"
"""Where clouds keep the credentials of a node."""


def selects(policy, template) -> bool:
    wanted = policy["spec"]["podSelector"]["matchLabels"]
    return wanted.items() <= template["metadata"]["labels"].items()


def ports(rules) -> set[int]:
    return {each["port"] for rule in rules for each in rule["ports"]}


@pytest.mark.parametrize("values", CLOSED)
def test_every_pod_has_exactly_one_policy_for_both_directions(values):
    policies = objects(values, "NetworkPolicy")
    for name, template in pods(values).items():
        (policy,) = [each for each in policies if selects(each, template)]
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"], name


@pytest.mark.parametrize("values", CLOSED)
def test_only_the_controller_is_asked_for_health_and_hooks_and_only_the_portal_for_pages(values):
    for policy in objects(values, "NetworkPolicy"):
        wanted = set()
        if policy["metadata"]["name"].endswith("-controller"):
            wanted = {9391, 8080} if values == "production" else {9391}
        if policy["metadata"]["name"].endswith("-portal"):
            wanted = {8080}
        assert ports(policy["spec"].get("ingress", [])) == wanted


@pytest.mark.parametrize("values", CLOSED)
def test_no_rule_is_open_to_every_port(values):
    for policy in objects(values, "NetworkPolicy"):
        assert all(rule["ports"] for rule in policy["spec"].get("egress", []))


@pytest.mark.parametrize("values", CLOSED)
def test_a_run_reaches_outside_systems_and_not_the_credentials_of_the_node(values):
    blocks = [
        each["ipBlock"]
        for rule in one(values, "NetworkPolicy", "-runner")["spec"]["egress"]
        for each in rule.get("to", [])
        if each.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert blocks
    assert all(METADATA in each["except"] for each in blocks)


def test_a_run_does_not_reach_the_api_server_unless_its_credentials_are_there():
    assert 6443 not in ports(one("minimal", "NetworkPolicy", "-runner")["spec"]["egress"])
    assert 6443 in ports(one("kubernetes", "NetworkPolicy", "-runner")["spec"]["egress"])
    assert 6443 in ports(one("minimal", "NetworkPolicy", "-controller")["spec"]["egress"])


@pytest.mark.parametrize("values", CLOSED)
def test_the_test_of_a_release_reaches_the_controller_whoever_else_may(values):
    test = pods(values)["test"]["metadata"]["labels"]
    ingress = one(values, "NetworkPolicy", "-controller")["spec"]["ingress"]
    peers = [each for rule in ingress for each in rule.get("from", []) if "podSelector" in each]
    assert any(each["podSelector"]["matchLabels"].items() <= test.items() for each in peers)
    assert selects({"spec": one(values, "NetworkPolicy", "-test")["spec"]}, {"metadata": {"labels": test}})


def test_networks_of_one_s_own_are_let_through_as_the_program_lets_them():
    egress = one("production", "NetworkPolicy", "-runner")["spec"]["egress"]
    assert {"ipBlock": {"cidr": "10.20.0.0/16"}} in [each for rule in egress for each in rule.get("to", [])]


def test_migrations_reach_names_and_the_database_and_nothing_else():
    policy = one("production", "NetworkPolicy", "-migrations")
    assert ports(policy["spec"]["egress"]) == {53, 5432}
    assert policy["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    job = one("production", "Job", "-migrations")
    weights = [int(each["metadata"]["annotations"]["helm.sh/hook-weight"]) for each in (policy, job)]
    assert weights[0] < weights[1]
    assert objects("open", "NetworkPolicy") == []


def test_pages_are_asked_for_by_the_ingress_controller_alone_where_it_is_named():
    ingress = one("production", "NetworkPolicy", "-portal")["spec"]["ingress"]
    named = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    assert [each["from"] for each in ingress] == [[named]]


def test_the_portal_reaches_the_provider_and_outside_systems_only_where_it_has_to():
    assert ports(one("production", "NetworkPolicy", "-portal")["spec"]["egress"]) == {53, 5432, 8443, 3128, 443, 22}
    assert ports(one("vault", "NetworkPolicy", "-portal")["spec"]["egress"]) == {53, 5432, 6543, 443, 8200}
    # A proxy says who it is, and no credential is set: names and the database.
    assert ports(one("kubernetes", "NetworkPolicy", "-portal")["spec"]["egress"]) == {53, 5432, 6543}
    for values in ("production", "vault", "kubernetes"):
        assert 6443 not in ports(one(values, "NetworkPolicy", "-portal")["spec"]["egress"])


def test_the_portal_does_not_reach_the_credentials_of_the_node():
    blocks = [
        each["ipBlock"]
        for rule in one("vault", "NetworkPolicy", "-portal")["spec"]["egress"]
        for each in rule.get("to", [])
        if each.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
    ]
    assert blocks
    assert all(METADATA in each["except"] for each in blocks)


def test_the_way_of_browsers_leads_to_the_portal_s_pods_by_its_own_name():
    service, ingress = one("production", "Service", "-portal"), one("production", "Ingress", "-portal")
    pod = pods("production")["portal"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert not service["spec"]["selector"].items() <= pods("production")["controller"]["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    assert port["targetPort"] in {each["name"] for each in pod["spec"]["containers"][0]["ports"]}
    (rule,) = ingress["spec"]["rules"]
    assert rule["host"] == "portal.example.org"
    assert rule["http"]["paths"][0]["backend"]["service"] == {
        "name": "rec-reconciler-portal",
        "port": {"name": "pages"},
    }
    assert ingress["spec"]["tls"] == [{"hosts": ["portal.example.org"], "secretName": "portal-tls"}]
    assert ingress["spec"]["ingressClassName"] == "nginx"
    assert objects("vault", "Ingress", "-portal") == []
