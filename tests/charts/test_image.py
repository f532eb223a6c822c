"""The image: what goes into it, and that it runs for a user without rights in a tree that nobody can write to."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from parts.chart import ROOT, pods
from parts.databases import database, url_of
from parts.image import Image, replayed
from parts.relay import relaying

pytestmark = pytest.mark.xdist_group("image")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with replayed() as found:
        yield found


@pytest.fixture
def empty_url(server_url: str, administration) -> Iterator[str]:
    """A database in which nothing is, over TCP: the image's user may not enter the folder of the server's socket."""
    with database(administration, "image", "template0") as name, relaying() as relay:
        parts = urlsplit(url_of(server_url, name))
        asked = parse_qs(parts.query)
        if "host" in asked:
            relay.target = f"{asked['host'][0]}/.s.PGSQL.{asked.get('port', ['5432'])[0]}"
            login = parts.netloc.rpartition("@")[0]
            yield f"postgresql://{login}@127.0.0.1:{relay.port}/{name}"
        else:
            yield parts.geturl()


def test_the_linter_of_dockerfiles_finds_nothing():
    linter = str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([linter, str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_base_is_pinned_by_version_and_digest_and_both_stages_take_it():
    assert re.search(r"^ARG BASE=python:\d+\.\d+\.\d+-slim-[a-z]+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert DOCKERFILE.count("--require-hashes") == DOCKERFILE.count(".lock\n")


def test_it_runs_as_a_user_by_number_so_that_a_cluster_can_see_that_it_is_not_root(image):
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", image.said["user"])
    wanted = pods("minimal")["runner"]["spec"]["securityContext"]
    assert image.said["user"] == f"{wanted['runAsUser']}:{wanted['runAsGroup']}"
    mounts = {
        each["name"]: each["mountPath"] for each in pods("minimal")["runner"]["spec"]["containers"][0]["volumeMounts"]
    }
    assert str(image.home) == f"{image.root}{mounts['home']}"


def test_only_debian_s_packages_and_the_user_are_left_out_of_the_replay(image):
    assert [each.split()[0] for each in image.said["left_out"]] == ["apt-get", "groupadd"]


def test_migrations_in_the_image_twice_and_two_at_once_are_done_once(image, empty_url):
    (container,) = pods("minimal")["migrations"]["spec"]["containers"]
    settings = {"RECONCILER_DATABASE_URL": empty_url}
    told: list[tuple[int, str]] = []
    both = [threading.Thread(target=lambda: told.append(image.run(container["args"], settings))) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [code for code, _ in told] == [0, 0], told
    applied = re.findall(r"\b0\d{3}_\w+", "".join(text for _, text in told))
    assert sorted(applied) == sorted(set(applied))
    assert len(applied) == len(list((ROOT / "reconciler/database/migrations/versions").glob("0*.sql")))
    assert image.run(container["args"], settings) == (0, "up to date\n")


def test_nothing_of_the_image_can_be_written_to_but_the_user_s_own_folder(image):
    code = """
import os, sys
top, home = sys.argv[1:]
writable = [f for f, _, names in os.walk(top) if os.access(f, os.W_OK) and not f.startswith(home)]
print(writable, os.access(home, os.W_OK), os.getuid())
"""
    python = str(image.root / "opt/reconciler/bin/python")
    process = image.process([python, "-c", code, str(image.root), str(image.home)], {})
    out, errors = process.communicate(timeout=60)
    wanted = 65532 if os.geteuid() == 0 else os.geteuid()
    assert out == f"[] True {wanted}\n", errors


def test_specs_of_the_catalogue_are_in_it_and_no_test_or_tool_is(image):
    inside = {path.name for path in (image.root / "opt/reconciler/lib").glob("python*/site-packages/*")}
    assert "reconciler" in inside
    assert not inside & {"pytest", "mypy", "ruff", "hatchling", "uv", "pip", "tests", "_pytest"}
    code, said = image.run(["validate", "--root", str(image.home)], {})
    assert "Traceback" not in said
    assert code != 70
