"""All limits on what a file may cost: CPU time and memory of the worker, and what comes back of it, counted in cells.

Nothing is judged small beforehand. Each file that is given has one `Budget`, which everything in it shares, however deep
its archives and mails nest.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain

from msgspec import Struct

from hrss12333.model.row import Problem
from hrss12333.model.text import Text
from hrss12333.reading.grid import Book, FileProblem, Prose

SECONDS, MEMORY = 8.0, 800 * 2**20
"""CPU time of all that is done for one given file, and bytes of address space of each task."""
MOST_ANSWER = 160 * 2**20
"""Bytes of an answer: more would burden the parent, which has no limit of its own."""
MAX_MEMBERS = 5_000
"""Parts of one package or files of one archive; the largest honest workbook seen has some hundreds."""
MAX_UNPACKED, MAX_MEMBER = 512 * 2**20, 256 * 2**20
"""Bytes of all members together, and of one. The largest honest workbook seen holds 108 MiB."""
MAX_CELLS = 400_000
"""Cells of a file in which a form is looked for; all places of the country fill some 100,000."""
MAX_RETURNED = 5_000_000
"""Cells up to a sheet's last filled one, or of an own workbook; a reader makes even the blank ones."""
_LETTERS_OF_CELL = 10
"""Characters of text that count as one more cell."""
_NARROWEST = 8
"""Cells for which a row counts at least: a blank one costs its reader time, too."""
_TEXTS_OF_ROW = 4
"""Texts and odd values, each of which outputs quote, that cost as much as a row."""
_LETTERS_OF_TEXT = 60
"""Characters of a text that count as one more text."""
MAX_ROWS = 4_000
"""Rows of data in one file; all cities, districts and counties of the country are some 3,200."""
_TOO_MANY_ROWS = (
    "文件里的调查表超过{limit}行，没有读取。请只保留本单位各地区的行，删去其他内容，另存为新的.xlsx后再报送。"
)
_TOO_MANY = "压缩包内的文件数超过{limit}个，为安全起见没有读取。请只保留需要报送的文件，重新打包，或分成几个压缩包。"
_TOO_MUCH = (
    "所在的压缩包（或邮件）内容太多，读到这个文件时已超出处理上限，没有读取。请分成几个压缩包，或直接报送这个文件。"
)
_TOO_MANY_CELLS = (
    "文件里的单元格和文字太多，超出处理上限，没有读取。请只保留两张调查表，删去其他内容，另存为新的.xlsx后再报送。"
)
OUT_OF_BOUNDS = "读取这个文件耗用的时间或内存超出上限，已停止读取。文件可能已损坏，或含有大量无关内容。" + (
    "请在Excel或WPS中打开，只保留两张调查表，另存为新的.xlsx后再报送。"
)
NO_ROOM = "读取这个文件要用临时文件夹或另一个进程，但{reason}。请处理后再试。"
_FEWEST_FILES, _SMALLEST_FILE, _MOST_FILES = 256, 16 * 2**10, 1_000
"""Files that any archive may hold, its bytes that allow one more, and the most that any may hold."""
_SMALLEST_ROW, _MOST_ROWS = 200, 30_000
"""Bytes of a given file that allow one row beyond `MAX_ROWS`, and the most rows allowed."""
_DAMAGED = "文件已损坏，打不开（可能没有传完整）。请在Excel、Word或WPS中打开原件，确认无误后另存为新文件再报送。"
_TOO_LARGE = (
    "文件展开后过大，超出处理上限，为安全起见没有读取。请只保留调查表和文字，去掉图片等附带内容，另存为新文件后再报送。"
)


class Limit(Struct, frozen=True):
    """What one task may take."""

    seconds: float = SECONDS
    """CPU time."""
    memory: int = MEMORY
    """Bytes of address space."""
    starts: bool = False
    """Whether the task starts a program, and itself limits its time on the clock."""


def restrict(*, for_good: bool, **most: int) -> None:
    """Limit this process's AS, CPU or CORE, for good or until the next call; on Windows its job does."""
    try:
        import resource
    except ImportError:
        return
    for name, amount in most.items():
        what: int = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(what)[1]
        if hard == resource.RLIM_INFINITY or amount <= hard:  # else a stricter limit is already in force
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (amount, amount if for_good else hard))


damaged = partial(FileProblem, Problem.DAMAGED, _DAMAGED)
"""F001: a file cannot be opened, or its content is malformed."""
too_large = partial(FileProblem, Problem.TOO_LARGE, _TOO_LARGE)
"""F004: a file unpacks to more than the limits allow."""
out_of_bounds = partial(FileProblem, Problem.TOO_LARGE, OUT_OF_BOUNDS)
"""F004: a task took too much time or memory."""
too_many_cells = partial(FileProblem, Problem.TOO_LARGE, _TOO_MANY_CELLS)
"""F004: more cells than a form is looked for in."""


def expect_few_members(sizes: Sequence[int], most: int = MAX_UNPACKED) -> None:
    """Raise F004 where an archive or package has too many members, or more than these bytes in all."""
    if len(sizes) > MAX_MEMBERS:
        raise FileProblem(Problem.TOO_LARGE, _TOO_MANY.format(limit=MAX_MEMBERS))
    if sum(sizes) > most:
        raise too_large()
    if min(sizes, default=0) < 0:
        raise damaged()


class Budget:
    """What one given file and all that it holds may take together."""

    def __init__(self, size: int = 0) -> None:
        """``size``: bytes of the file."""
        self._files = self._most_files = min(_FEWEST_FILES + size // _SMALLEST_FILE, _MOST_FILES)
        self._rows = min(MAX_ROWS + size // _SMALLEST_ROW, _MOST_ROWS)
        self._seconds = SECONDS
        self._unpacked = 0
        """Bytes unpacked so far, containers within it included."""

    def limit(self) -> Limit:
        """What is left for a task; F004 where nothing is."""
        if self._seconds <= 0 or self._rows < 0:
            shared = self._files < self._most_files or self._unpacked
            raise FileProblem(Problem.TOO_LARGE, _TOO_MUCH) if shared else out_of_bounds()
        return Limit(self._seconds)

    def take(self, seconds: float) -> None:
        """Count CPU time."""
        self._seconds -= seconds

    def take_file(self, size: int = 0) -> None:
        """Count a file of an archive or a mail, and its bytes; F004 where there are too many of either."""
        self._files -= 1
        self._unpacked += size
        if self._files < 0:
            raise FileProblem(Problem.TOO_LARGE, _TOO_MANY.format(limit=self._most_files))
        if self._unpacked > MAX_UNPACKED:
            raise too_large()

    def take_rows(self, rows: int, texts: int) -> None:
        """Count a file's rows of data, and its texts (`number_of`) and odd values; F004 if too many."""
        self._rows -= rows + texts // _TEXTS_OF_ROW
        expect_few_rows(rows)
        if texts > _TEXTS_OF_ROW * MAX_ROWS:
            raise too_many_cells()

    @contextmanager
    def own_time(self) -> Iterator[None]:
        """Count the CPU time that this process takes over the block, in which it uses a worker's answer."""
        begun = time.process_time()
        try:
            yield
        finally:
            self.take(time.process_time() - begun)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Raise F004 where the block takes more CPU time than is left (or a second); not on Windows, in a page."""
        if sys.platform in ("win32", "emscripten"):
            yield
            return

        def end(*_: object) -> None:
            raise out_of_bounds()

        before = signal.signal(signal.SIGPROF, end)
        signal.setitimer(signal.ITIMER_PROF, max(self._seconds, 1.0))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def expect_few_cells(book: Book) -> None:
    """Raise F004 where a file has too many cells; blank and merged ones, marks and long texts count."""
    beside = chain((text.text for text in book.texts), book.paragraphs if isinstance(book, Prose) else ())
    cells = sum(1 + len(text) // _LETTERS_OF_CELL for text in beside)
    for grid in book.grids:
        cells += sum([max(len(line), _NARROWEST) for line in grid.cells]) + len(grid.marks) + len(grid.hidden_columns)
        cells += len(grid.merges) + len(grid.boxes)
        cells += sum(grid.lengths) // _LETTERS_OF_CELL
    if cells > MAX_CELLS:
        raise too_many_cells()


def number_of(texts: Iterable[Text]) -> int:
    """The number of texts, of which a long one counts by its length."""
    return sum(1 + len(text.text) // _LETTERS_OF_TEXT for text in texts)


def expect_few_rows(rows: int) -> None:
    """Raise F004 where a file has more rows of data than a unit can have."""
    if rows > MAX_ROWS:
        raise FileProblem(Problem.TOO_LARGE, _TOO_MANY_ROWS.format(limit=MAX_ROWS))
