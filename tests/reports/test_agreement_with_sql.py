"""The figures of all three worked examples against plain SQL over the same tables."""

import pytest

from reconciler.cli.context import Context
from reconciler.cli.desk import desk
from reconciler.engine.reporting import opened

IDS = {
    "blindeforbundet": "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007",
    "hlf": "2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3",
    "nhf": "9c1d2f60-1f4b-4a7e-8f0d-7a2b6c1e4b11",
}
PAYING = {
    "blindeforbundet": "fee_paid",
    "hlf": "fee_status = 'paid'",
    "nhf": "fee_status in ('paid', 'waived')",
}
ABROAD = {"blindeforbundet": "a.country = 'NO'", "hlf": "a.country = 'NO'", "nhf": "true"}
MEMBERS = """
    from app.members where organization_id = %s and joined_on <= '2025-12-31'
        and (left_on is null or left_on > '2025-12-31')"""
BRANCHES = """
    select count(*) from app.local_branches where organization_id = %s and coalesce(closed_on > '2025-12-31', true)"""
COUNTS = """
    with judged as (
        select a.*, case when activity_type in ('course', 'theme_day') then 'course'
            when activity_type in ('discussion_group', 'activity_group', 'self_help_group') then 'group'
            when activity_type = 'social' then 'social' else 'outreach' end as kind,
            (select array_agg(participant_id order by participant_id) from app.peer_support_participants p
                where p.activity_id = a.id) as people
        from app.peer_support_activities a
        where a.organization_id = %s and a.held_on between '2025-01-01' and '2025-12-31'),
    alone as (
        select *, peer_approved and {norway} and case kind
            when 'outreach' then participants >= 1
            when 'group' then minutes >= 45 and participants >= 3
            when 'course' then minutes >= 90 * days and participants >= 5 else false end as counts from judged a),
    repeated as (
        select *, counts and exists (select from alone b where b.counts and b.peer_id = a.peer_id
            and b.held_on = a.held_on and b.id < a.id and b.people @> a.people) as again from alone a)
    select count(*), count(*) filter (where counts and not again),
        count(*) filter (where counts and not again and kind = 'outreach'),
        count(*) filter (where counts and not again and kind = 'group'),
        count(*) filter (where counts and not again and kind = 'course'),
        coalesce(sum(participants) filter (where counts and not again), 0),
        coalesce(sum(days) filter (where counts and not again and kind = 'course'), 0),
        round(coalesce(sum(minutes) filter (where counts and not again), 0) / 60.0, 1)::text,
        (select count(distinct person) from repeated r, unnest(r.people) person where r.counts and not r.again),
        count(distinct peer_id) filter (where peer_approved)
    from repeated"""
KEYS = (
    "activities", "counting", "counting_outreach", "counting_groups", "counting_courses", "attendances", "course_days",
    "hours", "participants", "peers",
)  # fmt: skip


@pytest.mark.parametrize("organization", IDS)
def test_every_figure_is_what_plain_sql_says(organization, twin, sql):
    found = {each["key"]: each["value"] for each in twin("check", organization)["figures"]}
    whose = IDS[organization]
    ((members, paying, young, counties),) = sql(
        f"select count(*), count(*) filter (where {PAYING[organization]}),"
        f" count(*) filter (where born_on > '1999-12-31'), count(distinct county) {MEMBERS}",
        whose,
    )
    expected = {"members": members, "paying_members": paying, "young_members": young, "counties": counties}
    ((expected["branches"],),) = sql(BRANCHES, whose)
    (row,) = sql(COUNTS.format(norway=ABROAD[organization]), whose)
    expected |= dict(zip(KEYS, row, strict=True))
    assert found == expected


@pytest.mark.parametrize("organization", IDS)
def test_the_tables_hold_what_sql_says(organization, applied, sql):
    whose = IDS[organization]
    with opened(desk(Context(applied)), organization, "bufdir") as found:
        sheets = {each.name: [list(row) for row in each.rows()] for each in found.built.report.sheets}
    per_county = dict(sql(f"select county, count(*) {MEMBERS} and county is not null group by county", whose))
    shown = {row[0]: row[2] for row in sheets["Medlemmer per fylke"] if row[0] and isinstance(row[2], int) and row[2]}
    assert shown
    assert shown == {code: count for code, count in per_county.items() if code in shown}
    year = "held_on between '2025-01-01' and '2025-12-31'"
    held = dict(
        sql(f"select id::text, minutes from app.peer_support_activities where {year} and organization_id = %s", whose)
    )
    rows = sheets["Likepersonsaktiviteter"] + sheets["Kurs"]
    assert {row[0]: row[10] for row in rows} == held
    assert len(rows) == len(held)
