"""What waits for the disk: everything whose loss could send a document twice, and every answer of a blind type."""

import pytest
from parts import lending
from parts.classes import Make

SEEN = """
    create table public.seen (state text, frozen boolean, waited text);
    grant all on public.seen to public;
    create function public.see() returns trigger language plpgsql as $$
    begin
        insert into public.seen values (new.state, new.frozen, current_setting('synchronous_commit'));
        return null;
    end $$;
    create trigger seen after insert or update on reconciler.exports for each row execute function public.see()"""


@pytest.mark.parametrize(("kind", "waited"), [("A", "off"), ("C", "off"), ("D", "on")])
def test_outcomes_wait_for_no_disk_unless_nobody_could_be_asked(make: Make, kind: str, waited: str) -> None:
    here = make(kind)
    (name,) = here.sql("select quote_ident(current_database())")[0]
    here.sql(f"alter database {name} set synchronous_commit = on")
    lending.end()  # it is for connections that are opened from now on
    here.sql(SEEN)
    assert here.sync() == 0
    assert set(here.sql("select distinct state, frozen, waited from public.seen")) == {
        ("sending", False, "on"),
        ("sending", True, "on"),
        ("sent", True, waited),
    }
