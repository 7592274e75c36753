"""Two rounds of the ministry (32 units) and of a province (21 cities): what each sends, and what is then asked of it.

The expected columns come from the contract, not from the program. A line a round:

    who | what it sends | state | findings | address of the letter (- none), where it is not the sender's

*What it sends*: sendings apart by ``;``. 信10 is a mail of 10 January, 件 a loose file (件24 saved on the 24th). What was sent in the
first round lies there in the second, too. A sending is the whole filing of the unit, or the city's row, changed by:

    seats6=40 缺7 上年 …           as `filing_in_words` has them
    空 扫描 加密 损坏              nothing attached · a .pdf · a workbook with a password, or damaged
    「名」 题：主题 说：正文 自x@y    the file's name, the mail's subject, its own words, its sender · ／ parts two files of one mail

*Findings*: ``B401! 西安市`` is an error in this region, ``?`` a query, ``=`` one that 备注 or staff have settled, ``.`` a note. In the
second round 新 and 未 are before what is new and what is still open; 正 was asked in the first, and is corrected.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from click.testing import Result

from cli_runs import report, run, run_in_both
from damaged import encrypted
from factory import clean_header, lines_below, mail, parsed, stored, unit_named, words_of, write_below
from faulty_senders import filing_in_words
from hrss12333.survey.regions import Unit

pytestmark = pytest.mark.usefixtures("here")
MINISTRY = """
北京市 | 件 | 可以用 |
· | | 可以用 |
天津市 | 件 损坏 | 要改 | F001! M701! | -
· | 件24「天津市再报」 | 可以用 | F001. 正F001!
河北省 | 信10 calls_total6+9000 | 要改 | B401! 石家庄市
· | 信21 题：河北省调查表更正 说：来电总量多录9000，已改，以本次为准。 | 可以用 | M702. 正B401! 石家庄市
山西省 | 件 email= calls_total6+9000; 信9 空 自sx@example.com 题：山西省12333调查表 说：调查表已另行报送。 | 要改 | B401! 太原市 H107. | sx@example.com
· | 件24「山西省（更正）」 email= calls_total6+9000 remarks6=9月系统升级，升级当天的来电只有总数 | 可以用 | H107. B401= 太原市
内蒙古自治区 | 信10 calls_total6+9000 | 要改 | B401! 呼和浩特市
· | 信22 | 可以用 | M702. 正B401! 呼和浩特市
辽宁省 | 信10 | 可以用 |
· | 信22 seats7=4 | 要核实 | 新M702? 大连市
吉林省 | 信10 calls_total6+9000 remarks6=9月系统升级，升级当天的来电只有总数 | 可以用 | B401= 长春市
· | | 可以用 | B401= 长春市
黑龙江省 | 信10 seats6=40 | 要核实 | P504? 哈尔滨市
· | | 可以用 | P504= 哈尔滨市
上海市 | 信10 seats6=60 | 要核实 | P504? 黄浦区
· | | 要核实 | 未P504? 黄浦区
江苏省 | 件「江苏省（盖章）」 扫描 | 没报 | M701! | -
· | 信22 | 可以用 | M704.
浙江省 | | 没报 | M701! | -
· | | 没报 | M701! | -
安徽省 | 信10 空 题：安徽省12333调查表 说：现将调查表报上，详见附件。 | 没报 | M701!
· | 信22 | 可以用 |
福建省 | 信20 | 可以用 | M704.
· | | 可以用 | M704.
江西省 | 信10 上年 | 要改 | M705! M701!
· | 信22 | 可以用 | 正M705!
山东省 | 信10 隐9 | 要改 | R210! 枣庄市
· | 信22 题：山东省调查表（修改） seats7=6 | 可以用 | M702. 正R210! 枣庄市
河南省 | 信10 全省 | 要核实 | R209? 郑州市
· | 信22 | 可以用 | M702. 正R209? 郑州市
湖北省 | 信10 各640 | 要核实 | P507? 武汉市
· | | 可以用 | P507= 武汉市
湖南省 | 信9 抄桂林市 | 要核实 | P507? 长沙市
· | 信22 空 说：来函收悉，长沙市各项来电数由话务平台导出。 | 要核实 | 未P507? 长沙市
广东省 | 信10 seats9=9 remarks9=〔核实_坐席数：含备用坐席2个，平时不启用〕 | 可以用 | P504= 珠海市
· | | 可以用 | P504= 珠海市
广西壮族自治区 | 信12 | 要核实 | P507? 桂林市
· | | 要核实 | 未P507? 桂林市
海南省 | 信10 ; 件 | 可以用 | M703.
· | | 可以用 | M703.
重庆市 | 信10 加密 | 要改 | F002! M701!
· | 信22 | 可以用 | F002. 正F002!
四川省 | 信10 ／「成都市」 seats6=20 缺7- | 要改 | R203! 成都市
· | 信22 题：四川省调查表更正 seats6=20 | 可以用 | M702. 正R203! 成都市
贵州省 | 信10 | 可以用 |
· | 信22 题：贵州省调查表更正 缺7 seats6=12 | 要核实 | M702. 新M706? 六盘水市 新M706? 六盘水市
云南省 | 信10 seats6=90 | 要核实 | P504? 昆明市
· | | 要核实 | 未P504? 昆明市
西藏自治区 | 信10 seats6=20 | 要核实 | P504? 拉萨市
· | 信22 题：西藏调查表更正 seats6=25 | 要核实 | M702. 未P504? 拉萨市
陕西省 | 信10 calls_total6+9000 | 要改 | B401! 西安市
· | 信21 空 说：来函收悉，正在与话务平台核对，核对后报送。 | 要改 | 未B401! 西安市
甘肃省 | 信10 remarks6=另有微信咨询3521件 | 可以用 |
· | | 可以用 |
青海省 | 信10 afar3=3521 | 要核实 | V310?
· | 信22 题：青海省调查表（修改） seats7=6 | 可以用 | M702. 正V310?
宁夏回族自治区 | 信10 ; 件25「宁夏-去年」 seats6=9 | 要核实 | M702? 银川市
· | | 可以用 | M702= 银川市
新疆维吾尔自治区 | 信10 附表1 | 要核实 | F006?
· | 信22 附表2 | 可以用 | 正F006?
新疆生产建设兵团 | 信20 calls_total6+9000 | 要改 | B401! 第一师阿拉尔市 M704.
· | 信24 题：兵团调查表更正 | 可以用 | M702. M704. 正B401! 第一师阿拉尔市
"""
"""Besides, a stranger's mail names nobody."""

PROVINCE = """
广州市 | 件 | 可以用 |
· | | 可以用 |
韶关市 | 信10 calls_total6+9000 ; 信12 说：来电总量多录9000，已改。 | 可以用 | M702.
· | | 可以用 | M702.
深圳市 | 信10 calls_total6+9000 | 要改 | B401! 深圳市
· | 信21 说：来电总量多录9000，已改。 | 可以用 | M702. 正B401! 深圳市
珠海市 | 信10 seats6=9 | 要核实 | P504? 珠海市
· | | 可以用 | P504= 珠海市
汕头市 | | 没报 | | -
· | 信22 | 可以用 | M704.
佛山市 | | 没报 | | -
· | 信22 空 题：佛山市12333的说明 说：我市热线已并入政务热线，话务数据由对方管理。 | 没报 |
江门市 | 件 损坏 | 要改 | F001! 江门市 | -
· | | 要改 | 未F001! 江门市 | -
湛江市 | 信10 1-11月 training_attendances6=51 | 要核实 | M705?
· | 信22 | 可以用 | M705. 正M705?
茂名市 | 信10 voicemail6=部分 complaints6=部分 | 要改 | V304! 茂名市 V304! 茂名市
· | | 要改 | 未V304! 茂名市 未V304! 茂名市
肇庆市 | 信10 扫描 题：肇庆市12333调查表 | 没报 |
· | 信22 | 可以用 |
惠州市 | 信20 calls_total6+9000 | 要改 | B401! 惠州市 M704.
· | 信24 题：惠州市调查表更正 | 可以用 | M702. M704. 正B401! 惠州市
梅州市 | 件 email= calls_total6+9000; 信9 空 自mz@example.com 题：梅州市12333调查表 说：调查表已另行报送。 | 要改 | B401! 梅州市 H107. | mz@example.com
· | 件24「梅州市（更正）」 email= | 可以用 | M702. H107. 正B401! 梅州市
汕尾市 | 信10 县 | 要核实 | R208? 海丰县 R208? 海丰县
· | | 可以用 | R208= 海丰县 R208= 海丰县
河源市 | 信10 remarks6=12月为暂估 | 可以用 |
· | 信22 题：河源市调查表更正 | 可以用 |
阳江市 | 信10 calls_total6+9000 remarks6=9月系统升级，升级当天的来电只有总数 | 可以用 | B401= 阳江市
· | | 可以用 | B401= 阳江市
清远市 | 信10 ; 信12 seats6=4 | 要核实 | M702? 清远市
· | | 可以用 | M702= 清远市
东莞市 | 信10 voicemail6=部分 | 要改 | V304! 东莞市
· | 信21 空 说：留言服务的开通情况正在核对。 | 要改 | 未V304! 东莞市
中山市 | 信10 ; 件 | 可以用 | M703.
· | | 可以用 | M703.
潮州市 | 信9 抄揭阳市 | 要核实 | P507? 潮州市
· | 信22 题：潮州市调查表更正 | 可以用 | M702. 正P507? 潮州市
揭阳市 | 信12 | 要核实 | P507? 揭阳市
· | | 可以用 | 正P507? 揭阳市
云浮市 | 信10 大30 | 要核实 | R209? 云浮市
· | 信22 | 可以用 | M702. 正R209? 云浮市
"""

MINISTRY_STAFF = """
黑龙江省 | P504 | 含备用坐席，平时不启用 | 王芳 | 2020-01-21 |
上海市 | P504 | 已核实 | 王芳 | 2020-01-21 | 没有写明原因
湖北省 | P507 | 全省集中组织培训，按同一人次填报 | 王芳 | 2020-01-21 |
云南省 | P504 | 电话核实，含备用坐席 | 王芳 | | 没有写核实日期
西藏自治区 | P504 | 含备用坐席，平时不启用 | 王芳 | 2020-01-21 | 变动
宁夏回族自治区 | M702 | 去年的表误存入收件箱，以邮件为准 | 王芳 | 2020-01-21 |
"""
"""What staff write in 问题清单 after the first round; last, what an entry lacks that does not settle (西藏's figure changes then)."""
PROVINCE_STAFF = """
珠海市 | P504 | 含备用坐席2个，平时不启用 | 李明 | 2020-01-21 |
汕尾市 | R208 | 汕尾市的数已包括海丰县的数 | 李明 | 2020-01-21 |
清远市 | M702 | 以1月12日的为准，坐席停用一个 | 李明 | 2020-01-21 |
"""


class Case(NamedTuple):
    """What a scenario has beside its table; a pair is of the first round and of the second."""

    only: Unit | None
    """The unit whose cities send; None for the ministry."""
    table: str
    staff: str
    notes: tuple[Mapping[str, str], Mapping[str, str]]
    """What stands beside a name in the lists, and in no letter."""
    uncounted: tuple[str, str]
    """Names without a row in the totals of 附表1: of the unit's all, or of this region."""
    changed: str
    """Whose figures changed beyond what was asked."""


CASES = {
    "部": Case(
        None,
        MINISTRY,
        MINISTRY_STAFF,
        (
            {"安徽省": "1月10日来信未带附件", "江苏省": "有扫描件"},
            {"湖南省": "1月22日来信，见附注", "陕西省": "1月21日来信，见附注"},
        ),
        ("天津市 江苏省 浙江省 安徽省 江西省 重庆市 枣庄市 郑州市 成都市", "浙江省 六盘水市"),
        "大连市 青岛市 贵阳市 海东市",
    ),
    "省": Case(
        unit_named("广东"),
        PROVINCE,
        PROVINCE_STAFF,
        ({"肇庆市": "1月10日来信，附件为扫描件"}, {"东莞市": "1月21日来信，见附注", "佛山市": "1月22日来信，见附注"}),
        ("汕头市 佛山市 江门市 肇庆市 海丰县", "佛山市 江门市 海丰县"),
        "湛江市",
    ),
}
STATES = ("要改", "要核实", "没报", "可以用")


class Expected(NamedTuple):
    """A line of a scenario's table."""

    sends: str
    state: str
    findings: list[tuple[str, str]]
    """(mark, rule with what it is and region), the mark being 新, 未, 正 or nothing."""
    to: str


def lines_of(table: str) -> dict[str, list[Expected]]:
    """Who → the first round and the second."""
    found: dict[str, list[Expected]] = {}
    for line in table.strip().splitlines():
        name, sends, state, findings, to, *_ = [*map(str.strip, line.split("|")), "", ""]
        tokens = re.findall(r"([新未正]?)([A-Z]\d{3}[!?=.])(?: ([^\sA-Z新未正]\S*))?", findings)
        told = [(mark, f"{rule} {region or ''}") for mark, rule, region in tokens]
        who = next(reversed(found)) if name == "·" else name
        found.setdefault(who, []).append(Expected(sends, state, told, to))
    return found


class Inbox:
    """The folder that a scenario fills, round by round."""

    def __init__(self, folder: str, only: Unit | None, names: Iterable[str]) -> None:
        self._folder, self._only, self._names = Path(folder), only, [*names]
        self._folder.mkdir()
        self.whose: dict[str, str] = {}
        """Loose file or mail → who sent it."""
        self.calls: dict[tuple[str, str], int] = {}
        """Who and region → 来电总量 as it was sent last."""

    def email(self, who: str) -> str:
        """The address in a filing's header."""
        return self._header(who)["email"]

    def send(self, who: str, sends: str) -> None:
        """What one of them sends in a round."""
        for sending in filter(None, map(str.strip, sends.split(";"))):
            first, *others = sending.split("／")
            head, *tokens = first.split()
            match = re.fullmatch(r"(信|件)(\d*)(?:「(.+)」)?", head)
            assert match, head
            kind, day, name = match[1], int(match[2] or 10), match[3] or who
            words = {token[0]: token[2:] for token in tokens if token[1:2] == "："}
            attached = [] if "空" in tokens else [self._file(who, name, tokens, day)]
            for named, *changes in map(str.split, others):
                attached.append(self._file(who, named.strip("「」"), changes, day))
            if kind == "信":
                content = mail(
                    *attached,
                    said=words.get("说", "您好，附件请查收。"),
                    subject=words.get("题", "报送12333调查表"),
                    sent=f"{day:02} Jan 2020 09:00:00 +0800",
                    sender=next((token[1:] for token in tokens if token[0] == "自"), self.email(who)),
                )
                attached = [(f"{len(self.whose):03}.eml", content)]
            for file, content in attached:
                (self._folder / file).write_bytes(content)
                os.utime(self._folder / file, (datetime(2020, 1, day).timestamp(),) * 2)
                self.whose[file] = who

    def who_is_asked(self, finding: Mapping[str, Any]) -> str:
        """Whose file a finding is about; M701 names the unit."""
        parts = Path(finding["file"]).parts
        return self.whose[parts[1]] if parts else next(n for n in self._names if finding["message"].startswith(n))

    def _header(self, who: str) -> dict[str, str]:
        if not self._only:
            return clean_header(who)
        at = self._names.index(who)
        about = {"name": f"张{at}", "mobile": f"138000001{at:02}", "email": f"city{at:02}@example.com"}
        return {**clean_header(self._only), **about}

    def _file(self, who: str, name: str, tokens: Sequence[str], day: int) -> tuple[str, bytes]:
        """A file's name and content."""
        if "扫描" in tokens:
            return f"{name}.pdf", b"%PDF-1.4\n"
        if "加密" in tokens:
            return f"{name}.xlsx", encrypted()
        if "损坏" in tokens:
            return f"{name}.xlsx", b"PK\x03\x04" + bytes(40)
        changes = [token for token in tokens if token[1:2] != "："]
        unit, region = (self._only, who) if self._only else (unit_named(who), None)
        data, rows = filing_in_words(unit, changes, datetime(2020, 1, day, 1), self._header(who), region)
        self.calls |= {(who, row["region"]): row["calls_total"] for row in rows.get("附表1", ())}
        return f"{name}.xlsx", data


def listed_in(text: str) -> dict[str, dict[str, str]]:
    """State → name → what stands beside it, of the lists that begin the terminal's output."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        state, _, listed = line.strip().partition(" ")
        if state in STATES:
            names = re.findall(r"([^、（）：]+)(?:（([^）]*)）)?(?:、|$)", listed.partition("：")[2])
            found[state] = {name: re.sub(r"^(改正\d+处)?、?(核实\d+处)?；?", "", note) for name, note in names}
    return found


def answer(workbook: str, case: Case) -> None:
    """Staff write in 问题清单 and, of 甘肃's text, in 附注."""
    book = openpyxl.load_workbook(workbook)
    noun = "报送地区" if case.only else "报送单位"
    for line in case.staff.strip().splitlines():
        name, rule, text, who, day, _ = map(str.strip, line.split("|"))
        written: dict[str, Any] = {
            "核实情况": text,
            "核实人": who,
            "核实日期": date.fromisoformat(day) if day else None,
        }
        write_below(book["问题清单"], {noun: name, "规则": rule}, **written)
    write_below(book["附注"], {"原文": "另有微信咨询3521件"}, "原文", 处理情况="已阅", 处理人="王芳")
    book.save(workbook)


def in_words(finding: Mapping[str, Any]) -> str:
    """A finding as the tables write it."""
    settled = finding["explained"] or finding.get("settled")
    sign = "=" if settled else {"error": "!", "query": "?", "note": "."}[finding["severity"]]
    return f"{finding['rule']}{sign} {finding['region'] or ''}"


def play(name: str) -> list[tuple[Result, Any]]:
    """Both rounds of a scenario, each held against its table; what each printed, and its JSON."""
    case, played = CASES[name], []
    expected = lines_of(case.table)
    inbox = Inbox(name, case.only, expected)
    (Path(name) / "咨询.eml").write_bytes(mail(said="请问贵处还办理培训吗？", subject="咨询", sender="x@else.org"))
    inbox.whose["咨询.eml"] = ""
    command = ["merge", name, *(["--unit", case.only.short] if case.only else []), "--returns", "退"]
    for number, more in enumerate(
        (["-o", "一.xlsx"], ["-o", "二.xlsx", "--since", f"{book_of(case, '一')}", "--force"])
    ):
        for who, rounds in expected.items():
            inbox.send(who, rounds[number].sends)
        result, printed = run_in_both(*command, *more)
        played.append((result, json.loads(printed)))
        lines = {who: rounds[number] for who, rounds in expected.items()}
        hold_lists(case, number, inbox, lines, *played[-1])
        hold_letters(case, number, inbox, lines, result)
        if number == 0:
            answer(book_of(case, "一"), case)
        else:
            first = {who: rounds[0] for who, rounds in expected.items()}
            hold_progress(case, first, lines, *played[-1])
    return played


def book_of(case: Case, number: str) -> str:
    """The workbook with 问题清单 of a round."""
    return f"{number}_汇总.xlsx" if case.only else f"{number}.xlsx"


def hold_lists(case: Case, number: int, inbox: Inbox, lines: Mapping[str, Expected], result: Result, made: Any) -> None:
    """States, findings and totals; what nobody is known to have written."""
    listed = listed_in(result.stdout)
    assert {who: state for state, names in listed.items() for who in names} == {w: e.state for w, e in lines.items()}
    notes = {who: note for names in listed.values() for who, note in names.items() if note}
    assert notes == case.notes[number]
    found: dict[str, list[str]] = {who: [] for who in lines}
    for finding in made["findings"]:
        if finding["rule"] != "M703" or not finding["form"]:  # rows that a version leaves as they were
            found[inbox.who_is_asked(finding)].append(in_words(finding))
    for who, line in lines.items():
        told = [words for mark, words in line.findings if mark != "正"]
        notes_told = {words[:5] for words in told if words[4] == "."}
        assert sorted(w for w in found[who] if w[4] != ".") == sorted(w for w in told if w[4] != "."), who
        assert {words[:5] for words in found[who] if words[4] == "."} == notes_told, who
        assert found[who].count("M704. ") < 2, who
    out = case.uncounted[number].split()
    calls = sum(figure for (who, region), figure in inbox.calls.items() if who not in out and region not in out)
    assert made["totals"]["附表1"]["calls_total"] == calls
    assert [text["text"] for text in made["texts"]] == ["咨询", "请问贵处还办理培训吗？"]
    shown = result.stdout.partition("加 -v 列出全部")[2] or result.stdout.partition("附注")[2]
    if number == 0:
        assert "来源不明　《咨询.eml》" in shown
    else:  # what is new comes first
        assert all(who in shown for who, note in case.notes[1].items() if "来信" in note)


def hold_letters(case: Case, number: int, inbox: Inbox, lines: Mapping[str, Expected], result: Result) -> None:
    """Who gets a letter, of what kind and where; who is late; what is no longer due. Who is asked for a 工作总结 alone is left
    out."""
    kinds = {"要改": "退回修改意见", "要核实": "核实函", "没报": "催报函"}
    (sheet,) = stored(Path("退/发送清单.xlsx")).values()
    table = [line for line in lines_below(sheet) if line["序号"]]
    sent = {line["收件单位"]: line for line in table if line["事项"] != "补报工作总结"}
    due = {who: line for who, line in lines.items() if line.state in kinds}
    assert {who: line["函件"] for who, line in sent.items()} == {who: kinds[line.state] for who, line in due.items()}
    for who, line in due.items():
        draft = parsed(Path(f"退/{kinds[line.state]}_{who}.eml"))
        address = line.to.removeprefix("-") if line.to else inbox.email(who)
        assert (str(draft["To"] or ""), sent[who]["邮箱"]) == (address, address), who
        text = words_of(f"退/{kinds[line.state]}_{who}.docx")
        # Who wrote without a filing is thanked for that; what came since a question was asked is told nowhere in a letter.
        assert ("收悉，谢谢" in text) == bool(line.state == "没报" and sent[who]["已来信"]), who
        assert line.state == "没报" or "来信" not in text
        assert "{0.year}年{0.month}月{0.day}日".format(date.today()) in text
        assert (sent[who]["是否逾期"] == "逾期") == any(words == "M704. " for _, words in line.findings), who
    kept = {path.stem.partition("_")[2] for path in Path("退/以前的信函").glob("*.eml")}
    assert bool(kept) == bool(number)
    for who in kept:
        assert f"_{who}." in result.stderr + result.stdout


def hold_progress(
    case: Case, first: Mapping[str, Expected], lines: Mapping[str, Expected], result: Result, made: Any
) -> None:
    """What is new, still open, corrected and answered, and what else changed since the first round."""
    since = made["since"]
    told = {mark: sorted(w for line in lines.values() for m, w in line.findings if m == mark) for mark in "新未正"}
    assert {
        "新": sorted(map(in_words, since["new"])),
        "未": sorted(map(in_words, since["still_open"])),
    } == {mark: told[mark] for mark in "新未"}
    corrected = sorted(f"{item['rule']} {item['region'] or ''}" for item in since["corrected"])
    assert corrected == sorted(f"{words[:4]} {words[6:]}" for words in told["正"])
    before = {(who, w) for who, line in first.items() for _, w in line.findings if w[4] == "="}
    answered = ((who, w) for who, line in lines.items() for _, w in line.findings if w[4] == "=")
    settled = sorted(words for who, words in answered if (who, words) not in before)
    assert sorted(map(in_words, [*since["settled"], *since["explained"]])) == settled
    out_first, out_now = (names.split() for names in case.uncounted)
    assert {*since["came"]} == {*out_first} & lines.keys() - {*out_now}
    assert {item["region"] for item in since["changed"]} == set(case.changed.split())
    open_ = next(line for line in result.stdout.splitlines() if "仍未解决：" in line)
    assert {who for who, line in lines.items() if f"{who}（" in open_} == {
        who for who, line in lines.items() if any(mark == "未" for mark, _ in line.findings)
    }
    for line in case.staff.strip().splitlines():
        name, rule, *_, lacks = map(str.strip, line.split("|"))
        reported = [each for each in result.stdout.splitlines() if each.strip().startswith(f"{rule}（{name}，")]
        assert [lacks in each for each in reported] == ([True] if lacks else [])


def test_two_rounds_of_the_ministry() -> None:
    """Last year's file saved later replaces nothing; a refused file is asked about until a sound one comes; what staff settled is
    no longer in question, in the 参阅文件 either."""
    (_, first), _ = play("部")
    marked = [text["text"] for unit in first["units"] for text in unit["texts"] if text["marked"]]
    assert sorted(marked) == ["9月系统升级，升级当天的来电只有总数", "另有微信咨询3521件"]
    handled = [line for line in stored(Path("二.xlsx"))["附注"] if line[5] == "已阅"]
    assert [(line[0], line[3], line[6]) for line in handled] == [("甘肃省", "另有微信咨询3521件", "王芳")]
    letters = [line for line in stored(Path("二.xlsx"))["问题清单"] if "来信，见附注" in "".join(map(str, line))]
    assert {(line[1], line[3]) for line in letters} == {("陕西省", "B401"), ("湖南省", "P507")}
    run("compile", "部", "--since", "二.xlsx", "-o", "参阅.docx")
    said = [text for text in words_of("参阅.docx").splitlines() if "有疑问：" in text]
    assert [text.partition("的部分数据")[0].partition("有疑问：")[2] for text in said] == ["6个单位6个地区"]
    overview = "".join(str(cell) for line in stored(Path("二.xlsx"))["概览"] for cell in line)
    assert "上海、湖南、广西、云南、西藏、陕西6个单位6个地区" in overview


def test_two_rounds_of_a_province() -> None:
    """What staff settled is in 备注 of the official form, once however many rounds follow, beside the cities' own reasons, and the
    ministry does not ask again. 海丰's row is not in it, 清远's is of its second mail, and two cities have no row."""
    play("省")
    merge = ("merge", "省", "--unit", "广东", "--since")
    assert "请写 --since 一_汇总.xlsx" in run(*merge, "一.xlsx", "-o", "又.xlsx").stderr
    run(*merge, "二_汇总.xlsx", "-o", "三.xlsx")
    for form in ("二.xlsx", "三.xlsx"):
        texts = [str(cell) for line in stored(Path(form))["附表1"] for cell in line]
        remarks = [text for text in texts if "系统升级" in text or text.startswith("〔核实")]
        assert remarks == ["〔核实 总人数、坐席数：含备用坐席2个，平时不启用〕", "9月系统升级，升级当天的来电只有总数"]
    (sent,) = report("check", "三.xlsx")["files"]
    queries = sorted(in_words(f) for f in sent["findings"] if f["severity"] == "query")
    assert queries == ["B401= 阳江市", "P504= 珠海市", "R204? "]
