"""Findings that ask for the same: told once, with the regions, or the versions of a file, that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.finding import SUPERSEDED, Finding
from hrss12333.patterns import lazy

_OF_THIS_FILE = lazy(r"本文件（[^）]*）", needs="本")
"""When the file was made, which differs between the versions that one file replaces."""
_LISTED_FILES = lazy(r"（“[^”]*”(?:、“[^”]*”)*等?）", needs="（")
"""Those that have the region, where none is the newest."""


def without_files(message: str) -> str:
    """The message without the files that it lists."""
    return _LISTED_FILES.sub("", message)


class Alike(Struct, frozen=True):
    """Findings that ask for the same, the weightiest first."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """That which stands for all of them."""
        return self.findings[0]

    @property
    def regions(self) -> list[str]:
        """The regions that they are about, as they stand below each other."""
        if len(self.findings) == 1:
            return [self.first.region] if self.first.region else []
        listed = sorted(self.findings, key=lambda finding: finding.position)
        return list(dict.fromkeys(finding.region for finding in listed if finding.region))

    @property
    def files(self) -> list[str]:
        """The files that they are about."""
        if len(self.findings) == 1:
            return [self.first.file]
        return list(dict.fromkeys(finding.file for finding in self.findings))

    @property
    def stake(self) -> float:
        """Share of the national total that is at stake: that of each region once."""
        if len(self.findings) == 1:
            return self.first.influence
        shares: dict[str | None, float] = {}
        for finding in self.findings:
            shares[finding.region] = max(shares.get(finding.region, 0.0), finding.influence)
        return min(sum(shares.values()), 1.0)

    @property
    def told(self) -> list[Finding]:
        """What there is to say, of all regions by number; of a version that was replaced, of all such versions."""
        if len(self.findings) == 1:
            return [self.first]
        told: dict[object, Finding] = {}
        for number, finding in enumerate(self.findings):
            told.setdefault(subject(finding) or number, finding)
        return [replace(finding, message=self.of_all(finding, [self._all])) for finding in told.values()]

    @property
    def _all(self) -> str:
        """“黄冈市”等8个地区."""
        regions = self.regions
        return f"“{regions[0]}”等{len(regions)}个地区" if len(regions) > 1 else f"“{self.first.region}”"

    def of_all(self, finding: Finding, named: Iterable[str]) -> str:
        """The message of one of them with all these in place of its region, and what there is to say of other files."""
        message = finding.message.replace(f"“{finding.region}”", "、".join(named), 1)
        if not finding.of_several_files:
            others = len(self.files) - 1
            return f"{message}另有{others}个文件中的也不计入。" if others else message
        listed = {tuple(_LISTED_FILES.findall(other.message)) for other in self.findings}
        return message if len(listed) == 1 else message.replace("”）", "”等）", 1)


def subject(finding: Finding) -> tuple[object, ...] | None:
    """What the finding says, but for its region; None where it says or advises what is true of one row alone."""
    if not finding.row or not finding.region or finding.suggestion:
        return None
    said = finding.message.replace(f"“{finding.region}”", "“”", 1)
    if finding.of_several_files:
        return (without_files(said),)
    if finding.rule == SUPERSEDED:
        return (_OF_THIS_FILE.sub("", said),)
    return said, finding.field, None if finding.value == finding.region else finding.value


def alike(findings: Iterable[Finding]) -> list[Alike]:
    """The findings of one rule in one row together, and with them those that say the same of other regions of the same
    file; of versions that another file replaces, or of which none is the newest, also those of other files."""
    rows: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        rows.setdefault(_question(finding) or number, []).append(finding)
    found: dict[object, list[Finding]] = {}
    for number, together in enumerate(rows.values()):
        found.setdefault(_answer(together) or number, []).extend(together)
    return [Alike(tuple(together)) for together in found.values()]


def weightiest(findings: Iterable[Finding]) -> list[Alike]:
    """The findings that are alike together, by what they put at stake; then by severity; else as they came; what is settled
    last."""
    listed = sorted(findings, key=lambda found: (found.settled, -found.influence, found.severity.rank))
    return sorted(alike(listed), key=lambda line: (line.first.settled, -line.stake, line.first.severity.rank))


def once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, of those that several files bear alike the first alone."""
    said: set[tuple[str | None, str]] = set()
    found = []
    for finding in findings:
        about = finding.form, finding.message
        if not finding.of_several_files or about not in said:
            said.add(about)
            found.append(finding)
    return found


def forms_together(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, those that say the same of several forms, or of the headers of several, as one that names all of these."""
    said: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        said.setdefault(_of_a_form(finding) or number, []).append(finding)
    return [_of_forms(listed) if len(listed) > 1 else listed[0] for listed in said.values()]


def _of_a_form(finding: Finding) -> object:
    """What is said, whichever form it is about; None of what is about one row, or would no longer quote what stands there."""
    if finding.region or not finding.form:
        return None
    about = finding.rule, finding.severity, finding.unit, finding.suggestion, finding.explained
    if finding.message.startswith(finding.form):
        return *about, finding.message.removeprefix(finding.form)
    quoted = finding.cell and str(finding.value or "") in finding.message
    return (*about, finding.file, finding.message) if quoted else None


def _of_forms(listed: Sequence[Finding]) -> Finding:
    first = listed[0]
    forms = [finding.form or "" for finding in listed]
    if first.message.startswith(forms[0]):
        said = "、".join(forms) + first.message.removeprefix(forms[0])
    else:
        cells = (f"{form}（{finding.cell}）" for form, finding in zip(forms, listed, strict=True))
        said = f"{'、'.join(cells)}：{first.message}"
    return replace(first, sheet=None, row=None, column=None, form=None, field=None, value=None, message=said)


def _question(finding: Finding) -> object:
    """What is asked once of one row."""
    if not finding.row or not finding.region:
        return None
    row = (
        finding.rule,
        finding.severity,
        finding.unit,
        finding.form,
        finding.region,
        finding.file,
        finding.sheet,
        finding.row,
    )
    return *row, finding.explained, finding.reason, finding.verification


def _answer(row: Sequence[Finding]) -> object:
    """What is asked once of several rows."""
    said = [subject(finding) for finding in row]
    if None in said:
        return None
    first = row[0]
    files = () if first.rule == SUPERSEDED else (first.file, first.sheet)
    about = first.rule, first.severity, first.unit, first.form, *files
    return *about, *said, first.explained, first.reason, first.verification
