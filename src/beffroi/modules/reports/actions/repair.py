"""The photos of a repair that was done elsewhere than on the page of the report: those of a work order."""

from collections.abc import Iterable

from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.reports.actions.filing import moderation_of
from beffroi.modules.reports.actions.handling import AFTER, touch_report
from beffroi.modules.reports.models import Report
from beffroi.shared.cases.locking import lock_case
from beffroi.shared.files.actions import attach, copy_file
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def add_repair_photos(report: Report, files: Iterable[StoredFile], *, actor) -> list[StoredFile]:
    """Copy photos of the repair beside those of the report, as « après »; returns those that were not there yet.

    The public sees them under the same rule as the photos of residents: at once where the body so decided, else once
    an agent has shown them; the report is then to read again. Never those of a private report, nor of one that is out
    of public sight. Records "reports.repair" when something was added.
    """
    report = lock_case(report)
    known = {file.blob_id for file in StoredFile.objects.about(report)}
    new = {file.blob_id: file for file in files if file.blob.is_image and file.blob_id not in known}
    if not new:
        return []
    shown = report.is_public and moderation_of(report.organisation).photos_at_once
    copies = [copy_file(file, actor=actor, kind=AFTER) for file in new.values()]
    added = attach(copies, report, public=shown, kind=AFTER)
    if report.is_public and not shown:
        touch_report(report, checked_at=None)
    journal.record("reports.repair", report, actor=actor, data={"photos": len(added), "public": shown})
    return added
