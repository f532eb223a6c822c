"""A hundred thousand activities in the app's tables, made by PostgreSQL itself."""

ACTIVITIES = """
    insert into app.peer_support_activities (id, organization_id, activity_type, held_on, days, minutes, participants,
        digital, meeting_form, country, county, municipality, venue, town, branch, peer_id, peer_approved)
    select md5('activity' || n)::uuid, %(organization)s, 'discussion_group', date '2025-01-01' + n %% 365, 1,
        30 + n %% 90, 3 + n %% 4, false, 'in_person', 'NO', '03', '0301', 'Huset', 'Oslo', 'OSL',
        md5('peer' || n %% 500)::uuid, true
    from generate_series(1, %(count)s) n"""
PARTICIPANTS = """
    insert into app.peer_support_participants (id, organization_id, activity_id, participant_id, registered_on)
    select md5(n || '/' || k)::uuid, %(organization)s, md5('activity' || n)::uuid,
        md5('person' || (n * 7 + k * 13) %% 20000)::uuid, date '2025-01-01'
    from generate_series(1, %(count)s) n, generate_series(1, 3) k"""
