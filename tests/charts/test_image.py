"""The image: what goes into it, and that it runs for a user without rights in a tree that nobody can write to."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from parts.chart import CHART, ROOT, objects, one, pods, settings
from parts.cluster.standing import StandIn, standing
from parts.databases import database, url_of
from parts.followed import texts
from parts.image import Image, replayed
from parts.relay import relaying
from parts.remote import Remote

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with replayed() as found:
        yield found


@pytest.fixture
def empty_url(server_url: str, administration) -> Iterator[str]:
    """A database in which nothing is."""
    with reached(server_url, administration, "template0") as url:
        yield url


@pytest.fixture
def migrated_url(server_url: str, administration, template: str) -> Iterator[str]:
    """A database with our tables."""
    with reached(server_url, administration, template) as url:
        yield url


@contextmanager
def reached(server_url: str, administration, model: str) -> Iterator[str]:
    """A new database over TCP: the image's user may not enter the folder of the server's socket."""
    with database(administration, "image", model) as name, relaying() as relay:
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


@pytest.fixture
def volume(image: Image, tmp_path_factory) -> Iterator[Path]:
    """A folder that the image's user reaches; pytest's own are closed to others."""
    folder = image.root.with_name("volume")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_two_replicas_of_the_image_with_the_chart_s_settings_rights_and_template_are_ready_and_keep_the_cronjobs(
    image: Image, migrated_url: str, volume: Path
):
    """From the rendered release to the first CronJob: only addresses, keys and paths of volumes are the test's own.

    Both are ready, though one of them holds no shard: else no rollout would ever end.
    """
    remote = Remote(volume / "config")
    for path, text in texts("alfa").items():
        (remote.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (remote.folder / path).write_text(text)
    remote.git("add", "--all")
    remote.git("commit", "--quiet", "--message", "the first commit")
    (volume / "runner.yaml").write_text(one("minimal", "ConfigMap", "-runner")["data"]["runner.yaml"])
    port = _free_port()
    with standing(StandIn(namespaces=("integrations",))) as cluster:
        cluster.user("controller", one("minimal", "Role", "-controller")["rules"])
        given = settings("minimal", "controller") | {
            "RECONCILER_DATABASE_URL": migrated_url,
            "RECONCILER_KEY": "5e" * 32,
            "RECONCILER_REPOSITORY": f"file://{remote.folder}",
            "RECONCILER_RUNNER_TEMPLATE": str(volume / "runner.yaml"),
            "RECONCILER_KUBECONFIG": str(cluster.kubeconfig(volume, user="controller")),
        }
        addresses = ("127.0.0.1", "127.0.0.2")
        image.hand_over(volume)
        replicas = [_replica(image, given, f"{address}:{port}", volume / address) for address in addresses]
        try:
            (cronjob,) = cluster.until("cronjobs", lambda found: len(found) == 1, timeout_s=90)
            said = [_until_ready(image, address, port) for address in addresses]
        finally:
            for each in replicas:
                each.terminate()
            logs = [each.communicate(timeout=60) for each in replicas]
    assert said == [f"{address} ready\n" for address in addresses], logs
    assert [each.returncode for each in replicas] == [0, 0], logs
    assert cronjob["metadata"]["labels"]["reconciler/installation"] == "staging"
    (container,) = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.org/reconciler:0.1.0"
    assert container["args"][:3] == ["sync", "alfa", "members"]
    assert "Traceback" not in str(logs)


def test_the_image_serves_the_chart_s_portal_and_ends_it_in_good_order(image: Image, migrated_url: str):
    """With the rendered settings; only addresses are the test's own. Probes ask by number, browsers by name."""
    port = _free_port()
    (container,) = pods("kubernetes")["portal"]["spec"]["containers"]
    given = settings("kubernetes", "portal") | {
        "RECONCILER_DATABASE_URL": migrated_url,
        "RECONCILER_PORTAL_LISTEN": f"127.0.0.1:{port}",
        "RECONCILER_PORTAL_PROXY_FROM": "127.0.0.1/32",
    }
    public = {"host": "portal.example.org"}
    named = {**public, given["RECONCILER_PORTAL_PROXY_HEADER"]: "admin@example.org"}
    process = image.process(image.program(*container["args"]), given)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
            probes = [container[each]["httpGet"]["path"] for each in ("livenessProbe", "readinessProbe")]
            assert [_asked(client, path) for path in probes] == [200, 200]
            assert _asked(client, "/login") == 421
            assert _asked(client, "/login", **public) == 403, "the proxy named nobody"
            assert _asked(client, "/", **named) == 200
            styles = client.get("/", headers=named).text.partition('href="/static/')[2]
            assert _asked(client, f"/static/{styles.partition(chr(34))[0]}", **public) == 200
    finally:
        process.terminate()
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "the portal is at https://portal.example.org\n"), errors
    assert "Traceback" not in errors


def _asked(client: httpx.Client, path: str, **headers: str) -> int:
    """The status, as soon as somebody answers at all."""
    end = time.monotonic() + 60
    while True:
        try:
            return client.get(path, headers=headers).status_code
        except httpx.ConnectError:
            assert time.monotonic() < end, path
            time.sleep(0.2)


def _replica(image: Image, given: Mapping[str, str], observe: str, home: Path) -> subprocess.Popen[str]:
    """Each has a home of its own, as each pod has."""
    home.mkdir()
    image.hand_over(home)
    return image.process(
        image.program("controller"), {**given, "RECONCILER_OBSERVE": observe, "RECONCILER_HOME": str(home)}
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def _until_ready(image: Image, address: str, port: int) -> str:
    """What the chart's own test prints, as soon as it is content. It is run as its pod runs it."""
    (pod,) = objects("minimal", "Pod", "-test")
    (container,) = pod["spec"]["containers"]
    assert container["args"][0].strip() == (CHART / "files/ready.py").read_text("utf-8").strip()
    words = [*container["command"], container["args"][0], address, str(port), "1"]
    words[0] = str(image.root / "opt/reconciler/bin" / words[0])
    for _ in range(20):
        process = image.process(words, {})
        out, errors = process.communicate(timeout=30)
        if process.returncode == 0:
            return out
        time.sleep(0.5)
    raise AssertionError(out + errors)
