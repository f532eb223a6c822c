"""The statements that write configuration, by kind of resource."""

from collections.abc import Mapping

PUT: Mapping[str, str] = {
    "Integration": """
        insert into public.organization_integrations (organization_id, name, integration_type, environment, mode,
            settings, identity, credentials, exports, health, definitions, origins, revision, updated_at)
        values (%(organization_id)s, %(name)s, %(type)s, %(environment)s, %(mode)s, %(settings)s, %(identity)s,
            %(credentials)s, %(exports)s, %(health)s, %(definitions)s, %(origins)s, %(revision)s, %(at)s)
        on conflict (organization_id, name) do update set integration_type = excluded.integration_type,
            environment = excluded.environment, mode = excluded.mode, settings = excluded.settings,
            identity = excluded.identity, credentials = excluded.credentials, exports = excluded.exports,
            health = excluded.health, definitions = excluded.definitions, origins = excluded.origins,
            revision = excluded.revision, updated_at = excluded.updated_at""",
    "FieldMapping": """
        update public.organization_integrations
        set field_mappings = case jsonb_typeof(field_mappings) when 'object' then field_mappings else '{}' end
            || %(held)s, revision = %(revision)s, updated_at = %(at)s
        where organization_id = %(organization_id)s and name = %(integration)s""",
    "SyncSchedule": """
        insert into reconciler.schedules (organization_id, name, integration, cron, last_day, zone, origins, revision,
            applied_at)
        values (%(organization_id)s, %(name)s, %(integration)s, %(cron)s, %(last_day)s, %(zone)s, %(origins)s,
            %(revision)s, %(at)s)
        on conflict (organization_id, name) do update set integration = excluded.integration, cron = excluded.cron,
            last_day = excluded.last_day, zone = excluded.zone, origins = excluded.origins,
            revision = excluded.revision, applied_at = excluded.applied_at""",
    "Exclusion": """
        insert into reconciler.exclusions (organization_id, name, body, origins, revision, applied_at)
        values (%(organization_id)s, %(name)s, %(body)s, %(origins)s, %(revision)s, %(at)s)
        on conflict (organization_id, name) do update set body = excluded.body, origins = excluded.origins,
            revision = excluded.revision, applied_at = excluded.applied_at""",
    "Report": """
        insert into reconciler.reports (organization_id, name, body, origins, revision, applied_at)
        values (%(organization_id)s, %(name)s, %(body)s, %(origins)s, %(revision)s, %(at)s)
        on conflict (organization_id, name) do update set body = excluded.body, origins = excluded.origins,
            revision = excluded.revision, applied_at = excluded.applied_at""",
    "Feature": """
        insert into public.feature_flags (organization_id, feature, enabled, reason, managed_by, origins, revision,
            updated_at)
        values (%(organization_id)s, %(name)s, %(enabled)s, %(reason)s, %(manager)s, %(origins)s, %(revision)s, %(at)s)
        on conflict (organization_id, feature) do update set enabled = excluded.enabled, reason = excluded.reason,
            origins = excluded.origins, revision = excluded.revision, updated_at = excluded.updated_at
            where feature_flags.managed_by = excluded.managed_by""",
}
DROP: Mapping[str, str] = {
    "Integration": "delete from public.organization_integrations where organization_id = %(id)s and name = %(name)s",
    "FieldMapping": """
        update public.organization_integrations set field_mappings = field_mappings - %(name)s
        where organization_id = %(id)s and field_mappings ? %(name)s""",
    "SyncSchedule": "delete from reconciler.schedules where organization_id = %(id)s and name = %(name)s",
    "Exclusion": "delete from reconciler.exclusions where organization_id = %(id)s and name = %(name)s",
    "Report": "delete from reconciler.reports where organization_id = %(id)s and name = %(name)s",
    "Feature": """
        delete from public.feature_flags
        where organization_id = %(id)s and feature = %(name)s and managed_by = %(manager)s""",
}
RENAME: Mapping[str, str] = {
    "Integration": """
        with suspended as (update reconciler.suspensions set integration = %(new)s
                where organization_id = %(id)s and integration = %(old)s),
            asked as (update reconciler.run_requests set integration = %(new)s
                where organization_id = %(id)s and integration = %(old)s and state = 'waiting')
        update public.organization_integrations set name = %(new)s
        where organization_id = %(id)s and name = %(old)s""",
    "SyncSchedule": "update reconciler.schedules set name = %(new)s where organization_id = %(id)s and name = %(old)s",
    "Exclusion": "update reconciler.exclusions set name = %(new)s where organization_id = %(id)s and name = %(old)s",
    "Report": "update reconciler.reports set name = %(new)s where organization_id = %(id)s and name = %(old)s",
}
