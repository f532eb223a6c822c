"""The chart, really rendered: by Helm 3 and Helm 4, for the value sets of charts/reconciler/ci, once each."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import referencing
from jsonschema import Draft202012Validator
from kubernetes_validate import utils
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "reconciler"
SETS = sorted(each.name.removesuffix("-values.yaml") for each in (CHART / "ci").glob("*-values.yaml"))
VERSIONS = [each for each in utils.all_versions() if int(each.split(".")[1]) >= 29]
"""Of Kubernetes: from the oldest that the chart installs on to the newest whose schemas there are."""
NOT_KUBERNETES = ("monitoring.coreos.com/v1",)
"""Groups of the Prometheus operator: no schema of Kubernetes' knows them."""
Object = dict[str, Any]


def helm(version: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Helm as scripts/helm.sh has put it beside the interpreter."""
    command = [str(Path(sys.prefix) / "helm" / f"helm{version}"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@cache
def text_of(values: str, version: int = 4, *more: str) -> str:
    """What `helm template` prints for a value set. Fails with Helm's own words."""
    file = CHART / "ci" / f"{values}-values.yaml"
    done = helm(version, "template", "rec", str(CHART), "--namespace", "integrations", "--values", str(file), *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def rendered(values: str, *more: str) -> tuple[Object, ...]:
    """The objects of a value set."""
    return tuple(each for each in YAML(typ="safe", pure=False).load_all(text_of(values, 4, *more)) if each)


def objects(values: str, kind: str, name: str = "") -> list[Object]:
    """Those of a kind, whose name ends so."""
    return [each for each in rendered(values) if each["kind"] == kind and each["metadata"]["name"].endswith(name)]


def one(values: str, kind: str, name: str = "") -> Object:
    """The only one of a kind, whose name ends so."""
    (found,) = objects(values, kind, name)
    return found


def runner(values: str) -> Object:
    """The pod template of a run: {metadata, spec}, as the controller reads it from its file."""
    text = one(values, "ConfigMap", "-runner")["data"]["runner.yaml"]
    return YAML(typ="safe").load(text)


def pods(values: str) -> dict[str, Object]:
    """Every pod that comes of a release, by what it is: {metadata, spec}."""
    found = {"runner": runner(values)}
    for each in rendered(values):
        name = each["metadata"]["name"].removeprefix("rec-reconciler-")
        if each["kind"] == "Pod":
            found[name] = {"metadata": each["metadata"], "spec": each["spec"]}
        elif template := each.get("spec", {}).get("template"):
            found[name] = template
    return found


def settings(values: str, part: str) -> dict[str, str]:
    """The settings that a part ("controller", "runner") is started with; those out of Secrets as `secret NAME KEY`."""
    spec = pods(values)[part]["spec"]
    found: dict[str, str] = {}
    for source in spec["containers"][0]["envFrom"]:
        named = source["configMapRef"]["name"]
        found |= next(each for each in objects(values, "ConfigMap") if each["metadata"]["name"] == named)["data"]
    for each in spec["containers"][0].get("env", []):
        secret = each.get("valueFrom", {}).get("secretKeyRef", {})
        found[each["name"]] = each.get("value") or "secret {name} {key}".format(**secret)
    return found


@cache
def _definitions(version: str) -> tuple[str, referencing.Registry]:
    folder = f"kubernetes-json-schema/v{version}-local-strict"
    found = utils.schema_contents(f"{folder}/_definitions.json", version)
    return folder, (referencing.Resource.from_contents(found) @ referencing.Registry()).crawl()


@cache
def _validator(version: str, api_version: str, kind: str) -> Draft202012Validator:
    folder, registry = _definitions(version)
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    schema = utils.schema_contents(f"{folder}/{kind.lower()}-{group}.json", version)
    return Draft202012Validator(schema, registry=registry)


def complaints(version: str, found: Object) -> Iterator[str]:
    """What a version of Kubernetes would not take in an object; unknown fields too."""
    for error in _validator(version, found["apiVersion"], found["kind"]).iter_errors(found):
        yield f"{found['kind']} {found['metadata'].get('name')}: {error.json_path}: {error.message[:200]}"
