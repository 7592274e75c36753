"""Sentences in mails, letters, paragraphs, comments and names that may concern the figures: they name a region or a column
and give a figure that stands nowhere in the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from hrss12333.model.filing import Document, Filing
from hrss12333.model.text import AROUND, NAMES, Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.account.figures import figures_in, has_figure, may_tell_figure
from hrss12333.reading.account.mentions import Field, columns_named, names_region, said_by
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

_SENTENCE = lazy(r"[。；;！？!?\n]")


def with_unread_texts(documents: Iterable[Document], edition: Edition) -> Iterator[Document]:
    """The documents, each filing with such sentences; what several filings of a unit share is told at the first."""
    told: set[tuple[Unit | None, str]] = set()
    for document in documents:
        found = list(_unread(document, edition)) if isinstance(document, Filing) else []
        if not isinstance(document, Filing) or not found:
            yield document
            continue
        unit = document.unit
        new = tuple([text for text in found if text.kind not in AROUND or (unit, text.text) not in told])
        told |= {(unit, text.text) for text in new}
        yield replace(document, unread_texts=new)


def _unread(filing: Filing, edition: Edition) -> Iterator[Text]:
    """Such sentences of a filing, in the order of its texts."""
    doubted = {doubt.text for doubt in filing.doubts}
    for text in filing.texts:
        if text not in doubted and may_tell_figure(text):
            for sentence in [text.text] if text.kind in NAMES else _SENTENCE.split(text.text):
                if _tells(filing, edition, sentence, text.kind):
                    yield replace(text, text=sentence.strip())


def _tells(filing: Filing, edition: Edition, sentence: str, kind: TextKind) -> bool:
    """Whether a sentence says so; in names, which number and date things, a region is not enough."""
    if not has_figure(sentence):
        return False
    named = columns_named(edition.forms, sentence)
    if not named and (kind in NAMES or not names_region(edition, filing.unit, sentence)):
        return False
    if said_by(sentence, edition, filing.unit):
        return False
    figures = figures_in(sentence)
    return not figures or not _figures_of_sentence(filing, sentence, named).issuperset(figures)


def _figures_of_sentence(filing: Filing, sentence: str, named: frozenset[Field]) -> set[int]:
    """The figures of the columns that a sentence names, and their sums; where it names none, those of its regions."""
    known: set[int] = set()
    for table in filing.tables:
        rows = [row for row in table.rows if named or (row.region and row.region[:-1] in sentence)]
        for key in (c.key for c in table.form.of_kind(Kind.COUNT) if not named or (table.form.key, c.key) in named):
            figures = [figure for row in rows if (figure := row.figure(key)) is not None]
            total = table.total.figure(key) if table.total else None
            known |= {*figures, sum(figures)} | ({total} if total is not None else set())
    return known
