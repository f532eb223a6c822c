"""The pages and deeds of the editors, by where they are."""

from reconciler.portal.proposing.editors.exclusion_deeds import change_exclusion, create_exclusion, remove_exclusion
from reconciler.portal.proposing.editors.exclusions import exclusion_edit, exclusion_new, exclusions
from reconciler.portal.proposing.editors.freezes import change_freezes, freezes
from reconciler.portal.proposing.editors.schedule_deeds import change_schedule, create_schedule
from reconciler.portal.proposing.editors.schedules import schedule_edit, schedule_new, schedule_words
from reconciler.portal.proposing.editors.selection import selection_edit
from reconciler.portal.proposing.editors.selection_deeds import change_selection
from reconciler.portal.proposing.editors.setup import setup
from reconciler.portal.twins import Deed, Page

PAGES = (
    Page("/setup", setup, "setup.html"),
    Page("/schedules/new", schedule_new, "schedule_edit.html"),
    Page("/schedules/words", schedule_words, "schedule_words.html"),
    Page("/schedules/{name}/edit", schedule_edit, "schedule_edit.html"),
    Page("/integrations/{name}/selection", selection_edit, "selection_edit.html"),
    Page("/exclusions", exclusions, "exclusions.html"),
    Page("/exclusions/new", exclusion_new, "exclusion_edit.html"),
    Page("/exclusions/{name}/edit", exclusion_edit, "exclusion_edit.html"),
    Page("/freezes", freezes, "freezes.html"),
)
DEEDS = (
    Deed("/schedules/new", create_schedule),
    Deed("/schedules/{name}/edit", change_schedule),
    Deed("/integrations/{name}/selection", change_selection),
    Deed("/exclusions/new", create_exclusion),
    Deed("/exclusions/{name}/edit", change_exclusion),
    Deed("/exclusions/{name}/remove", remove_exclusion),
    Deed("/freezes", change_freezes),
)
