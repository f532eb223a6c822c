"""The pages and deeds of the wizard, by where they are."""

from reconciler.portal.proposing.wizard.deeds import (
    answer_data,
    answer_mapping,
    answer_place,
    answer_schedule,
    begin_link,
    try_link,
)
from reconciler.portal.proposing.wizard.later_pages import new_mapping, new_schedule, new_summary
from reconciler.portal.proposing.wizard.pages import new_credential, new_data, new_link, new_place
from reconciler.portal.proposing.wizard.report.deeds import (
    answer_activities,
    answer_columns,
    answer_report,
    begin_report,
    count_draft,
)
from reconciler.portal.proposing.wizard.report.pages import (
    new_activities,
    new_columns,
    new_count,
    new_report,
    new_report_summary,
)
from reconciler.portal.twins import Deed, Page

PAGES = (
    Page("/new", new_link, "wizard_types.html"),
    Page("/new/{draft}/place", new_place, "wizard_place.html"),
    Page("/new/{draft}/credentials", new_credential, "wizard_credentials.html"),
    Page("/new/{draft}/data", new_data, "wizard_data.html"),
    Page("/new/{draft}/mapping", new_mapping, "wizard_mapping.html"),
    Page("/new/{draft}/schedule", new_schedule, "wizard_schedule.html"),
    Page("/new/{draft}/summary", new_summary, "wizard_summary.html"),
    Page("/new/report/{draft}/report", new_report, "wizard_report.html"),
    Page("/new/report/{draft}/columns", new_columns, "wizard_columns.html"),
    Page("/new/report/{draft}/activities", new_activities, "wizard_activities.html"),
    Page("/new/report/{draft}/count", new_count, "wizard_count.html"),
    Page("/new/report/{draft}/summary", new_report_summary, "wizard_report_summary.html"),
)
DEEDS = (
    Deed("/new", begin_link),
    Deed("/new/{draft}/place", answer_place),
    Deed("/new/{draft}/credentials", try_link),
    Deed("/new/{draft}/data", answer_data),
    Deed("/new/{draft}/mapping", answer_mapping),
    Deed("/new/{draft}/schedule", answer_schedule),
    Deed("/new/report", begin_report),
    Deed("/new/report/{draft}/report", answer_report),
    Deed("/new/report/{draft}/columns", answer_columns),
    Deed("/new/report/{draft}/activities", answer_activities),
    Deed("/new/report/{draft}/count", count_draft),
)
