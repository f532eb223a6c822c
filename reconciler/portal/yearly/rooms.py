"""The pages, deeds and files of yearly reports, by where they are."""

from reconciler.portal.twins import Deed, Page
from reconciler.portal.yearly.answers import report, report_years, reports
from reconciler.portal.yearly.checking import report_check
from reconciler.portal.yearly.deeds import compare_report, count_report, freeze_report, hand_over_report
from reconciler.portal.yearly.files import HERE

PAGES = (
    Page("/reports", reports, "reports.html"),
    Page("/reports/{name}", report_years, "reports.html"),
    Page(HERE, report, "report.html"),
    Page(f"{HERE}/check", report_check, "report_check.html"),
)
DEEDS = (
    Deed(f"{HERE}/count", count_report),
    Deed(f"{HERE}/compare", compare_report),
    Deed(f"{HERE}/freeze", freeze_report),
    Deed(f"{HERE}/hand-over", hand_over_report),
)
