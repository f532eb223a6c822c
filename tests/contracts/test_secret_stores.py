"""What every secret store promises, run over all of them."""

import traceback
import uuid

import pytest
from contracts.bench import Bench

from reconciler.errors import ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs.credential import SecretPath, by_number
from reconciler.runs.keeping import SecretStore
from reconciler.vaults.secret import Secret

SENTINEL = "sentinel-5c1f0e77-never-to-be-seen"


@pytest.fixture
def path() -> SecretPath:
    """An organisation that no other test knows."""
    return SecretPath(str(uuid.uuid4()), "book-keeping_2")


def token(value: str) -> Secret:
    return Secret({"token": value})


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"token": "blåbær på Grünerløkka, 例え, 🫐, \u0085\u2028"}, id="unicode"),
        pytest.param({"token": "with a newline at the end\n"}, id="a newline at the end"),
        pytest.param({"key": "-----BEGIN KEY-----\r\nYWJj\n\n\tZGVm\n-----END KEY-----\n"}, id="many lines"),
        pytest.param({"token": "x/é" * (64 * 1024 // 4)}, id="64 KiB"),
        pytest.param({"token": "", "secret": "kept"}, id="an empty value"),
        pytest.param({}, id="no fields"),
        pytest.param({"version": "7", "fields": "f", "data": "d", "Høyre.Felt": "h"}, id="names that mean something"),
        pytest.param({"token": '  "null"  \\u0041 \x00 '}, id="what looks like an escape"),
    ],
)
def test_a_version_reads_back_as_it_was_written(store: SecretStore, path: SecretPath, fields: dict[str, str]) -> None:
    locator = store.write(path, 1, Secret(fields))
    assert store.read(path, locator).reveal() == fields


def test_versions_lie_side_by_side(store: SecretStore, path: SecretPath) -> None:
    first, second = store.write(path, 1, token("one")), store.write(path, 2, token("two"))
    assert first != second
    assert [store.read(path, locator).reveal()["token"] for locator in (first, second, first)] == ["one", "two", "one"]


def test_numbers_may_be_left_out_between_versions(store: SecretStore, path: SecretPath) -> None:
    locators = [store.write(path, version, token(f"v{version}")) for version in (3, 9, 30)]
    assert [store.read(path, locator).reveal()["token"] for locator in locators] == ["v3", "v9", "v30"]


def test_names_of_one_organisation_lie_side_by_side(store: SecretStore, path: SecretPath) -> None:
    other = SecretPath(path.organization_id, f"{path.name}-too")
    locator, elsewhere = store.write(path, 1, token("one")), store.write(other, 1, token("two"))
    assert store.read(path, locator).reveal() == {"token": "one"}
    assert store.read(other, elsewhere).reveal() == {"token": "two"}


@pytest.mark.parametrize("again", [1, 2], ids=["an earlier one", "the latest one"])
def test_the_same_version_twice_is_refused_and_changes_nothing(
    store: SecretStore, path: SecretPath, again: int
) -> None:
    locators = [store.write(path, 1, token("one")), store.write(path, 2, token("two"))]
    with pytest.raises(StoreConflict):
        store.write(path, again, token("another"))
    assert [store.read(path, locator).reveal()["token"] for locator in locators] == ["one", "two"]
    third = store.write(path, 3, token("three"))
    assert store.read(path, third).reveal() == {"token": "three"}


def test_another_organisations_path_never_reads_it(store: SecretStore, path: SecretPath) -> None:
    other = SecretPath(str(uuid.uuid4()), path.name)
    locator = store.write(path, 1, token("ours"))
    with pytest.raises(SecretGone):
        store.read(other, locator)
    theirs = store.write(other, 1, token("theirs"))
    assert store.read(path, locator).reveal() == {"token": "ours"}
    assert store.read(other, theirs).reveal() == {"token": "theirs"}


def test_what_is_destroyed_cannot_be_read_and_the_others_stay(store: SecretStore, path: SecretPath) -> None:
    first, second, third = (store.write(path, number, token(f"v{number}")) for number in (1, 2, 3))
    store.destroy(path, second)
    with pytest.raises(SecretGone):
        store.read(path, second)
    assert [store.read(path, locator).reveal()["token"] for locator in (first, third)] == ["v1", "v3"]


def test_destroying_twice_is_fine(store: SecretStore, path: SecretPath) -> None:
    first, second = store.write(path, 1, token("one")), store.write(path, 2, token("two"))
    store.destroy(path, first)
    store.destroy(path, first)
    assert store.read(path, second).reveal() == {"token": "two"}


def test_a_next_version_follows_one_that_was_destroyed(store: SecretStore, path: SecretPath) -> None:
    first, second = store.write(path, 1, token("one")), store.write(path, 2, token("two"))
    store.destroy(path, second)
    third = store.write(path, 3, token("three"))
    assert [store.read(path, locator).reveal()["token"] for locator in (first, third)] == ["one", "three"]


def test_a_version_whose_locator_was_lost_is_destroyed_by_its_number_and_never_read_by_it(
    store: SecretStore, path: SecretPath
) -> None:
    kept, lost = store.write(path, 3, token("kept")), store.write(path, 11, token("lost"))
    with pytest.raises(SecretGone):
        store.read(path, by_number(11))
    for number in (1, 11, 11, 4):
        store.destroy(path, by_number(number))
    with pytest.raises(SecretGone):
        store.read(path, lost)
    assert store.read(path, kept).reveal() == {"token": "kept"}


def test_destroying_does_not_reach_another_organisation(store: SecretStore, path: SecretPath) -> None:
    other = SecretPath(str(uuid.uuid4()), path.name)
    locator = store.write(path, 1, token("ours"))
    store.destroy(other, locator)
    assert store.read(path, locator).reveal() == {"token": "ours"}


def test_a_locator_of_a_path_where_nothing_was_written_is_gone(store: SecretStore, path: SecretPath) -> None:
    locator = store.write(SecretPath(path.organization_id, "elsewhere"), 1, token("one"))
    with pytest.raises(SecretGone):
        store.read(path, locator)


@pytest.mark.parametrize(
    "locator",
    [
        "", "0", "-1", "1.0", "01", "+1", " 1", "1 ", "1\n", "²", "١", "nonsense", "../1", "null",
        "'; drop table x; --", "9" * 400, "4096", "00000000-0000-4000-8000-000000000000", "\x00",
    ],
)  # fmt: skip
def test_a_locator_that_no_write_returned_is_gone(store: SecretStore, path: SecretPath, locator: str) -> None:
    written = store.write(path, 1, token("one"))
    if locator != written:
        with pytest.raises(SecretGone):
            store.read(path, locator)
        store.destroy(path, locator)
    assert store.read(path, written).reveal() == {"token": "one"}


def test_a_store_that_is_down_says_so_whatever_is_asked(bench: Bench, path: SecretPath) -> None:
    down = bench.down()
    for ask in every_question(down, path, "1"):
        with pytest.raises(StoreDown):
            ask()


def test_a_store_that_lets_nobody_in_says_so_whatever_is_asked(bench: Bench, path: SecretPath) -> None:
    locator = bench.store.write(path, 1, token("one"))
    forbidden = bench.forbidden()
    for ask in every_question(forbidden, path, locator):
        with pytest.raises(StoreForbidden):
            ask()
    assert bench.store.read(path, locator).reveal() == {"token": "one"}


def test_no_error_holds_the_value(bench: Bench, path: SecretPath) -> None:
    locator = bench.store.write(path, 1, token(SENTINEL))
    destroyed = bench.store.write(path, 2, token(SENTINEL))
    bench.store.destroy(path, destroyed)
    stores = [bench.down(), bench.forbidden()]
    asks = [
        lambda: bench.store.write(path, 1, token(SENTINEL)),
        lambda: bench.store.read(path, destroyed),
        *(ask for store in stores for ask in every_question(store, path, locator)),
    ]
    shown = [everything_shown(ask) for ask in asks]
    assert [text for text in shown if SENTINEL in text] == []
    assert all("Traceback" in text and "path = SecretPath" in text for text in shown)


def test_closing_twice_is_fine(store: SecretStore) -> None:
    store.close()
    store.close()


def every_question(store: SecretStore, path: SecretPath, locator: str) -> list:
    return [
        lambda: store.write(path, 2, token(SENTINEL)),
        lambda: store.read(path, locator),
        lambda: store.destroy(path, locator),
    ]


def everything_shown(ask) -> str:
    """Text, repr and the traceback of what `ask` raises, with the locals of every frame and of every cause."""
    with pytest.raises(ReconcilerError) as raised:
        ask()
    error, texts = raised.value, []
    while error is not None:
        texts += [str(error), repr(error), repr(vars(error))]
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        texts += frames.format()
        error = error.__cause__ or error.__context__
    return "\n".join(texts)
