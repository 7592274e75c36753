"""Inboxes of a year whose truth is known: cities of one unit, or units, each of which slips once or more and can mend it."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from openpyxl.cell import MergedCell

from cli_runs import run
from damaged import encrypted, many_entries, ods
from factory import BARE, Style, a1, clean_header, clean_rows, filing, letter, mail, save_dated, unit_named
from hrss12333.survey import DATA_FOLDER
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
STAFF = ("staff_total", "agents", "seats")
CALL_FORM, SYSTEM_FORM = FORMS = tuple(form.key for form in EDITION.forms)
PROVINCES = ("宁夏", "青海", "贵州", "吉林", "江西", "福建", "海南")
"""Units whose cities send."""
UNITS = ("宁夏", "青海", "西藏", "海南", "吉林", "贵州", "福建", "天津")
COUNTIES = {line[:4]: line[7:].strip() for line in (DATA_FOLDER / "counties.csv").read_text("utf-8").splitlines()[1:]}
"""First four digits of a city's code → a county of it."""
TOPICS = "工作进展：平稳。 取得的成效：提高。 经验做法：培训。 面临的主要问题：人少。 下一步工作计划：扩容。 意见和建议：联网。"
Row = dict[str, Any]
Rows = dict[str, list[Row]]
Book = openpyxl.Workbook
Dice = random.Random


class Sender:
    """A city or unit: what is true of it (changed where words let stand what was sent), and what it sends."""

    def __init__(self, name: str, unit: Unit, rows: Rows, header: Mapping[str, str]) -> None:
        self.name, self.unit, self.file, self.last = name, unit, f"{name}调查表.xlsx", b""
        self.truth, self.right = rows, dict(header)
        self.rows, self.header, self.forms = deepcopy(rows), dict(header), FORMS
        self.former: Rows = {}
        """Rows of a version that came before."""
        self.raw, self.report, self.silent = b"", b"", False
        """What is sent instead of a workbook, and as 工作总结."""
        self.spoils: dict[str, Callable[[Book], object]] = {}
        """Rule → what is done to the workbook."""
        self.fixes: dict[str, Callable[[], object]] = {}
        """Rule → what mends it, where it is more than values of a row or header."""
        self.drops, self.touched, self.names, self.mended = set[str](), set[str](), set[str](), set[str]()
        """Rules that a removal mends, what is spoilt, by which faults, and the rules that were obeyed."""

    def content(self, day: int, rows: Rows | None = None) -> bytes:
        """The file as it would be sent on this day of January."""
        saved = datetime(2020, 1, day, 9)
        data = self.raw or filing(self.unit, rows or self.rows, self.header, BARE, forms=self.forms, saved=saved)
        if self.spoils:
            book = openpyxl.load_workbook(BytesIO(data))
            for spoil in self.spoils.values():
                spoil(book)
            save_dated(book, out := BytesIO(), saved)
            data = out.getvalue()
        return data

    def mend(self, rule: str) -> None:
        self.spoils.pop(rule, None)
        self.fixes.pop(rule, lambda: None)()
        self.mended.add(rule)

    def mend_all(self) -> None:
        """All is as it should be."""
        self.spoils, self.raw, self.forms = {}, b"", FORMS
        self.header, self.rows = dict(self.right), deepcopy(self.truth)

    def at(self, form: str, region: str | None) -> int | None:
        """The index of a row as it is sent."""
        return next((at for at, row in enumerate(self.rows[form]) if row["region"] == region), None)

    def use(self, *keys: str, whole: bool = False) -> bool:
        """Whether none of these was spoilt before, and whether many rows are sent where ``whole`` asks it; they are spoilt then."""
        free = self.touched.isdisjoint(keys) and (len(self.truth[CALL_FORM]) > 3 or not whole)
        self.touched |= set(keys) if free else set()
        return free


class World:
    """All who send, and the folder of what they sent."""

    def __init__(self, folder: Path, seed: int, *, cities: bool) -> None:
        self.folder, self.chance, self._dated = folder, Dice(seed), set[Path]()
        folder.mkdir(parents=True, exist_ok=True)
        self.unit = unit_named(self.chance.choice(PROVINCES)) if cities else None
        self.senders = {each.name: each for each in (self._cities(self.unit) if self.unit else self._units())}

    def _units(self) -> Iterator[Sender]:
        for unit in map(unit_named, self.chance.sample(UNITS, 5)):
            rows = {form: deepcopy(clean_rows(unit, form)) for form in FORMS}
            yield Sender(unit.name, unit, rows, clean_header(unit))

    @staticmethod
    def _cities(unit: Unit) -> Iterator[Sender]:
        for at, region in enumerate(unit.regions):
            about = {"name": f"张{at}", "mobile": f"138000001{at:02}", "email": f"city{at:02}@example.com"}
            own = {form: [dict(clean_rows(unit, form)[at])] for form in FORMS}
            yield Sender(region.name, unit, own, {**clean_header(unit), **about})

    def spoil(self, sender: Sender, *names: str) -> None:
        """These faults, as far as they do not meet; what spoils a file as a whole comes alone."""
        for name in names:
            others = {each for other in self.senders.values() for each in other.names}
            if (name == "P505" and not self.unit) or {"P505", "V309"} <= {name, *others}:
                continue  # last year's figures are not in thousands
            meets = any({name} < pair <= {name, *sender.names} for pair in MEETING)
            if not meets and not sender.names & ALONE and not (name in ALONE and sender.names):
                before = len(sender.touched)
                FAULTS[name](sender, self.chance)
                sender.names |= {name} if len(sender.touched) > before else set()

    def send_all(self) -> None:
        for sender in (each for each in self.senders.values() if not each.silent):
            if sender.former:
                self.send(sender, 8, f"{sender.name}.xlsx", sender.content(8, sender.former))
            self.send(sender, 10)

    def send(self, sender: Sender, day: int, name: str = "", data: bytes = b"", words: str = "") -> None:
        """A loose file; with ``words`` a mail that says so, without a file where the name is "-"."""
        file = name or sender.file
        if name != "-":
            sender.last = data or sender.content(day)
        if words:
            attached, subject = ([], "关于调查表的说明") if name == "-" else ([(file, sender.last)], "12333调查表")
            sent, address = f"{day:02} Jan 2020 09:00:00 +0800", sender.right["email"]
            mailed = mail(*attached, said=words, subject=subject, sent=sent, sender=address)
            (self.folder / f"{sender.name}{day}{subject}.eml").write_bytes(mailed)
        else:
            (self.folder / file).write_bytes(sender.last)
        if sender.report:
            (self.folder / f"{sender.name}工作总结{day}.docx").write_bytes(sender.report)
        for path in (path for path in self.folder.iterdir() if path not in self._dated):
            os.utime(path, (datetime(2020, 1, day, 9).timestamp(),) * 2)
            self._dated.add(path)

    def last_year(self) -> bytes:
        """The filing of the cities' unit of the year before, with a tenth less of all calls."""
        assert self.unit
        rows = {form: deepcopy(clean_rows(self.unit, form)) for form in FORMS}
        for row in rows[CALL_FORM]:
            row.update({key: int(str(row[key])) * 9 // 10 for key in CALLS[1:]})
            row["calls_total"] = sum(int(str(row[key])) for key in CALLS[1:])
        sender = Sender("", self.unit, rows, clean_header(self.unit))
        sender.spoils["M705"] = partial(titles, "2018年度", sender)
        return sender.content(10)

    def total(self, form: str, key: str) -> int:
        """What the column adds up to where what is true counts: figures, and 是."""
        values = [row.get(key) for each in self.senders.values() for row in each.truth[form]]
        return sum(int(value) for value in values if isinstance(value, int))


Spoil = Callable[[Sender, Book], object]
Fault = Callable[[Sender, Dice], object]


def _values(form: str, made: Callable[[Row, Dice], Row], sender: Sender, dice: Dice) -> None:
    """A row of the form gets these values, where none of them was changed before."""
    true = dice.choice(sender.truth[form])
    changes, at = made(true, dice), sender.at(form, true["region"])
    about = {"calls" if key in CALLS else key for key in changes}
    if about & {*STAFF, "calls"} and not all(isinstance(value, int) for value in changes.values()):
        about.update(STAFF)  # what is compared with an unreadable figure is asked once that is there
    keys = [f"{true['region']}{key}" for key in about]
    if at is not None and keys and sender.use(*keys):
        sender.rows[form][at].update(changes)


def _header(key: str, value: str, sender: Sender, _: Dice) -> None:
    if sender.use(key):
        sender.header[key] = value


def _spoilt(rule: str, spoil: Spoil, sender: Sender, _: Dice) -> None:
    """The workbook is changed when it is written."""
    key = {"F007": "seats", "V308": "training_attendances", "V309": "training_attendances"}.get(rule)
    if sender.use(rule, *(f"{row['region']}{key}" for row in sender.truth[CALL_FORM] if key)):
        sender.spoils[rule] = partial(spoil, sender)
        sender.drops |= {rule} & {"V310"}


def _instead(rule: str, name: str, wrong: Callable[[Sender], object], right: object, sender: Sender, _: Dice) -> None:
    """An attribute of the sender is another one: what is sent as a whole."""
    if sender.use("file", "rows", whole=rule in WHOLE):
        setattr(sender, name, wrong(sender))
        sender.fixes[rule] = partial(setattr, sender, name, right)


def _more(rule: str, made: Callable[[Sender, Row], Row], sender: Sender, _: Dice) -> None:
    """A row below the others, in both forms."""
    added = [made(sender, sender.truth[form][0]) for form in FORMS]
    if all(added) and sender.use("rows"):
        for form, row in zip(FORMS, added, strict=True):
            sender.rows[form].append(row)
        sender.fixes[rule] = lambda: [sender.rows[form].pop(len(sender.truth[form])) for form in FORMS]
        sender.drops.add(rule)


def _again(_: Sender, row: Row) -> Row:
    """The same row with another figure or answer."""
    key = "training_attendances" if "training_attendances" in row else "web"
    return {**row, key: row[key] + 3 if type(row[key]) is int else not row[key]}


def _county(sender: Sender, row: Row) -> Row:
    codes = [region.code[:4] for region in sender.unit.regions if region.name == row["region"]]
    parts = {key: value // 5 if type(value) is int else value for key, value in row.items()}
    calls = [parts.get(key, 0) for key in CALLS[1:]]
    parts["calls_total"] = sum(call for call in calls if isinstance(call, int))
    return {**parts, "region": COUNTIES[codes[0]]} if codes and codes[0] in COUNTIES else {}


def _rows(rule: str, change: Callable[[list[Row]], object], sender: Sender, dice: Dice) -> None:
    """Rows of a unit are changed together or lost."""
    if sender.use("file", "rows", whole=True):
        for form in FORMS if rule != "R207" else [SYSTEM_FORM]:
            change(sender.rows[form])
        sender.fixes[rule] = lambda: setattr(sender, "rows", deepcopy(sender.truth))
        if rule == "M706":
            sender.former, sender.file = deepcopy(sender.truth), f"{sender.name}调查表（更正）.xlsx"


def _sums(rows: list[Row]) -> None:
    """The first row is the sum of all others."""
    rows[0].update({key: sum(row[key] for row in rows[1:]) for key, value in rows[0].items() if type(value) is int})


def _version(sender: Sender, _: Dice) -> None:
    """Another version came before, with another figure; which counts is said by the next."""
    if sender.use("file", "rows"):
        sender.former = deepcopy(sender.rows)
        sender.former[CALL_FORM][0]["seats"] += 1
        sender.fixes["M702"] = partial(setattr, sender, "file", f"{sender.name}调查表（更正）.xlsx")


def _own_form(sender: Sender) -> bytes:
    """The unit's official form as this program wrote it, of which a figure was put right by hand since."""
    wrong, key = deepcopy(sender.rows), "training_attendances"
    wrong[CALL_FORM][0][key] += 7
    with TemporaryDirectory() as name:
        paths = Path(name, "a.xlsx"), Path(name, "b.xlsx")
        paths[0].write_bytes(sender.content(9, wrong))
        run("merge", paths[0], "--unit", sender.unit.short, "-o", paths[1])
        book = openpyxl.load_workbook(paths[1])
    cells = (cell for line in book[CALL_FORM].iter_rows() for cell in line)
    next(cell for cell in cells if cell.value == wrong[CALL_FORM][0][key]).value = sender.rows[CALL_FORM][0][key]
    save_dated(book, out := BytesIO(), datetime(2020, 1, 10, 9))
    return out.getvalue()


def _report(text: str) -> bytes:
    return letter(*text.split(), title="12333工作总结")


def _cell(cell: str, value: int | str, _: Sender, book: Book) -> None:
    book[CALL_FORM][a1(cell)] = value


def titles(words: str, _: Sender, book: Book) -> None:
    for form in EDITION.forms:
        book[form.key]["A2"] = f"{words}{form.title}"


def _headings_lost(_: Sender, book: Book) -> None:
    for cell in (book[CALL_FORM][f"{column}{line}"] for column in "HIJKL" for line in (4, 5)):
        if not isinstance(cell, MergedCell):
            cell.value = None


def _another_unit(sender: Sender, book: Book) -> None:
    """附表2 names another unit."""
    names = [unit_named(name).name.removesuffix("省") for name in UNITS if unit_named(name) is not sender.unit]
    for cell in (cell for cell in book[SYSTEM_FORM][3] if "联系人" in str(cell.value)):
        cell.value = str(cell.value).replace(sender.unit.name.removesuffix("省"), names[0])


_calls, _systems = partial(partial, _values, CALL_FORM), partial(partial, _values, SYSTEM_FORM)
FAULTS: dict[str, Fault] = {
    "B401": _calls(lambda row, dice: {"calls_ivr": row["calls_ivr"] + dice.randint(3, 900)}),
    "B401 far": _calls(lambda row, _: {"calls_abandoned": row["calls_abandoned"] + row["calls_total"] // 3}),
    "B402": _calls(lambda row, dice: {"agents": row["staff_total"] + dice.randint(1, 9)}),
    "B403": partial(_spoilt, "B403", lambda s, book: _cell(f"calls_agent{6 + len(s.rows[CALL_FORM])}", 7, s, book)),
    "B404": _calls(lambda row, _: {"agents": 0, "seats": 0, "calls_agent": row["calls_agent"]}),
    "V301": _calls(lambda _, dice: {dice.choice(("calls_ivr", "seats", "staff_total", "training_attendances")): None}),
    "V301 choice": _systems(lambda _, dice: {dice.choice(("web", "sms", "network_location")): None}),
    "V302": _calls(lambda _, dice: {dice.choice((*CALLS, "seats")): dice.choice(("两千多", "12.5", "见说明"))}),
    "V303": _calls(lambda row, _: {"training_attendances": -row["training_attendances"]}),
    "V304": _calls(lambda _, dice: {dice.choice(("voicemail", "complaints")): dice.choice(("部分", "待定"))}),
    "V304 systems": _systems(lambda _, dice: {dice.choice(("app", "unified_logo")): "部分"}),
    "V305": _systems(lambda _, dice: {"network_location": dice.choice(("政务外网", "电信机房"))}),
    "V307": _calls(lambda _, dice: {dice.choice(("calls_agent", "seats")): "#REF!"}),
    "V308": partial(_spoilt, "V308", partial(_cell, "training_attendances6", "=VLOOKUP(B6,Z1:Z9,1,0)")),
    "V309": partial(_spoilt, "V309", partial(_cell, "training_attendances5", "年度培训人次（千人次）")),
    "V309 other": partial(_spoilt, "V309", partial(_cell, "training_attendances5", "年度培训人次（人次/月）")),
    "V310": partial(_spoilt, "V310", partial(_cell, "afar3", 3521)),
    "P501": _calls(lambda row, _: {"agents": 1} if row["calls_agent"] > 40_000 else {}),
    "P502": _calls(lambda row, _: {key: row[key] * 10_000 for key in CALLS}),
    "P503": partial(
        _rows, "P503", lambda rows: rows[1].update(system_centralized=not rows[0].get("system_centralized"))
    ),
    "P504": _calls(lambda row, dice: {"seats": row["staff_total"] + dice.randint(1, 4)}),
    "P505": _calls(lambda row, _: {key: row[key] * 2 for key in CALLS}),  # where last year's filing is given
    "P506": partial(_rows, "P506", lambda rows: [row.update(seats_centralized=True) for row in rows]),
    "P507": partial(_rows, "P507", lambda rows: [row.update(training_attendances=640) for row in rows]),
    "H101": partial(_header, "unit", ""),
    "H102": partial(_header, "unit", "某省"),
    "H103": partial(_header, "name", ""),
    "H104": partial(_header, "mobile", ""),
    "H105": partial(_header, "mobile", "1380000"),
    "H106": partial(_header, "email", "a.example.com"),
    "H108": partial(_spoilt, "H108", _another_unit),
    "H109": partial(_instead, "H109", "raw", _own_form, b""),
    "R201": _calls(lambda _, __: {"region": None}),
    "R202": _calls(lambda row, dice: {"region": f"{dice.choice(('不知道', '某甲'))}{row['region'][0]}市"}),
    "R203": partial(_more, "R203", _again),
    "R204": partial(_rows, "R204", lambda rows: rows.pop(1)),
    "R205": partial(_instead, "R205", "raw", lambda s: filing(s.unit, dict.fromkeys(FORMS, ()), s.header), b""),
    "R206": partial(_more, "R206", lambda _, row: {**row, "region": "样例"}),
    "R207": partial(_rows, "R207", lambda rows: rows.pop(2)),
    "R208": partial(_more, "R208", _county),
    "R209": partial(_rows, "R209", _sums),
    "R210": partial(_spoilt, "R210", lambda _, book: setattr(book[CALL_FORM].row_dimensions[6], "hidden", True)),
    "M701": partial(_instead, "M701", "silent", lambda _: True, False),
    "M702": _version,
    "M705 other": partial(_spoilt, "M705", partial(titles, "2018年度")),
    "M705 part": partial(_spoilt, "M705", partial(titles, "2019年1-11月")),
    "M706": partial(_rows, "M706", lambda rows: rows.pop(1)),
    "F001": partial(_instead, "F001", "raw", lambda _: b"PK\x03\x04" + bytes(40), b""),
    "F002": partial(_instead, "F002", "raw", lambda sender: encrypted(data=sender.content(10)), b""),
    "F003": partial(_instead, "F003", "raw", lambda _: ods(), b""),
    "F004": partial(_instead, "F004", "raw", lambda _: many_entries(), b""),
    "F005": partial(_spoilt, "F005", _headings_lost),
    "F006": partial(_instead, "F006", "forms", lambda _: [CALL_FORM], [SYSTEM_FORM]),  # what is missing is sent after
    "F007": partial(_spoilt, "F007", partial(_cell, "seats5", "其他")),
    "S601": partial(_instead, "S601", "report", lambda _: _report(f"{TOPICS} {'平稳。' * 1100}"), _report(TOPICS)),
    "S602": partial(
        _instead, "S602", "report", lambda _: _report("工作进展：平稳。 意见和建议：联网。"), _report(TOPICS)
    ),
}
"""What goes wrong, by the rule that asks about it."""
WHOLE = {"P503", "P506", "P507", "R204", "R207", "R209", "M706", "H109", "S601", "S602"}
"""Faults of a unit's table or report, which no city has."""
ALONE = {*WHOLE, "F001", "F002", "F003", "F004", "F005", "F006", "R201", "R202", "R205", "H101", "H102"}
ALONE |= {"M701", "M702", "M705 other", "R210"}  # what is left out of a hidden row is asked once it is shown
MEETING = [
    *({"B403", other} for other in ("P502", "R203", "R208", "V302", "V307")),
    *({"R208", other} for other in ("F007", "V309")),
]
"""Faults that no file has both of: a total cannot be compared with a row that is unreadable, and is asked about again when one
is deleted or corrected; a row that is added later would be converted too; a column that comes later ends an answer about the row."""


# Filings in words


TITLES = {"上年": ("2019年", "2018年"), "1-11月": ("2019年度", "2019年1-11月")}


def filing_in_words(
    unit: Unit,
    tokens: Sequence[str],
    saved: datetime,
    header: Mapping[str, str] | None = None,
    region: str | None = None,
) -> tuple[bytes, Rows]:
    """The unit's filing, or that of one ``region``, with what the tokens change in a clean one; and the rows that it has.

    seats6=40 calls_total6+9000    cells of 附表1, whose first region is in row 6; _ is a blank, and alone nothing
    name=李四                      what the header says
    缺7 隐7                        without the region of row 7 (缺7- and all below) · its row of 附表1 is hidden
    附表1                          that form alone
    上年 1-11月                    as the titles say
    全省 大30 各640 抄桂林市       the first row is the sum of all others · is thirty times itself · 年度培训人次 is 640 in all rows ·
                                   the first row has 桂林's call figures
    县                             a county's row below the city's
    """
    rows: Rows = {key: [dict(row) for row in clean_rows(unit, key) if region in (None, row["region"])] for key in FORMS}
    named, cells = dict(clean_header(unit) if header is None else header), dict[str, int | str | None]()
    for token in tokens:
        if match := re.fullmatch(r"([a-z_]+)(\d*)([=+])(.*)", token):
            key, row, sign, text = match[1], int(match[2] or 0), match[3], match[4].replace("_", " ")
            value = None if text == " " else int(text) if text.isdecimal() else text
            own = rows["附表1"][row - 6] if 5 < row < 6 + len(rows["附表1"]) else {}
            if not row:
                named[key] = str(value or "")
            elif key in own:
                own[key] = own[key] + value if sign == "+" else value
            else:
                cells[f"{key}{row}"] = value
        else:
            _change_rows(rows, token)
    forms = [key for key in FORMS if key in tokens] or [*FORMS]
    titles = next((TITLES[token] for token in tokens if token in TITLES), ("", ""))
    hidden = [int(token[1:]) for token in tokens if token[0] == "隐"]
    style = Style(sample=False, total="typed", title_year=bool(titles[0]))
    data = filing(
        unit, rows, {k: v for k, v in named.items() if v}, style, cells={"附表1": cells}, forms=forms, saved=saved
    )
    return _printed_otherwise(data, titles, hidden, saved), {key: rows[key] for key in forms}


def _change_rows(rows: Rows, token: str) -> None:
    first = rows["附表1"][0]
    if match := re.fullmatch(r"缺(\d+)(-?)", token):
        for listed in rows.values():
            del listed[int(match[1]) - 6 : None if match[2] else int(match[1]) - 5]
    elif match := re.fullmatch(r"空(\d+)", token):
        for listed in rows.values():
            listed[int(match[1]) - 6] = {"region": listed[int(match[1]) - 6]["region"]}
    elif token in ("全省", "大30"):
        for own, *others in rows.values():
            _sums([own, *(others if token == "全省" else [own] * 30)])
    elif token == "各640":
        for row in rows["附表1"]:
            row["training_attendances"] = 640
    elif token[0] == "抄":
        copied = next(r for u in EDITION.units for r in clean_rows(u) if r["region"] == token[1:])
        first.update({key: copied[key] for key in CALLS})
    elif token == "县":
        for listed in rows.values():
            part = {key: value // 5 if type(value) is int else value for key, value in listed[0].items()}
            listed.append({**part, "region": "海丰县"})
        rows["附表1"][1]["calls_total"] = sum(rows["附表1"][1][key] for key in CALLS[1:])
    else:
        assert token in TITLES or token in FORMS or token[0] == "隐", token


def _printed_otherwise(data: bytes, titles: tuple[str, str], hidden: Sequence[int], saved: datetime) -> bytes:
    """A filing with other words in what it prints, and rows of 附表1 hidden."""
    if not hidden and not titles[0]:
        return data
    book = openpyxl.load_workbook(BytesIO(data))
    for row in hidden:
        book["附表1"].row_dimensions[row].hidden = True
    for cell in (cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line):
        if titles[0] and isinstance(cell.value, str):
            cell.value = cell.value.replace(*titles)
    save_dated(book, out := BytesIO(), saved)
    return out.getvalue()
