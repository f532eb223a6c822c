"""A real pgbouncer in transaction mode before the run's server, on a private socket.

Each transaction goes to another of the server's connections, as with many clients: what a session keeps is gone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import psycopg

from reconciler.database.embedded_user import ServiceUser, choose_user

PORT = 6432
READY_S = 20
OPEN = 3
"""Connections to each database that are taken in turn."""
POOLED = frozenset(
    {
        "test_leases",
        "test_ledger",
        "test_ledger_repeats",
        "test_ledger_steps",
        "test_lists",
        "test_usage",
        "test_a_second_sync_says_who_is_running_and_until_when",
        "test_a_run_that_lost_its_lease_writes_nothing_more",
        "test_an_apply_while_a_sync_runs_is_fine_for_both",
        "test_an_integration_renamed_while_it_syncs_sends_nothing_twice",
        "test_a_claim_of_an_older_attempt_records_nothing_and_leaves_an_audit_entry",
        "test_a_sync_killed_in_the_middle_is_finished_by_the_next_one",
        "test_a_blind_document_whose_answer_is_lost_is_a_question_at_once_and_never_goes_again",
        "test_a_repeat_is_the_same_request_to_the_byte_though_record_and_mapping_order_do_not_tell",
        "test_many_at_once_on_the_databases_own_clock_share_one_pace",
        "test_of_many_who_ask_for_the_last_request_one_gets_it",
        "test_withheld_records_say_why_and_go_when_the_reason_ends",
    }
)
"""Modules, or single tests, that run through the pooler too."""
SETTINGS = f"""
[databases]
* = {{server}}

[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = {PORT}
unix_socket_dir = {{folder}}
auth_type = any
default_pool_size = {OPEN}
server_round_robin = 1
server_idle_timeout = 5
query_wait_timeout = 10
query_timeout = 20
max_client_conn = 500
logfile = {{folder}}/log
pidfile = {{folder}}/pid
"""


def program() -> tuple[str, dict[str, str]]:
    """The pgbouncer of this machine, or the one that scripts/pgbouncer.sh has put beside the interpreter."""
    own = Path(sys.prefix) / "pgbouncer"
    if (fetched := own / "usr/sbin/pgbouncer").exists():
        found = next(own.glob("usr/lib/**/libevent*"), None)
        return str(fetched), {"LD_LIBRARY_PATH": str(found.parent)} if found else {}
    named = os.environ.get("RECONCILER_TEST_PGBOUNCER") or shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/bin")
    assert named, (
        "there is no pgbouncer: sh scripts/pgbouncer.sh .venv fetches it, or RECONCILER_TEST_PGBOUNCER names it"
    )
    return named, {}


@contextmanager
def pooler(server_url: str) -> Iterator[str]:
    """The URL of the same server through a pooler, as long as the block lasts."""
    user = choose_user(Path("/nowhere"))  # pgbouncer refuses root too
    folder = Path(tempfile.mkdtemp(prefix="reconciler-pooler-", dir="/tmp"))
    try:
        with _running(folder, server_url, user) as process:
            yield _ready(process, folder, server_url)
    finally:
        shutil.rmtree(folder)


def spread(url: str) -> None:
    """Have the pooler open all its connections to a database, so that no two transactions in a row share one."""
    with ExitStack() as stack:
        for _ in range(OPEN):
            stack.enter_context(psycopg.connect(url, prepare_threshold=None)).execute("select")


@contextmanager
def _running(folder: Path, server_url: str, user: ServiceUser) -> Iterator[subprocess.Popen[bytes]]:
    command, environment = program()
    settings = folder / "ini"
    settings.touch(mode=0o600)
    settings.write_text(SETTINGS.format(server=_server(server_url), folder=folder))
    user.give(settings)
    user.give(folder)
    more = [] if user.is_ourselves else ["-u", user.name]
    environment |= {"PATH": "/usr/bin:/bin"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([command, "-q", *more, str(settings)], env=environment, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _server(url: str) -> str:
    """Where the server is, as pgbouncer writes it; every client is this one user."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    port = parse_qs(parts.query).get("port", [str(parts.port or 5432)])[0]
    return f"host={host} port={port} user={unquote(parts.username or '')} password={unquote(parts.password or '')}"


def _ready(process: subprocess.Popen[bytes], folder: Path, server_url: str) -> str:
    parts = urlsplit(server_url)
    url = parts._replace(netloc=f"{parts.username}@", query=f"host={quote(str(folder))}&port={PORT}").geturl()
    limit = time.monotonic() + READY_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert process.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < limit, (folder / "said").read_text()
            time.sleep(0.02)
        else:
            return url
