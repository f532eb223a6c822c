"""Laws of server-side apply that hold for every object. Source: KEP-555 and the docs "Server-Side Apply"."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.cluster.fieldsets import owned, packed, unpacked
from parts.cluster.ownership import Manager, applied, stamped
from parts.cluster.refusals import Refused
from parts.cluster.shapes import shape

POD = shape("V1PodTemplateSpec")
ONE, OTHER = Manager("one", "Apply", "v1"), Manager("other", "Apply", "v1")
NOW = "2026-03-02T07:00:00Z"
WORDS = st.sampled_from(["a", "b", "c", "d"])
LABELS = st.dictionaries(WORDS, WORDS, max_size=3)
ENV = st.dictionaries(WORDS, WORDS, max_size=3).map(lambda env: [{"name": key, "value": env[key]} for key in env])


@st.composite
def pods(draw):
    """A part of a pod template, as somebody applies it."""
    names = draw(st.lists(st.sampled_from(["run", "side"]), unique=True, max_size=2))
    args = st.lists(WORDS, max_size=2)
    containers = [{"name": name, "image": draw(WORDS), "env": draw(ENV), "args": draw(args)} for name in names]
    whole = {"metadata": {"labels": draw(LABELS)}, "spec": {"containers": containers, "dnsPolicy": draw(WORDS)}}
    kept = draw(st.sets(st.sampled_from(["metadata", "spec"])))
    return {key: whole[key] for key in whole if key in kept}


def apply(live, patch, who, *, force=True):
    merged, held = applied(live, patch, who, POD, force=force)
    return stamped({"metadata": {}, **merged}, held, live, NOW)


def values(one):
    return {path: value for path, value in owned(one, POD).items() if value not in ({}, [], None)}


@settings(max_examples=60)
@given(pods())
def test_applying_the_same_again_changes_nothing(pod):
    once = apply({"metadata": {}}, pod, ONE)
    assert apply(once, pod, ONE) == once


@settings(max_examples=60)
@given(pods(), pods())
def test_what_is_applied_is_what_there_is_and_nothing_of_before(first, second):
    found = values(apply(apply({"metadata": {}}, first, ONE), second, ONE))
    assert found == values({"metadata": {}, **second})


@settings(max_examples=60)
@given(pods(), pods())
def test_who_lets_everything_go_leaves_what_the_other_applied(first, second):
    both = apply(apply({"metadata": {}}, first, ONE), second, OTHER)
    left = apply(both, {}, ONE)
    assert values(left) == values({"metadata": {}, **second})


@settings(max_examples=60)
@given(pods(), pods())
def test_a_conflict_is_told_exactly_where_a_value_of_somebody_else_would_change(first, second):
    live = apply({"metadata": {}}, first, ONE)
    mine, theirs = owned(second, POD), owned(first, POD)
    differ = any(mine[path] != theirs[path] for path in mine.keys() & theirs.keys())
    if differ:
        with pytest.raises(Refused) as raised:
            apply(live, second, OTHER, force=False)
        assert raised.value.code == 409
    else:
        apply(live, second, OTHER, force=False)


@settings(max_examples=60)
@given(pods())
def test_fields_are_written_and_read_alike(pod):
    paths = set(owned(pod, POD))
    assert unpacked(packed(paths)) == paths
