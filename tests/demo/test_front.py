"""`make portal`: its command as a real process, what people see in it, and that nothing is left of it."""

import html
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from parts.leftovers import alive
from ruamel.yaml import YAML

from reconciler.demo.front import PEOPLE, PLATFORM

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("front")


@dataclass(slots=True)
class Front:
    """The running command: where it is, what it said so far, and the folder that it may leave nothing in."""

    process: "subprocess.Popen[str]"
    address: str
    said: str
    temporary: Path

    def colours(self, account: str, organization: str) -> dict[str, str]:
        """The lights that somebody sees."""
        with httpx.Client(base_url=self.address, trust_env=False, timeout=30) as client:
            client.post("/login/demo", data={"account": account}, headers={"origin": self.address})
            found = client.get(f"/api/v1/organizations/{organization}").raise_for_status().json()
        return {each["name"]: each["health"]["colour"] for each in found["integrations"]}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o755)
    folder.chmod(0o755)
    environment = {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(temporary),
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RECONCILER_PORTAL_LISTEN": "127.0.0.1:0",
    }
    (target,) = re.findall(r"^portal:.*\n\t@\$\(BIN\)/reconciler (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    command = [sys.executable, "-m", "reconciler.cli", *target.split()]
    with (folder / "errors").open("w+") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
        )
        try:
            said = _until_open(process)
            address = re.search(r"^The portal is at (\S+)$", said, re.MULTILINE)
            assert address, said + (folder / "errors").read_text()
            yield Front(process, address[1], said, temporary)
        finally:
            process.kill()
            process.communicate()
    assert (folder / "errors").read_text() == ""


def _until_open(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Ctrl-C"):
            break
    return said


def test_it_says_where_it_is_and_who_one_may_be(front: Front) -> None:
    assert httpx.get(f"{front.address}/login", trust_env=False, timeout=30).status_code == 200
    named = {
        person["account"]: folder.parent.name
        for folder in (ROOT / "orgs").glob("*/organization.yaml")
        for person in YAML(typ="safe").load(folder.read_text())["spec"]["people"]
    }
    assert {account for account, _ in PEOPLE} - {PLATFORM} <= set(named)
    assert all(account in front.said for account, _ in PEOPLE)


def test_there_is_something_red_something_yellow_something_grey_and_something_green(front: Front) -> None:
    assert front.colours("ingrid-hlf", "hlf")["accounts"] == "red"
    assert front.colours("kari-blindeforbundet", "blindeforbundet") == {"xledger": "yellow"}
    assert front.colours(PLATFORM, "nhf") == {"consio": "grey", "cornerstone": "green"}


LINK = re.compile(r'href="(/[^"#]*)"')
VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}-\d{2}|\d+|(?<==)[^&]*")
"""What makes many addresses of one page."""


@pytest.mark.parametrize("account", ["ingrid-hlf", "kari-blindeforbundet", "jonas-nhf", PLATFORM])
def test_no_page_that_a_link_leads_to_is_an_error_of_ours(front: Front, account: str) -> None:
    """From the first page on; of pages that differ by a number only, one."""
    seen, waiting, broken = set[str](), ["/"], []
    with httpx.Client(base_url=front.address, trust_env=False, timeout=60, follow_redirects=True) as client:
        client.post("/login/demo", data={"account": account}, headers={"origin": front.address})
        while waiting:
            path = waiting.pop()
            if (shape := VARYING.sub("", path)) in seen or path.startswith("/static/"):
                continue
            seen.add(shape)
            page = client.get(path)
            broken += [(path, page.status_code)] if page.status_code >= 500 else []
            waiting += [html.unescape(each) for each in LINK.findall(page.text)]
    assert broken == []


def test_it_ends_when_it_is_told_to_and_leaves_no_process_and_no_file(front: Front) -> None:
    """The last test of this file, for it ends what the others look at."""
    front.process.send_signal(signal.SIGTERM)
    out, _ = front.process.communicate(timeout=60)
    assert (front.process.returncode, out) == (0, "taking everything down ...\n")
    end = time.monotonic() + 10
    while (left := [*(each.name for each in front.temporary.iterdir()), *alive(str(front.temporary))]) != []:
        assert time.monotonic() < end, left
        time.sleep(0.1)
