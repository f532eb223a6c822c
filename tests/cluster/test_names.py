"""What our objects are called: short enough, never two alike, and marked."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.cluster.names import LIMIT, cronjob_name, is_marked, label_value, marks_name, selector

NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABEL = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
WORDS = st.text(max_size=80)


@settings(max_examples=30)
@given(WORDS, WORDS, WORDS)
def test_every_name_is_one_that_kubernetes_takes_with_a_jobs_eleven_characters(one: str, two: str, three: str) -> None:
    for name in (cronjob_name(one, two, three), marks_name(one, two)):
        assert NAME.fullmatch(name)
        assert len(name) <= LIMIT


@settings(max_examples=30)
@given(WORDS)
def test_every_label_is_one_that_kubernetes_takes(text: str) -> None:
    assert LABEL.fullmatch(label_value(text))


def test_names_that_are_alike_when_shortened_are_not_alike() -> None:
    long = "a-very-long-name-of-an-organisation-that-goes-on-and-on"
    found = {cronjob_name("prod", long, f"{long}-{number}") for number in range(50)}
    assert len(found) == 50
    assert len({name[:-12] for name in found}) == 1


def test_another_installation_another_organisation_or_another_schedule_has_another_name() -> None:
    assert cronjob_name("prod", "bergen", "nightly") == "rec-bergen-nightly-82156bdc42c4"
    others = [("test", "bergen", "nightly"), ("prod", "oslo", "nightly"), ("prod", "bergen", "hourly")]
    others += [("prod", "bergen-n", "ightly"), ("prod", "bergen-nightly", "")]
    assert len({cronjob_name(*each) for each in others}) == len(others)


def test_the_name_of_a_labels_value_stays_readable() -> None:
    assert label_value("Produksjon Norge æøå").startswith("Produksjon-Norge-")
    assert label_value("Produksjon Norge") != label_value("Produksjon-Norge")


def test_both_labels_make_an_object_ours() -> None:
    managed, installed = ("app.kubernetes.io/managed-by", "reconciler"), ("reconciler/installation", "prod")
    for labels in ({}, dict([managed]), dict([installed]), dict([managed, (installed[0], "test")])):
        assert not is_marked({"metadata": {"labels": labels}}, "prod")
    assert is_marked({"metadata": {"labels": dict([managed, installed])}}, "prod")
    assert selector("prod") == "app.kubernetes.io/managed-by=reconciler,reconciler/installation=prod"
