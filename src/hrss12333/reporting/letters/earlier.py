"""Letters of an earlier run: known by their marks, and moved out of the way where they are no longer due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hrss12333.model.document_marks import GENERATOR, LETTER_KEYWORD
from hrss12333.model.errors import JobStop, in_words
from hrss12333.reading.files.document_properties import properties
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import FileProblem
from hrss12333.reporting.file_names import unique_paths
from hrss12333.writing.target import check_folder

EARLIER = "以前的信函"


def outdated(folder: Path) -> Iterator[Path]:
    """The letters of ours in a folder, and what is attached to the drafts where it lies there unchanged."""
    for path in sorted(folder.iterdir()):
        try:
            data = path.read_bytes() if path.suffix in (".eml", ".docx") and path.is_file() else b""
            if path.suffix == ".docx" and data and properties(Package(data)).keywords == LETTER_KEYWORD:
                yield path
            elif path.suffix == ".eml" and (attached := _attached(data)) is not None:
                yield path
                beside = ((folder / Path(name).name, content) for name, content in attached)
                yield from (one for one, content in beside if one.is_file() and one.read_bytes() == content)
        except (OSError, FileProblem):
            continue  # whatever it is, it is none of ours


def _attached(data: bytes) -> list[tuple[str, bytes]] | None:
    """Name and content of the files of a draft of ours; None where it is none."""
    from email import message_from_bytes
    from email.policy import default

    mail = message_from_bytes(data, policy=default)
    if (mail["X-Unsent"], mail["X-Mailer"]) != ("1", GENERATOR):
        return None
    parts = [(part.get_filename() or "", part.get_payload(decode=True)) for part in mail.iter_attachments()]
    return [(name, content) for name, content in parts if isinstance(content, bytes)]


def moved_away(folder: Path, files: Sequence[Path]) -> list[str]:
    """Move these files into a folder of their own, where nothing is replaced; returns what to say of it."""
    listed = list(dict.fromkeys(files))
    if not listed:
        return []
    place = folder / EARLIER
    check_folder(place)
    try:
        taken = {path.stem.lower() for path in place.iterdir()}
        for stem in dict.fromkeys(path.stem for path in listed):
            mine = {path.suffix: path for path in listed if path.stem == stem}
            for suffix, target in unique_paths(place, stem, mine, taken).items():
                mine[suffix].rename(target)
    except OSError as error:
        raise JobStop(f"无法把以前的信函移入“{place}”：{in_words(error)}。") from error
    names = "、".join(path.name for path in listed)
    return [f"不再需要的信函、上次的发送清单等{len(listed)}个文件移入了“{place}”：{names}。"]
