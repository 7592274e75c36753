"""Who does exactly what message and letter say: each remedy of the one table, by respondents and staff; what must hold then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from cases import written
from cli_runs import report
from factory import parsed, save_dated
from faulty_senders import CALL_FORM, CALLS, FORMS, Sender, World
from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rules import RULES
from hrss12333.model.finding import Reason
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

LABELS = {column.key: "".join(column.label.split()) for form in EDITION.forms for column in form.columns}
CHOICES = {column.key for form in EDITION.forms for column in form.data if column.kind is not Kind.COUNT}
REASONS = [
    line["text"]
    for line in written("reasons.tsv")
    if line["expected"] == "reason" and not any(map(line["text"].__contains__, LABELS.values()))
]
"""Reasons that hotline staff would write; one that names a column would answer for that column alone."""
REMEDIES = ("correct", "suggest", "drop", "reason", "staff", "mail", "stand")
"""Ways of obeying, as far as the table names them for a question."""
NOTHING = {"F001", "F002", "F003", "F004", "R205", "M701", "M705 other"}
"""Faults of which nothing counts as long as they stand; then rules of which a row does not."""
LOST, LEFT_OUT = {"R204", "R207", "F006", "M706"}, {"R201", "R202", "R203", "R209", "R210"}
Fault = tuple[str, str, str, str]
"""What must not be: what, of which rule, after which remedy, and the details."""


class Question(NamedTuple):
    """An entry of JSON's ``questions``; its findings, the ground first."""

    respondent: str
    facts: list[dict[str, Any]]
    form: str | None
    region: str | None
    fields: frozenset[str]

    @property
    def rule(self) -> str:
        return str(self.facts[0]["rule"])

    def same(self, other: Question) -> bool:
        """Whether it is the same over rounds: respondent, form, region and a field in common, else the rule."""
        about = self[:1] + self[2:4] == other[:1] + other[2:4]
        alike = self.fields & other.fields or (self.fields == other.fields and self.rule == other.rule)
        return about and bool(alike)


class Done(NamedTuple):
    """A question that was answered, and how."""

    question: Question
    remedy: str
    words: str = ""


def open_ones(made: Any) -> list[Question]:
    asked = [each for each in made["questions"] if each["state"] == "open"]
    return [
        Question(q["respondent"], [q["ground"], *q["further"]], q["form"], q["region"], frozenset(q["fields"]))
        for q in asked
    ]


def _go_together(one: Question, other: Question) -> bool:
    """Whether one remedy answers both: of both forms alike, and of figures of a row that both name."""
    about_both = set.intersection(*({key for fact in each.facts for key in figures_of(fact)} for each in (one, other)))
    return one.respondent == other.respondent and (
        one.rule == other.rule or (one[2:4] == other[2:4] and not about_both <= {None})
    )


def missing(name: str) -> Question:
    """What is asked of a respondent that is 没报."""
    nothing: dict[str, Any] = dict.fromkeys(("form", "field", "cell", "sheet"))
    finding = {**nothing, "rule": "M701", "severity": "error", "message": "", "suggestions": []}
    return Question(name, [finding], None, None, frozenset())


def figures_of(fact: dict[str, Any]) -> set[str]:
    """Keys of the columns that a message names, and of the cell that it is about."""
    return {fact["field"]} | {key for key, label in LABELS.items() if label in fact["message"]}


def reason_of(fact: dict[str, Any]) -> Reason:
    """The reason in 备注 that answers it: of an error only where the table says so, never of a missing answer."""
    known, is_choice = ANSWERS[fact["rule"]], fact["rule"] == "V301" and fact["field"] in CHOICES
    return Reason.NONE if is_choice or (fact["severity"] == "error" and not known.softens) else known.reason


class Rounds:
    """One inbox over its rounds."""

    def __init__(self, world: World, remedies: Sequence[str] = ()) -> None:
        self.world, self.chance, self.only, self.base = world, world.chance, remedies, world.folder.parent
        self.number, self.faults, self.done = 0, list[Fault](), list[Done]()

    def play(self) -> list[Fault]:
        """Three rounds: asked, obeyed, quiet; then the unit's form at the ministry. What must not be."""
        senders = self.world.senders.values()
        self.world.send_all()
        first = self.merge()
        whole = self.world.unit.name if self.world.unit else ""
        asked = [each for each in open_ones(first) if each.respondent == whole or self.sender_of(each)]
        asked += [missing(s.name) for s in senders if s.silent and s.name not in [each.respondent for each in asked]]
        self.obey(asked)
        if self.done:
            second = self.merge()
            self.hold_answers(asked, open_ones(second))
            if not self.faults:
                self.hold_end(second)
            since = self.merge()["since"]
            self.faults += [(f"third: {key}", "", "", str(item)) for key in ("new", "corrected") for item in since[key]]
            if self.world.unit:
                self.hold_ministry()
        return self.faults

    def merge(self) -> Any:
        """The next round: what it prints as JSON."""
        self.number += 1
        unit, more = self.world.unit, list[str | Path](["--returns", self.base / "退"])
        if self.number > 1:
            more = ["--since", self.book(self.number - 1), "--force"]
        elif unit and any("P505" in each.names for each in self.world.senders.values()):
            (self.base / "去年.xlsx").write_bytes(self.world.last_year())
        if (self.base / "去年.xlsx").exists():
            more += ["--previous", self.base / "去年.xlsx"]
        return self._run("merge", "-o", self.base / f"{self.number}.xlsx", *more)

    def check(self) -> Any:
        """The same questions, without writing."""
        return self._run("check")

    def _run(self, command: str, *more: str | Path) -> Any:
        whose = ["--unit", self.world.unit.short] if self.world.unit else []
        return report(command, self.world.folder, *whose, *more)

    def sender_of(self, question: Question) -> Sender | None:
        """Who is asked, or whose file it is of which the program does not know whose it is."""
        if self.world.unit and question.respondent == self.world.unit.name:
            return None
        file = str(question.facts[0].get("file"))
        named = (each for name, each in self.world.senders.items() if name in file)
        return self.world.senders.get(question.respondent) or next(named, None)

    def book(self, number: int) -> Path:
        return self.base / (f"{number}_汇总.xlsx" if self.world.unit else f"{number}.xlsx")

    def fault(self, what: str, question: Question, remedy: str, *details: object) -> None:
        self.faults.append((what, question.rule, remedy, str(details)))

    # What must hold

    def hold_answers(self, asked: Sequence[Question], now: Sequence[Question]) -> None:
        for question in now:
            message = question.facts[0]["message"]
            if done := next((each for each in self.done if each.question.same(question)), None):
                self.fault("asked again", done.question, done.remedy, question.rule, message, done.words)
            elif not any(each.same(question) for each in asked) and question.rule != "M701":
                of = [each for each in self.done if each.question.respondent == question.respondent]
                self.fault("asked anew", question, " ".join(f"{d.question.rule}:{d.remedy}" for d in of), message)

    def hold_end(self, made: Any) -> None:
        """All is 可以用, and totals are the truth's."""
        states = {each["name"]: each["state"] for each in made["respondents"]}
        refused = {done.question.respondent for done in self.done if done.words.startswith("不报")}
        how = " ".join(f"{each.question.rule}:{each.remedy}" for each in self.done)
        for name in self.world.senders:
            if states[name].partition("（")[0] != ("没报" if name in refused else "可以用"):
                self.faults.append(("state", "", how, f"{name} {states[name]}"))
        for form in FORMS:
            for key, told in made["totals"][form].items():
                true = self.world.total(form, key)
                if not isinstance(told, dict) and (told or 0) != true:
                    self.faults.append(("total", "", how, f"{key} {told} instead of {true}"))

    def hold_ministry(self) -> None:
        """The unit's official form, sent on: nothing is asked about its rows that was answered."""
        (self.base / "部").mkdir()
        (self.base / "部" / "报送表.xlsx").write_bytes((self.base / "3.xlsx").read_bytes())
        made = report("merge", self.base / "部", "-o", self.base / "部.xlsx")
        for question in (each for each in open_ones(made) if each.region):
            for done in self.done:
                honoured = done.remedy != "stand" or done.question.facts[0]["severity"] == "query"
                if honoured and question.same(done.question._replace(respondent=question.respondent)):
                    message = question.facts[0]["message"]
                    self.fault("asked by the ministry", done.question, done.remedy, message, done.words)

    # Obeying

    def obey(self, asked: Sequence[Question]) -> None:
        """One remedy of each question; what a respondent corrects and explains comes in one version."""
        remarks: dict[tuple[str, str, int], list[Done]] = {}
        sending, staff = dict[str, Sender](), list[Done]()
        for question in asked:
            sender, ways = self.sender_of(question), self.remedies(question)
            if not ways:
                self.fault("no remedy", question, "", question.facts[0]["message"])
                continue
            usual = [each.remedy for each in self.done if _go_together(each.question, question)]
            remedy = usual[0] if {*usual} & {*ways} else self.chance.choice(ways)
            done = Done(question, remedy, self.words(question, remedy))
            self.done.append(done)
            if sender and remedy in ("correct", "suggest", "drop"):
                sending[sender.name] = sender
                self.correct(sender, question, remedy)
            elif sender and remedy == "reason":
                sending[sender.name] = sender
                form = question.form or CALL_FORM
                remarks.setdefault((sender.name, form, sender.at(form, question.region) or 0), []).append(done)
            else:
                staff.append(done)
                if sender and remedy == "mail":
                    self.world.send(sender, 18, "-", words=done.words)
            if sender and done.words:
                self.let_stand(sender, question, done.words)
        for (name, form, at), texts in remarks.items():
            said = [
                (each.words, "、".join(LABELS[key] for key in LABELS if key in each.question.fields)) for each in texts
            ]
            text = "；".join(f"{labels}：{words}" if labels and len(said) > 1 else words for words, labels in said)
            self.world.senders[name].rows[form][at]["remarks"] = text
        for sender in sending.values():
            self.deliver(sender)
        self.enter(staff)

    def remedies(self, question: Question) -> list[str]:
        """What the table names for all that this question tells."""
        sender, facts = self.sender_of(question), question.facts
        reasons = [reason_of(fact) for fact in facts]
        # Both rows that differ are let stand as they are, or none of their figures is.
        ways = ["stand"] if question.rule != "R203" or not sender or sender.names == {"R203"} else []
        if all(fact["severity"] == "query" or reason for fact, reason in zip(facts, reasons, strict=True)):
            ways += ["staff", "mail"] if sender else ["staff"]
        if sender:
            ways += ["correct"] if not ANSWERS[question.rule].removal or question.rule not in sender.drops else ["drop"]
            ways += ["suggest"] if all(fact["suggestions"] for fact in facts) else []
            ways += ["reason"] if all(reasons) and not sender.raw and not sender.silent else []
        return [way for way in ways if not self.only or way in self.only]

    def words(self, question: Question, remedy: str) -> str:
        """What is written: the sentence that the message prints, else a reason that speaks of what it must."""
        if remedy == "stand":
            reason = self.chance.choice(REASONS)
            return f"不报，{reason}" if question.rule == "M701" else f"按原数列示，{reason}"
        if remedy not in ("reason", "staff", "mail"):
            return ""
        return "；".join(dict.fromkeys(self.sentence(question, fact) for fact in question.facts))

    def sentence(self, question: Question, fact: dict[str, Any]) -> str:
        reason = self.chance.choice(REASONS)
        if printed := re.search("写明[“「]([^”」]+)[”」]", fact["message"]):
            measure = re.search("（(.+?)）", fact["message"])
            text = re.sub("以…+为单位", f"以{measure[1]}为单位" if measure else "", printed[1])
            return re.sub("…+", reason, text)
        absent = re.search("缺少[0-9]+个地区：(.+?)。", fact["message"])
        about = {
            Reason.PERIOD: "本表是2019年度的数据，标题误写",
            Reason.PLACE: f"{fact['cell']}的数是企业来电，仅供参考",
            Reason.UNIT: f"{absent[1] if absent else question.region or question.respondent}：{reason}",
            Reason.REGION: f"{question.region}：{reason}",
        }
        return about.get(reason_of(fact), reason)

    def let_stand(self, sender: Sender, question: Question, words: str) -> None:
        """What was asked about is true as it was sent: figures count as they stand, what stays out adds nothing."""
        rule, told = question.rule, {*question.fields}
        for fact in question.facts[1:]:
            told |= {fact["field"], *RULES[fact["rule"]].figures, *(CALLS if fact["rule"] == "P505" else ())}
        if rule in ("P503", "P506", "P507"):
            sender.truth = deepcopy(sender.rows)
        for form in FORMS:
            if rule == "R208" and "不含" in words:
                added = (row for row in sender.rows[form] if row["region"] == question.region)
                sender.truth[form] += [{key: row[key] for key in sender.truth[form][0]} for row in added]
            for at, row in enumerate(sender.truth[form]):
                asked = (question.form in (form, None) or rule == "R209") and sender.at(form, question.region) == at
                lost = form not in sender.forms or sender.at(form, row["region"]) is None
                counts = "暂计入" in question.facts[0]["message"]
                unread = sender.names & NOTHING or (rule == "F005" and form == CALL_FORM)
                if unread or (rule in LOST and lost) or (rule in LEFT_OUT and asked and not counts):
                    row.update({key: None for key in row if key != "region"})
                is_out = row.keys() > {"region"} and not any(row[key] is not None for key in row.keys() - {"region"})
                for key in (told & {*row}) - {"region"} if asked and rule[0] in "VBP" and not is_out else ():
                    sent = sender.rows[form][at][key]
                    readable = isinstance(sent, bool) or (isinstance(sent, int) and sent >= 0)
                    row[key] = sent if readable and rule != "V308" else None
                if rule == "F007":
                    row.pop("seats", None)
                if rule == "V309" and "V309" in sender.names and row.get("training_attendances"):
                    row["training_attendances"] *= 1000

    def correct(self, sender: Sender, question: Question, remedy: str) -> None:
        for fact in question.facts:
            rule, form = fact["rule"], question.form or fact["form"] or CALL_FORM
            rule = "F006" if rule == "R207" and "F006" in sender.names else rule
            if rule in {*sender.spoils, *sender.fixes, *sender.mended}:
                sender.mend(rule)
                continue
            if rule[0] == "H":
                sender.header = dict(sender.right)
                continue
            at = sender.at(form, question.region)
            rows = zip(sender.rows[form], sender.truth[form], strict=False)
            if at is None and rule in ("R201", "R202"):
                at = next(at for at, (row, true) in enumerate(rows) if row["region"] != true["region"])
            if at is None:
                self.fault("nothing here obeys", question, remedy, fact["message"])
            elif remedy == "suggest":
                for new in (fact["suggestions"][0], *fact["suggestions"][0]["also"]):
                    sender.rows[form][at][new["field"]] = new["value"]
                    if new["value"] != sender.truth[form][at][new["field"]]:
                        self.fault("wrong suggestion", question, remedy, new, fact["message"])
            else:
                for key in (question.fields | figures_of(fact)) & {*sender.rows[form][at]}:
                    sender.rows[form][at][key] = sender.truth[form][at][key]

    def deliver(self, sender: Sender) -> None:
        """The new version: a file of another name, the same in a mail, or the marked copy sent back with the same changes."""
        before, after = sender.last, sender.content(16)
        way = self.chance.choice(("file", "mail", "copy"))
        copy = self.marked_copy(sender) if way == "copy" and not sender.raw else None
        # A copy has no form to fill in anew, and no room for more rows.
        if copy and before[:2] == b"PK" and _has_room(before, after):
            changed = _changed_alike(copy[1], before, after)
            self.world.send(sender, 16, copy[0], changed, words="您好，附件请查收。")
        elif way == "mail":
            self.world.send(sender, 16, data=after, words="您好，附件请查收。")
        else:
            self.world.send(sender, 16, f"{Path(sender.file).stem}-1.xlsx", after)

    def marked_copy(self, sender: Sender) -> tuple[str, bytes] | None:
        """Name and content of what was attached to this respondent's letter."""
        for path in (self.base / "退").glob(f"*_{sender.name}.eml"):
            for part in parsed(path).iter_attachments():
                if "审核" in str(part.get_filename()):
                    return str(part.get_filename()), bytes(part.get_content())
        return None

    def enter(self, entries: Iterable[Done]) -> None:
        """Staff's entries in 问题清单."""
        book = openpyxl.load_workbook(self.book(self.number))
        page = book["问题清单"]
        top = next(cell.row for cell in page["A"] if cell.value == "序号")
        heads = {str(cell.value): cell.column for cell in page[top]}
        noun = "报送地区" if self.world.unit else "报送单位"
        for question, remedy, words in entries:
            first = question.facts[0]
            wanted = [question.rule, question.region or "", first["cell"] or "", first["sheet"] or ""]
            for row in range(top + 1, page.max_row + 1):
                line = [str(page.cell(row, heads[head]).value or "") for head in ("规则", "地区", "单元格", "工作表")]
                mine = page.cell(row, heads[noun]).value == question.respondent
                if mine and all(part in told for part, told in zip(wanted, line, strict=True)):
                    for head, value in (("核实情况", words), ("核实人", "王芳"), ("核实日期", date(2020, 1, 18))):
                        page.cell(row, heads[head], value)
                    break
            else:
                self.fault("no line in 问题清单", question, remedy)
        book.save(self.book(self.number))


def _has_room(before: bytes, after: bytes) -> bool:
    """Whether a version has the sheets of another, laid out alike and with no more rows."""
    old, new = (openpyxl.load_workbook(BytesIO(data)) for data in (before, after))
    alike = (sheet["A1"].value == old[sheet.title]["A1"].value for sheet in new if sheet.title in old)
    rows = (sheet.max_row <= old[sheet.title].max_row for sheet in new if sheet.title in old)
    return old.sheetnames == new.sheetnames and all(alike) and all(rows)


def _changed_alike(copy: bytes, before: bytes, after: bytes) -> bytes:
    """The copy with the cells that differ between two versions."""
    book, old, new = (openpyxl.load_workbook(BytesIO(data)) for data in (copy, before, after))
    for sheet in (sheet for sheet in new.worksheets if sheet.title in old.sheetnames):
        former = old[sheet.title]
        for row in range(1, max(sheet.max_row, former.max_row) + 1):
            book[sheet.title].row_dimensions[row].hidden = sheet.row_dimensions[row].hidden
            for column in range(1, max(sheet.max_column, former.max_column) + 1):
                if (value := sheet.cell(row, column).value) != former.cell(row, column).value:
                    book[sheet.title].cell(row, column).value = value
    save_dated(book, out := BytesIO(), new.properties.modified)
    return out.getvalue()
