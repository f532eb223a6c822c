"""The embedded server's life: who runs it, what it leaves on disk, how it ends."""

import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.embedded_binaries import copy_of, find_binaries, wheel_installation
from reconciler.database.embedded_postmaster import halt, is_ready, is_server
from reconciler.database.embedded_user import ENVIRONMENT, choose_user
from reconciler.errors import DatabaseDown, UsageError

LIFE = Path(__file__).with_name("embedded_life.py")
AS_ROOT = os.getuid() == 0
ACCOUNTS = (0, pwd.getpwnam("nobody").pw_uid) if AS_ROOT else (os.getuid(),)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def gone(pid: int, folder: Path) -> bool:
    """Whether the server ends by itself within half a minute (it takes a few hundredths of a second)."""
    limit = time.monotonic() + 30
    while is_server(pid, folder / "data") and time.monotonic() < limit:
        time.sleep(0.01)
    return not is_server(pid, folder / "data")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One server for the tests that only look; as root it lies in a folder that the system user cannot enter."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("served") / "pg", durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder whose server has lived once."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("made") / "pg", durable=False) as server:
        pass
    return server.folder


@pytest.fixture
def folder(made, tmp_path):
    """A folder of this test's own whose server has lived once: a copy costs a tenth of a first start."""
    subprocess.run(["/bin/cp", "-a", made, tmp_path / "pg"], check=True)
    return tmp_path / "pg"


@pytest.fixture(params=ACCOUNTS, ids=lambda uid: pwd.getpwuid(uid).pw_name)
def account(request):
    return request.param


def test_a_folder_keeps_its_data_from_one_life_to_the_next_for_every_user(account):
    with tempfile.TemporaryDirectory() as home:
        search = list(sys.path)
        if account != os.getuid():
            os.chown(home, account, account)
            # The wheel may lie where this account cannot go; the copy that root makes for system users is open.
            search.insert(0, str(copy_of(wheel_installation(), choose_user(Path(home) / "none")).parents[1]))
        told = subprocess.run(
            [sys.executable, "-W", "error", LIFE, Path(home) / "own" / "pg", str(account)],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(search)},
            cwd="/",
        )
    assert told.stderr == ""
    owner = account or choose_user(Path("/nowhere")).uid
    assert told.stdout == f"uid {account} data {owner} turns [1, 2]\n"


def test_the_url_leads_to_a_database_of_its_own_and_to_others(served):
    with psycopg.connect(served.url()) as connection:
        assert connection.execute("select current_database(), current_user").fetchone() == ("reconciler", "reconciler")
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("select 'Ø' < 'å', lower('ÆØÅ')").fetchone() == (True, "æøå")
    with psycopg.connect(served.url("postgres")) as connection:
        assert connection.execute("select current_database()").fetchone() == ("postgres",)


def test_nobody_comes_in_without_the_password(served):
    secret = (served.folder / "password").read_text()
    for wrong in ("", "guess"):
        with pytest.raises(psycopg.OperationalError, match=r"password|fe_sendauth"):
            psycopg.connect(served.url().replace(secret, wrong), passfile="/dev/null")


def test_everything_on_disk_is_closed_to_others(served):
    sockets = Path(served.url().partition("host=")[2].partition("&")[0])
    assert mode(served.folder) == mode(served.folder / "data") == mode(sockets) == 0o700
    assert {mode(served.folder / name) for name in ("password", "server.log", "lock")} == {0o600}
    assert [path.name for path in sockets.iterdir() if not path.name.startswith(".s.PGSQL")] == []


def test_a_folder_that_exists_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o750)
    (tmp_path / "given").mkdir()
    (tmp_path / "given").chmod(0o755)
    with EmbeddedPostgres(tmp_path / "given", durable=False):
        assert (mode(tmp_path), mode(tmp_path / "given")) == (0o750, 0o755)


def test_two_servers_live_side_by_side(served, folder):
    with (
        EmbeddedPostgres(folder, durable=False) as other,
        psycopg.connect(other.url()) as here,
        psycopg.connect(served.url()) as there,
    ):
        here.execute("create table only_here ()")
        here.commit()
        assert there.execute("select to_regclass('only_here')").fetchone() == (None,)


def test_starting_and_stopping_twice_does_nothing_more(folder):
    server = EmbeddedPostgres(folder, durable=False)
    with pytest.raises(DatabaseDown, match="is not running"):
        server.url()
    server.start()
    pid = server_pid(server.folder)
    server.start()
    assert server_pid(server.folder) == pid
    server.stop()
    server.stop()
    assert not is_server(pid, server.folder / "data")
    assert not list(server.folder.glob("data/postmaster.pid"))


def test_a_folder_in_use_is_not_taken_from_its_holder(served):
    pid = server_pid(served.folder)
    with pytest.raises(DatabaseDown, match="another process runs"):
        EmbeddedPostgres(served.folder).start()
    assert is_server(pid, served.folder / "data")


def test_a_server_ends_when_whoever_started_it_is_killed_and_its_data_are_there_next_time(folder):
    with subprocess.Popen([sys.executable, LIFE, folder, "--wait"], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert gone(pid, folder)
    with EmbeddedPostgres(folder, durable=False) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("select turn from kept").fetchall() == [(1,)]


def test_an_orphan_is_found_and_ended_before_the_next_start(folder):
    server = EmbeddedPostgres(folder, durable=False)
    data = server.folder / "data"
    user = choose_user(data)
    command = [find_binaries(user) / "postgres", "-D", user.path_of(data), "-c", "listen_addresses="]
    command += ["-c", "unix_socket_directories=."]
    with subprocess.Popen(
        command, cwd=data, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **user.rights()
    ) as orphan:
        while not is_ready(data, Path()):
            assert orphan.poll() is None
            time.sleep(0.01)
        with server:
            assert server_pid(server.folder) != orphan.pid
            assert orphan.wait(30) == 0


def test_a_pid_file_that_names_a_stranger_harms_neither_the_stranger_nor_the_start(folder):
    server = EmbeddedPostgres(folder, durable=False)
    user = choose_user(server.folder / "data")
    with subprocess.Popen(["/bin/sleep", "600"], **user.rights()) as stranger:
        (server.folder / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n{server.folder / 'data'}\n")
        with server:
            assert server_pid(server.folder) != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_that_does_not_listen_is_killed_after_a_bounded_wait(folder):
    with EmbeddedPostgres(folder, durable=False) as server:
        pid = server_pid(server.folder)
        os.kill(pid, signal.SIGSTOP)
        halt(server.folder / "data", patience_s=0.05)
        assert not is_server(pid, server.folder / "data")


def test_a_start_that_fails_says_why_with_the_end_of_the_log(folder):
    server = EmbeddedPostgres(folder, durable=False)
    with (server.folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(
        DatabaseDown, match=r'did not start.*\n?.*unrecognized configuration parameter "no_such_setting"'
    ):
        server.start()
    with pytest.raises(DatabaseDown, match="is not running"):
        server.url()


def test_a_first_start_that_was_cut_off_is_made_anew(tmp_path):
    (tmp_path / "pg" / "data.new" / "base").mkdir(parents=True)
    (tmp_path / "pg" / "lock").touch()
    with EmbeddedPostgres(tmp_path / "pg", durable=False) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (tmp_path / "pg" / "data.new").exists()


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds other things"):
        EmbeddedPostgres(tmp_path).start()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_lost_password_is_said_as_such(folder):
    server = EmbeddedPostgres(folder, durable=False)
    (server.folder / "password").unlink()
    with pytest.raises(UsageError, match="lost its password"):
        server.start()


def test_data_of_another_account_are_refused_by_name(tmp_path):
    """As root the data are given to an account that serves nobody; an ordinary user looks at root's."""
    folder = tmp_path / "pg"
    (folder / "data").mkdir(parents=True)
    if AS_ROOT:
        os.chown(folder / "data", 2, 2)
        with pytest.raises(UsageError, match=f"was written by {pwd.getpwuid(2).pw_name}"):
            choose_user(folder / "data")
    else:
        with pytest.raises(UsageError, match="was written by root"):
            choose_user(Path("/usr"))


def test_a_copy_of_the_programs_is_made_once_and_runs_for_the_system_user(tmp_path):
    user = choose_user(tmp_path / "none")
    copy = copy_of(wheel_installation(), user)
    made = copy.stat().st_ctime_ns
    assert copy_of(wheel_installation(), user).stat().st_ctime_ns == made
    ran = subprocess.run(
        [copy / "bin" / "initdb", "--version"], check=False, capture_output=True, cwd="/", **user.rights()
    )
    assert ran.stdout.startswith(b"initdb (PostgreSQL) 18")
    writable = [path for path in (copy, *copy.rglob("*")) if path.stat().st_mode & 0o022]
    assert writable == []
