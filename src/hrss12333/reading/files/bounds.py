"""Bounds on the cost of a file. What is provably small is read in this process; all else in the child process, under
limits of CPU time and memory (`child_process`). The result is counted once, in cells."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Book, FileProblem, Prose

SMALL = {"xlsx": 4 * 2**20, "docx": 2**20}
"""Format → bytes, unpacked, up to which what is parsed of a file is read in this process, where nothing in it is odd."""
MAX_CELLS = 400_000
"""Cells of a file in which a form is looked for; all places of the country fill some 100,000."""
MAX_RETURNED = 5_000_000
"""Cells, blank ones too, of any file (a workbook of this tool's own, too), and of a sheet from A1 to its last filled
cell: its reader makes each of them, and more would burden the parent of the child process."""
_LETTERS_OF_CELL = 40
"""Characters of text that count as one more cell."""
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
"""The last ones of a sheet."""
_NARROWEST = 8
"""Columns for which a row counts at least: a blank one costs its reader time, too."""
MAX_ROWS = 4_000
"""Rows of data in one file; all cities, districts and counties of the country are some 3,200."""
_TOO_MANY_ROWS = (
    "文件里的调查表超过{limit}行，没有读取。请只保留本单位各地区的行，删去其他内容，另存为新的.xlsx后再报送。"
)
TOO_MANY = "压缩包内的文件数超过{limit}个，为安全起见没有读取。请只保留需要报送的文件，重新打包，或分成几个压缩包。"
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
_SECONDS, _MOST_SECONDS = 8.0, 22.0
_MEGABYTES, _MOST_MEGABYTES = 800, 1_200
"""CPU time and memory that the child may take for a file of one MB at most, and for one of 64 MB or more."""
_LITTLE, _MUCH = 2**20, 64 * 2**20
_ORDINARY_SECONDS, _SHARE_OF_ARCHIVE = 0.006, 0.75
"""Seconds of a file that cost its archive nothing; share of a file's allowance that its files may take beyond."""
_FEWEST_FILES, _SMALLEST_FILE, _MOST_FILES = 256, 16 * 2**10, 1_500
_SMALLEST_ROW, _MOST_ROWS = 200, 30_000
"""Files of an archive, and rows beyond `MAX_ROWS`: so many, one more for so many bytes each, at most so many."""


class Costly(FileProblem):
    """A file holds more than this process reads itself: the child process is to read it, else F004."""


class Process:
    """The kind of this process."""

    is_child = False
    """Whether this is the child process, which reads everything: the system ends it where that costs too much."""


def restrict(*, for_good: bool, **most: int) -> None:
    """Limit what this process takes of the system's resources (AS, CPU, CORE), for good or until the next call; an
    ImportError where the system knows no limits (Windows)."""
    import resource

    for name, amount in most.items():
        what: int = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(what)[1]
        if hard == resource.RLIM_INFINITY or amount <= hard:  # else a stricter limit is already in force
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (amount, amount if for_good else hard))


def out_of_memory() -> FileProblem:
    """F004: the system refused memory, by the limits of the child process or because there is no more."""
    return FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS)


def leave_to_child(unless: bool = False) -> None:
    """Raise `Costly`, unless this is the child process or the reading is provably cheap."""
    if not (unless or Process.is_child):
        raise Costly(Problem.TOO_LARGE, OUT_OF_BOUNDS)


def expect_few_cells(book: Book) -> None:
    """Raise F004 where a file has too many cells: blank ones between filled ones count, and so do merged ranges, marks,
    and texts by their length."""
    cells = 0
    for grid in book.grids:
        cells += sum([max(len(line), _NARROWEST) for line in grid.cells]) + len(grid.merges) + len(grid.marks)
        cells += sum(grid.lengths) // _LETTERS_OF_CELL
    beside = chain((text.text for text in book.texts), book.paragraphs if isinstance(book, Prose) else ())
    cells += sum(1 + len(text) // _LETTERS_OF_CELL for text in beside)
    if cells > MAX_CELLS:
        raise too_many_cells()


def too_many_cells() -> FileProblem:
    """F004: more cells than a form is looked for in."""
    return FileProblem(Problem.TOO_LARGE, _TOO_MANY_CELLS)


def expect_few_rows(rows: int) -> None:
    """Raise F004 where a file has more rows of data than a unit can have."""
    if rows > MAX_ROWS:
        raise FileProblem(Problem.TOO_LARGE, _TOO_MANY_ROWS, limit=MAX_ROWS)


class ContainerBudget:
    """A bound on what the files of one archive or mail cost together; ordinary ones cost nothing."""

    def __init__(self, size: int) -> None:
        """``size``: bytes of the archive."""
        self._files = self._most_files = min(_FEWEST_FILES + size // _SMALLEST_FILE, _MOST_FILES)
        self.seconds = allowance(size)[0] * _SHARE_OF_ARCHIVE
        """CPU time that is left."""
        self.unpacked = 0
        """Bytes unpacked so far, containers within it included."""
        self._rows = min(MAX_ROWS + size // _SMALLEST_ROW, _MOST_ROWS)

    def take_file(self) -> None:
        """Count one more file to be read; F004 where that is too many."""
        self._files -= 1
        if self._files < 0:
            raise FileProblem(Problem.TOO_LARGE, TOO_MANY, limit=self._most_files)

    def take(self, seconds: float, rows: int = 0) -> None:
        """Count the CPU time and the rows of a file."""
        self.seconds -= max(seconds - _ORDINARY_SECONDS, 0.0)
        self._rows -= rows

    def expect_room(self) -> None:
        """Raise F004 where nothing is left for another file."""
        if self.seconds < 0 or self._rows < 0:
            raise FileProblem(Problem.TOO_LARGE, _TOO_MUCH)


def allowance(size: int) -> tuple[float, int]:
    """Seconds of CPU time and bytes of address space that the child process may take for a file of so many bytes."""
    part = min(max(size - _LITTLE, 0) / (_MUCH - _LITTLE), 1.0)
    megabytes = _MEGABYTES + part * (_MOST_MEGABYTES - _MEGABYTES)
    return _SECONDS + part * (_MOST_SECONDS - _SECONDS), int(megabytes) * 2**20
