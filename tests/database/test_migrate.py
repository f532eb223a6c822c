"""Migrations: each step once, whole or not at all, written as plain SQL, also when two processes come at once."""

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from parts.databases import database, url_of

from reconciler.database.migrate import FOLDER, migrate, pending
from reconciler.errors import Blocked, Bug, DatabaseDown

STEP = """
from reconciler.database.migrate import execute_beside

revision = "{name}"
down_revision = {after!r}


def upgrade():
    execute_beside(__file__)
"""

AWKWARD = """
create schema odd; -- a comment with :name and 100 % of it
create table odd.words (word text);
create function odd.percent() returns text language plpgsql as $body$
begin
    return format('%s %%', 5) || ':name'; -- ; in a body ends nothing
end
$body$;
insert into odd.words select odd.percent() where 'a' like '%a';
"""


@pytest.fixture
def empty_url(server_url, administration):
    """A database that was never migrated."""
    with database(administration, "empty", "template0") as name:
        yield url_of(server_url, name)


@pytest.fixture
def steps(tmp_path):
    """Adds a step to a folder of its own, whose name holds a percent sign, and returns the folder."""
    folder = tmp_path / "50%migrations"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(FOLDER / "env.py", folder)
    names = []

    def add(name, sql) -> Path:
        after = names[-1] if names else None
        (folder / "versions" / f"{name}.py").write_text(STEP.format(name=name, after=after))
        (folder / "versions" / f"{name}.sql").write_text(sql)
        names.append(name)
        return folder

    return add


def ask(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_a_step_is_pending_then_applied_then_neither(empty_url):
    known = sorted(path.stem for path in FOLDER.glob("versions/*.sql"))
    assert pending(empty_url) == known
    assert migrate(empty_url) == known
    assert pending(empty_url) == migrate(empty_url) == []
    assert ask(empty_url, "select version_num from reconciler.alembic_version") == [(known[-1],)]


def test_looking_at_what_is_pending_leaves_no_trace(empty_url):
    pending(empty_url)
    assert ask(empty_url, "select to_regnamespace('reconciler')") == [(None,)]


def test_sql_is_executed_as_it_is_written(empty_url, steps):
    assert migrate(empty_url, steps("0001_odd", AWKWARD)) == ["0001_odd"]
    assert ask(empty_url, "select word from odd.words") == [("5 %:name",)]


def test_a_step_that_fails_leaves_nothing_and_those_before_it_stand(empty_url, steps):
    steps("0001_good", "create table public.good ()")
    folder = steps("0002_bad", "create table public.half (); select 1 / 0;")
    with pytest.raises(Bug, match=r"0002_bad failed: division by zero"):
        migrate(empty_url, folder)
    assert ask(empty_url, "select to_regclass('public.good') is null, to_regclass('public.half') is null") == [
        (False, True)
    ]
    assert pending(empty_url, folder) == ["0002_bad"]


def test_two_at_once_apply_each_step_once(empty_url, steps):
    steps("0001_table", "create table public.once (step int); insert into public.once values (1);")
    for number in range(2, 6):
        folder = steps(f"000{number}_row", f"select pg_sleep(0.02); insert into public.once values ({number});")
    with ThreadPoolExecutor(3) as pool:
        applied = [work.result() for work in [pool.submit(migrate, empty_url, folder) for _ in range(3)]]
    assert ask(empty_url, "select step from public.once order by step") == [(number,) for number in range(1, 6)]
    assert sorted(step for steps_of_one in applied for step in steps_of_one) == [
        "0001_table",
        "0002_row",
        "0003_row",
        "0004_row",
        "0005_row",
    ]


def test_a_database_of_a_newer_program_is_refused(empty_url, steps):
    migrate(empty_url, steps("0009_later", "select 1"))
    with pytest.raises(Blocked, match="holds the step 0009_later"):
        migrate(empty_url)


def test_a_role_without_the_right_is_told_so(empty_url, administration):
    role = f"guest_{secrets.token_hex(4)}"
    administration.execute(f"create role {role} login password 'guest-of-the-house'")
    try:
        parts = urlsplit(empty_url)
        guest = parts._replace(netloc=f"{role}:guest-of-the-house@{parts.netloc.rpartition('@')[2]}").geturl()
        with pytest.raises(Blocked, match="the database refuses"):
            migrate(guest)
    finally:
        administration.execute(f"drop role {role}")


def test_a_database_that_is_not_there_is_down():
    with pytest.raises(DatabaseDown, match="cannot be reached"):
        pending("postgresql://nobody@/none?host=/nowhere")


def test_it_says_nothing_on_the_terminal(empty_url, capfd):
    migrate(empty_url)
    assert capfd.readouterr() == ("", "")


def test_every_step_of_ours_is_a_pair_of_files_under_a_name_that_the_version_table_can_hold():
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = list(ScriptDirectory.from_config(config).walk_revisions())
    assert {Path(step.path).stem for step in known} == {path.stem for path in FOLDER.glob("versions/*.sql")}
    assert all(step.revision == Path(step.path).stem and len(step.revision) <= 32 for step in known)
