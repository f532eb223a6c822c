"""What a run tells beside its counts: documents that are right and yet worth a look, and those that went before."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.engine.pinned import PinnedExport
from reconciler.mappings.document import Rendered
from reconciler.mappings.values import Value
from reconciler.ports import Documents, Records
from reconciler.runs.export import Span
from reconciler.runs.report import Earlier, Notice


@dataclass(frozen=True, slots=True)
class Asked:
    """Who knows: the app, whose record it was and of which year; the ledger, what of it went, and when."""

    records: Records
    documents: Documents

    def notices(self, export: PinnedExport, record: Mapping[str, Value | None], made: Rendered) -> list[Notice]:
        """A notice per warning of a document. Ask when a run is over: what it sent meanwhile went earlier too."""
        earlier = tuple(self._earlier(export, record, made))
        record_id = str(record[export.category.key])
        return [Notice(export.stream.category, record_id, each, earlier) for each in made.warnings]

    def _earlier(self, export: PinnedExport, record: Mapping[str, Value | None], made: Rendered) -> list[Earlier]:
        scope, category = export.mapping.scope, export.category
        total, subject = scope.mapping.running_total, category.subject
        if made.crossing is None or total is None or subject is None:
            return []
        span, own = Span(total.at, made.crossing.year), str(record[category.key])
        ids = self.records.of_subject(export.stream, category, str(record[subject]), span, scope.zone)
        return self.documents.sent(export.stream, [each for each in ids if each != own], scope.zone)
