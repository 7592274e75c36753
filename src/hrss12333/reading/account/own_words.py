"""What the text of a cell is by its words alone, in whatever filing it stands: asked of every cell around the rows."""

from __future__ import annotations

from functools import cache

from hrss12333.model.account import Disposition
from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import LONGEST, is_group, is_known
from hrss12333.reading.values.cell_text import stands_for_nothing, visible
from hrss12333.survey.form_texts import form_texts
from hrss12333.survey.schema import Form

LETTER = lazy(r"[^\W_]")
"""Without one a text says nothing."""
_BRACKET = lazy(r"[（(][^（）()]*[)）]$", needs=")）")
_MOST_TEXTS = 8192


class OwnWords(dict[str, Disposition | None]):
    """Text of a cell → what it is by its words alone, in whatever filing; None where more must be asked."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        super().__init__()
        self._forms, self._own = forms, form_texts(forms)

    def __missing__(self, text: str) -> Disposition | None:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        found = self[text] = self._of(text)
        return found

    def _of(self, text: str) -> Disposition | None:
        if not LETTER.search(visible(text)) or stands_for_nothing(text):
            return Disposition.HARMLESS
        if len(text) <= LONGEST and (is_known(text, self._forms) or self._is_group(text)):
            return Disposition.HEADING
        return Disposition.FORM_TEXT if self._own.has(text) else None

    def _is_group(self, text: str) -> bool:
        """Whether it heads a group of columns, whatever its brackets say of their figures: what they say is read there."""
        bare = _BRACKET.sub("", text)
        return bare != text and any(is_group(form, bare) for form in self._forms)


own_words = cache(OwnWords)
"""Of these forms."""
