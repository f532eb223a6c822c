"""Whether anything of an organisation changed that a page may show: one mark, of which only equality means something.

One statement over a few entries of indexes. A run renews its lease with whatever it writes, and draws a number for
every document; what people and the controller do is in the audit trail.
"""

from reconciler.database.connection import Database


class Marks:
    """The mark of the organisation that the database is held to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, organization_id: str) -> str:
        """Another one after every change."""
        with self._database.reading() as connection:
            row = connection.execute(_MARK, {"id": organization_id}).fetchone()
        assert row is not None
        found: str = row["mark"]
        return found


_MARK = """
    select md5(concat_ws('|',
        (select id from reconciler.audit where organization_id = %(id)s order by id desc limit 1),
        (select string_agg(concat(i.name, i.revision, l.expires_at, r.id, r.state, r.ended_at), ' ' order by i.name)
            from public.organization_integrations i join reconciler.organizations o on o.id = i.organization_id
                left join reconciler.leases l on l.name = o.name || '/' || i.name
                left join lateral (select id, state, ended_at from reconciler.runs
                    where organization_id = i.organization_id and integration = i.name
                    order by started_at desc limit 1) r on true
            where i.organization_id = %(id)s),
        (select string_agg(concat(target, year, last), ' ' order by target, year) from reconciler.export_numbers
            where organization_id = %(id)s),
        (select concat(count(*), max(changed_at)) from reconciler.exports where organization_id = %(id)s and astray),
        (select concat(count(*), max(requested_at), count(*) filter (where state = 'taken'))
            from reconciler.run_requests where organization_id = %(id)s and state in ('waiting', 'taken')),
        (select concat(count(*), max(since)) from reconciler.suspensions where organization_id = %(id)s),
        (select concat(c.reason, c.since, c.message) from reconciler.conditions c
            join reconciler.organizations o on o.name = c.organization where o.id = %(id)s))) as mark"""
