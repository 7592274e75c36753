"""Sentences in mails, letters, paragraphs, comments and names that may concern the figures: they name a region or a column
and give a figure that stands nowhere in the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Document, Filing
from hrss12333.model.text import AROUND, NAMES, Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.account.figures import figures_in, has_figure, may_tell_figure
from hrss12333.reading.account.mentions import columns_named, names_column, names_region, said_by
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

_SENTENCE = lazy(r"[。；;！？!?\n]")


def with_unread_texts(documents: Iterable[Document], edition: Edition) -> Iterator[Document]:
    """The documents, each filing with such sentences; what several filings of a unit share is told at the first."""
    told: set[tuple[Unit | None, str]] = set()
    for document in documents:
        found = list(_Reader(document, edition).unread()) if isinstance(document, Filing) else []
        if not isinstance(document, Filing) or not found:
            yield document
            continue
        unit = document.unit
        new = tuple([text for text in found if text.kind not in AROUND or (unit, text.text) not in told])
        told |= {(unit, text.text) for text in new}
        yield replace(document, unread_texts=new)


class _Reader:
    """Reads the running text of one filing."""

    def __init__(self, filing: Filing, edition: Edition) -> None:
        self._filing, self._edition = filing, edition

    def _figures(self, sentence: str) -> set[int]:
        """The figures of the columns that a sentence names, and their sums; where it names none, those of its regions."""
        named = columns_named(self._edition.forms, sentence)
        known: set[int] = set()
        for table in self._filing.tables:
            fields = [c.key for c in table.form.of_kind(Kind.COUNT) if not named or (table.form.key, c.key) in named]
            rows = [row for row in table.rows if named or (row.region and row.region[:-1] in sentence)]
            for key in fields:
                figures = [figure for row in rows if (figure := row.figure(key)) is not None]
                known |= {*figures, sum(figures)}
                known |= {figure for row in (table.total,) if row and (figure := row.figure(key)) is not None}
        return known

    def unread(self) -> Iterator[Text]:
        """Such sentences, in the order of the texts."""
        doubted = {doubt.text for doubt in self._filing.doubts}
        for text in self._filing.texts:
            if text not in doubted and may_tell_figure(text):
                yield from (
                    replace(text, text=sentence.strip())
                    for sentence in self._sentences(text)
                    if self._tells(sentence, text.kind)
                )

    def _sentences(self, text: Text) -> Sequence[str]:
        return [text.text] if text.kind in NAMES else _SENTENCE.split(text.text)

    def _tells(self, sentence: str, kind: TextKind) -> bool:
        """Whether a sentence says so; in names, which number and date things, a region is not enough."""
        if not has_figure(sentence):
            return False
        unit = self._filing.unit
        named = names_column(self._edition.forms, sentence) or (
            kind not in NAMES and names_region(self._edition, unit, sentence)
        )
        if not named or said_by(sentence, self._edition, unit):
            return False
        figures = figures_in(sentence)
        return not figures or not self._figures(sentence).issuperset(figures)
