"""The parts of a report that need no repository: labels, other proposals, escaping, cutting, folding."""

from reconciler.plans.review.labels import labelled
from reconciler.plans.review.markdown import CUT, markdown
from reconciler.plans.review.page import page
from reconciler.plans.review.report import Open, Overlap, overlaps
from reconciler.plans.review.text import text
from reconciler.plans.review.words import Bullets, Code, Heading, Paragraph, Strong, Table, first, plain
from reconciler.specs.collection import collect
from reconciler.wiring import catalog

DOCUMENTS = collect({}, catalog()).catalog.types["xledger"].spec.documents.values()


def test_a_sentence_about_a_target_field_gets_its_label():
    assert labelled("'account.code' is required, and 'nothing' else", DOCUMENTS) == (
        "Account (account.code) is required, and 'nothing' else"
    )
    assert labelled("write {to: account.code}; an amount stays", DOCUMENTS) == (
        "write {to: Account (account.code)}; an amount stays"
    )
    assert labelled("Account (account.code) is new", DOCUMENTS) == "Account (account.code) is new"
    assert labelled("orgs/a/account.code.yaml:3:1", DOCUMENTS) == "orgs/a/account.code.yaml:3:1"


def test_other_proposals_are_named_only_where_they_touch_the_same_objects_of_the_same_organisation():
    mine = {"hlf": ["Integration/accounts", "FieldMapping/claims"], "nhf": ["SyncSchedule/consio"]}
    one = Open("Another entity", "https://git.example/1", {"hlf": ["Integration/accounts"], "nhf": []})
    two = Open("Elsewhere", "https://git.example/2", {"nhf": ["Integration/accounts"]})
    assert overlaps(mine, [one, two]) == {
        "hlf": [Overlap("Another entity", "https://git.example/1", ("Integration/accounts",))]
    }
    assert overlaps(mine, []) == {}


def test_what_a_stranger_wrote_ends_no_cell_no_value_and_no_line():
    words = (Code("a`b|c\nd"), " x|y\n# not a heading ", Strong("**"), " <b> @kari [l](u)")
    shown = markdown([Table(("A", "B"), ((words, ("z",)),))])
    assert len(shown.splitlines()) == 3
    row = shown.splitlines()[2]
    assert row.count(" | ") == 1
    assert "@kari" not in row
    assert "<b>" not in row.replace("\\<", "")
    assert "[l](u)" not in row.replace("\\[", "")


def test_a_number_that_names_a_person_is_taken_out_of_every_form():
    number = "01017012345"
    blocks = [Paragraph((f"the person {number}", Code("ola@example.org"))), Heading(("tlf 22 33 44 55",))]
    for form in (markdown(blocks), text(blocks), page(blocks, "of ola@example.org")):
        assert "ola@example.org" not in form
        assert "22 33 44 55" not in form


def test_a_long_report_says_that_it_was_cut():
    blocks = [Paragraph((f"paragraph {number} " + "x" * 200,)) for number in range(1000)]
    shown = markdown(blocks, 5000)
    assert len(shown) <= 5000
    assert CUT.strip() in shown
    assert "paragraph 0 " in shown


def test_a_table_on_a_terminal_keeps_within_its_width_and_loses_no_word():
    words = " ".join(f"word{number}" for number in range(40))
    shown = text([Table(("A", "Number"), (((words,), ("12",)), (("short",), ("7",))), right=("Number",))], 60)
    assert max(map(len, shown.splitlines())) <= 60
    assert all(f"word{number}" in shown for number in range(40))
    assert next(line for line in shown.splitlines() if line.startswith("short")).endswith(" 7")


def test_a_page_is_whole_and_escapes_everything():
    shown = page([Heading(("<script>",), 1), Bullets((("- a & b",),))], "<title>")
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert shown.startswith("<!doctype html>")
    assert "http" not in shown


def test_of_many_phrases_the_first_are_said_and_the_others_counted():
    assert plain(first([("a",), ("b",), ("c",), ("d",)], 2)) == "a; b; and 2 more"
    assert plain(first([("a",)], 2)) == "a"


def test_money_is_never_torn_apart():
    said = (f"{'word ' * number}NOK 11 591.00 newly in" for number in range(1, 12))
    shown = text([Table(("A", "B"), tuple(((each,), ("x",)) for each in said))], 40)
    assert shown.count("NOK 11 591.00") == 11
    assert "\u00a0" not in shown
