"""The pod template of a run is checked, and hardened where a mistake would cost."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.keepers import TEMPLATE, frame, schedule

from reconciler.cluster.likeness import differences
from reconciler.cluster.manifests import Owner, cronjob
from reconciler.cluster.template import LARGEST, Template, read_template
from reconciler.errors import UsageError

WORDS = (
    "env envFrom volumes volumeMounts ports securityContext initContainers name value emptyDir hostNetwork resources "
    "automountServiceAccountToken terminationGracePeriodSeconds limits image"
)
KEYS = WORDS.split()


def template(**spec: Any) -> bytes:
    found = yaml.safe_load(TEMPLATE)
    container = spec.pop("container", {})
    found["spec"] |= spec
    if container:
        found["spec"]["containers"][0] |= container
    return json.dumps(found).encode()


def read(**spec: Any) -> Template:
    return read_template(template(**spec))


def test_what_it_says_of_a_run_is_kept() -> None:
    found = read(nodeSelector={"disk": "fast"})
    run = found.spec["containers"][0]
    assert found.labels == {"app.kubernetes.io/name": "reconciler-run"}
    assert (run["image"], found.spec["nodeSelector"]) == ("registry.example.org/reconciler:1.2.3", {"disk": "fast"})
    assert run["env"] == [{"name": "RECONCILER_HOME", "value": "/tmp/home"}]


def test_a_pod_is_restricted_whatever_the_template_says() -> None:
    loose = {"privileged": True, "allowPrivilegeEscalation": True, "capabilities": {"add": ["SYS_ADMIN"]},
             "readOnlyRootFilesystem": False, "runAsNonRoot": False, "procMount": "Unmasked",
             "seccompProfile": {"type": "Unconfined"}, "runAsUser": 1000}  # fmt: skip
    helper = {"name": "proxy", "image": "proxy:1", "restartPolicy": "Always", "securityContext": loose}
    found = read(
        hostNetwork=True, hostPID=True, hostIPC=True, hostUsers=True, restartPolicy="Always",
        securityContext={"runAsNonRoot": False, "sysctls": [{"name": "x"}], "fsGroup": 1000},
        initContainers=[helper], container={"securityContext": loose},
    ).spec  # fmt: skip
    assert [found[name] for name in ("hostNetwork", "hostPID", "hostIPC")] == [False] * 3
    assert (found["restartPolicy"], "hostUsers" in found) == ("Never", False)
    assert found["securityContext"] == {
        "fsGroup": 1000, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    for each in (*found["containers"], *found["initContainers"]):
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        }


def test_no_token_is_mounted_unless_the_template_asks() -> None:
    assert read().spec["automountServiceAccountToken"] is False
    assert read(automountServiceAccountToken=True).spec["automountServiceAccountToken"] is True


def test_a_read_only_root_has_a_folder_for_what_is_thrown_away() -> None:
    found = read().spec
    assert found["containers"][0]["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}]
    mount = [{"name": "mine", "mountPath": "/tmp/"}]
    own = read(container={"volumeMounts": mount}, volumes=[{"name": "mine", "emptyDir": {}}]).spec
    assert own["containers"][0]["volumeMounts"] == mount


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"containers": []}, "not one container called run"),
        ({"containers": [{"name": "run", "image": "x"}, {"name": "more", "image": "y"}]}, "not one container"),
        ({"containers": "run"}, "containers is no list"),
        ({"container": {"image": ""}}, "names no image"),
        ({"container": {"args": ["sync"]}}, "has args"),
        ({"container": {"command": ["sh"]}}, "has command"),
        ({"container": {"securityContext": {"runAsUser": 0}}}, "runAsUser 0"),
        ({"securityContext": {"runAsUser": 0}}, "runAsUser 0"),
        ({"container": {"env": [{"name": "RECONCILER_SHARDS", "value": 4}]}}, "RECONCILER_SHARDS of run .* is no text"),
        ({"container": {"env": ["A=b"]}}, "an item of env is no mapping"),
        ({"container": {"volumeMounts": [7]}}, "an item of volumeMounts is no mapping"),
        ({"volumes": [{"name": "docker", "hostPath": {"path": "/"}}]}, "'docker' is a hostPath"),
    ],
)
def test_what_cannot_be_made_safe_is_refused(spec: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(**spec)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is no mapping"),
        (b"spec: [", "no YAML"),
        (b"\xff\xfe\x00", "no YAML"),
        (b"- a\n- b\n", "the file is no mapping"),
        (b"metadata: {}\n", "spec is no mapping"),
        (b"Spec: {}\n", "the key 'Spec'"),
        (b"spec: !!python/object/apply:os.system [id]\n", "no YAML"),
        (b"spec: &a {spec: *a}\n", "no text, number, list"),
        (b"spec: {containers: [{name: run, image: 2026-01-01}]}\n", "no text, number, list"),
        (b"metadata: {labels: {a: 1}}\nspec: {containers: [{name: run, image: x}]}\n", "no text"),
        (b"a" * (LARGEST + 1), "bytes"),
    ],
)
def test_a_file_that_is_no_template_is_refused_with_the_place(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_template(content)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "run", "/tmp", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.sampled_from(KEYS), TREES, st.booleans())
def test_whatever_stands_in_it_is_refused_or_becomes_a_cronjob(key: str, tree: Any, inside: bool) -> None:
    content = template(container={key: tree}) if inside else template(**{key: tree} if key != "container" else {})
    try:
        made = cronjob(frame("prod", "sync", content), Owner("bergen", "id"), "books", schedule())
    except UsageError:
        return
    pod = made["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["containers"][0]["securityContext"]["runAsNonRoot"] is True
    assert not pod["hostNetwork"]
    assert not differences(made, json.loads(json.dumps(made)))
