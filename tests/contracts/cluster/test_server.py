"""What the server says of itself and of who asks. Source: "Kubernetes API Concepts" (API discovery) and "Authorization
Overview" (Checking API access).
"""

import json

import urllib3


def test_the_server_says_what_it_is_and_what_it_knows(peer):
    version = peer.ask("GET", "/version").body
    assert version["gitVersion"].startswith(f"v{version['major']}.{version['minor'].rstrip('+')}")
    found = peer.ask("GET", "/apis/batch/v1").body
    assert (found["kind"], found["groupVersion"]) == ("APIResourceList", "batch/v1")
    known = {one["name"]: one for one in found["resources"]}
    assert {"cronjobs", "jobs", "jobs/status"} <= known.keys()
    assert (known["cronjobs"]["namespaced"], known["cronjobs"]["kind"]) == (True, "CronJob")
    verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
    assert verbs <= set(known["cronjobs"]["verbs"])
    groups = {one["name"] for one in peer.ask("GET", "/apis").body["groups"]}
    assert {"batch", "events.k8s.io", "coordination.k8s.io", "authorization.k8s.io"} <= groups


def test_a_token_of_nobody_is_unauthorized(peer):
    configuration = peer.client.configuration
    checked = "CERT_REQUIRED" if configuration.verify_ssl else "CERT_NONE"
    pool = urllib3.PoolManager(ca_certs=configuration.ssl_ca_cert, cert_reqs=checked)
    headers = {"Authorization": "Bearer of-nobody"}
    answer = pool.request("GET", configuration.host + peer.path("cronjobs"), headers=headers, retries=False, timeout=30)
    assert answer.status == 401
    body = json.loads(answer.data)
    assert (body["kind"], body["status"], body["reason"], body["code"]) == ("Status", "Failure", "Unauthorized", 401)
    pool.clear()


def test_somebody_can_ask_what_they_may(peer):
    wanted = {"group": "batch", "resource": "cronjobs", "verb": "patch", "namespace": peer.namespace}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    spec = {"spec": {"resourceAttributes": wanted}}
    reply = peer.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review | spec)
    assert (reply.code, reply.body["status"]["allowed"]) == (201, True)
