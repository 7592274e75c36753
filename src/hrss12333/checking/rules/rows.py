"""Group R: which rows are data, and rows by which a region would count twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import eq

from hrss12333.checking.counting import identity, is_filled, overlaps_of
from hrss12333.checking.rule import Case, Hit, Scope, error, query
from hrss12333.checking.rules.regions import gaps, own_samples
from hrss12333.checking.sums import ENOUGH_FIGURES
from hrss12333.model.check_code import content
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.finding import Severity, located
from hrss12333.model.message import Quote, RegionName, Several, Words, compose
from hrss12333.survey.schema import Kind

_UNLESS = "如果是全年的有效数据，请删去或改正这句话；否则请另报。"
_MOST_NAMED = 5
_SAMPLE_ROW = "附表1、附表2样例行"


@error(
    "R205 没有数据行",
    why="表里只有样例或空行，没有任何地区的数据。",
    wrong="空白调查表",
    right="每个地区填一行",
)
def no_rows(case: Case) -> Iterator[Hit]:
    """A form without any data row."""
    for table in case.filing.tables:
        if not (table.rows or table.concealed or own_samples(table)):  # R210 and R206 ask about those
            yield Hit(compose("{form}没有填任何地区的数据", form=table.form.key), table)


@query(
    "R206 样例行填了自己的数，或样例的数抄进了地区的行",
    doubts=True,
    why="样例行从不计入数据：保留原样的不用管，填了别的数的，可能是真实数据。样例的数字出现在真实地区的行里，多半是忘了改。",
    clause=_SAMPLE_ROW,
    wrong="广州市的数字与样例完全相同（2500、1000、1000、500……）",
    right="删去样例行，或保留原样；真实地区填自己的数",
)
def sample_rows(case: Case) -> Iterator[Hit]:
    """Sample rows with other figures than the form's, which are not read; and data rows with the form's."""
    for table in case.filing.tables:
        # The form's sample in the columns that the sheet has.
        sample = {column.key: column.sample for column in table.form.data if column.key in table.headings}
        figures = [column.key for column in table.form.of_kind(Kind.COUNT) if column.key in sample]
        for row in own_samples(table):
            request = "如果是真实数据，请把地区名改过来；否则请恢复原样或删去。"
            yield Hit(compose("样例行的数字与样例不同，没有计入数据", request), table, row, "region")
        # One figure alone, or answers of 是, prove no copy of the sample.
        compared, enough = (figures, ENOUGH_FIGURES) if len(figures) >= ENOUGH_FIGURES else ([*sample], len(sample))
        printed = [column.sample if column.key in compared else ... for column in table.form.columns]
        if not figures:
            continue
        for row in table.rows:
            alike = sum(map(eq, row.scalars_in(table.form), printed))
            if alike >= enough:
                fact = "这一行有{alike}项与样例完全相同，请核对是否忘了改成本地区的数据"
                message = compose(fact, "确实如此的，请在备注中写明地区名称和原因。", alike=alike)
                yield Hit(message, table, row, "region")


@query(
    "R210 被划掉、隐藏，或注明作废、测试的行；旧表、备份、样表",
    why="加了删除线、隐藏或行高为零的行，打印出来看不到或已经作废，不计入数据；一格里单独写明整行作废、测试的（此行作废，不计入），"
    "工作表、文件的名称写明作废、测试、旧表、备份、样表的，也不计入。如果是有效数据，请恢复显示，或删去、改正这句话。"
    "没有别的行、表或文件代替的，是强制性错误。",
    wrong="石嘴山市一行被隐藏",
    right="删去作废的行；有效的行取消隐藏、删除线，删去备注中的“作废”",
)
def concealed(case: Case) -> Iterator[Hit]:
    """Rows that the sheet conceals, or whose words void them: never counted, but quoted with their figures.

    So is a whole table or file whose name voids it.
    """
    if case.filing.unfit:
        message = compose("{unfit}，汇总时整个文件不计入", _UNLESS, unfit=Words(case.filing.unfit))
        yield Hit(message)
    yield from left_out_hits(case.filing, of_year=False)
    for table in case.filing.tables:
        if table.unfit and not case.filing.unfit:
            message = compose("{unfit}，汇总时这张表不计入", _UNLESS, unfit=Words(table.unfit))
            yield Hit(message, table)
        for item in table.concealed:
            figures = [
                compose("{label}{found}", label=column.label, found=found if type(found) is int else Words(found))
                for column in table.form.of_kind(Kind.COUNT)
                if (found := item.row.get(column.key).found) is not None
            ]
            valid = "删去或改正这句话" if item.by_own_words else "恢复显示"
            message = compose(
                "{text}一行{how}，没有计入" + ("（{figures:、}）" if figures else ""),
                f"如果是有效数据，请{valid}；如果作废，请删去这一行，或在备注中写明地区名称和原因。",
                text=RegionName(item.text) if item.text == item.row.region else Quote(item.text),
                how=Words(item.how),
                figures=Several(figures),
            )
            yield Hit(message, table, item.row, value=item.text)


def left_out_hits(filing: Filing, *, of_year: bool) -> Iterator[Hit]:
    """Tables that are not read: ``of_year`` for their year (M705), else for name or sheet (R210)."""
    for sheet in [sheet for sheet in filing.left_out if sheet.of_year is of_year]:
        severity = Severity.ERROR if sheet.alone and sheet.lost else None if sheet.lost else Severity.NOTE
        lost = "，其中{lost:、}的数在读取的表里没有" if sheet.lost else ""
        request = "是本次报送的数据，请填到读取的表里；不用报送的，请删去这张工作表。" if sheet.lost else ""
        fact = "工作表{sheet}的{form}{reason}，没有读取" + lost
        named = Several(RegionName(name) for name in sheet.lost[:_MOST_NAMED])
        message = compose(
            fact, request, sheet=Quote(sheet.place.sheet), form=sheet.form, reason=Words(sheet.reason), lost=named
        )
        yield Hit(message, place=sheet.place, form=sheet.form, severity=severity)


@error(
    "R203 同一地区填了两次",
    doubts=True,
    why="同一张表里一个地区只能有一行，否则会重复计算。两行内容不同的，不知道以哪一行为准，都不计入汇总；内容相同的只计一次，作为提示。同一封邮件、同一个压缩包里的几个文件也一样，名称注明更正的除外。",
    wrong="两行都是“广州市”，数字不同",
    right="合并为一行，或把写错的地区名改过来",
)
def region_twice(case: Case) -> Iterator[Hit]:
    """A region in two rows of one form, also in two sheets of a file; the later rows are named."""
    given: dict[tuple[object, ...], tuple[Table, Row]] = {}
    for table, row in case.rows():
        name = identity(row)
        if name is None:
            continue
        first, before = given.setdefault((table.file, table.form.key, table.part, name), (table, row))
        if before is row:
            continue
        elsewhere = compose("工作表{sheet}的{cell}", sheet=Quote(first.sheet), cell=before.place.a1)
        where = before.place.a1 if first.sheet == table.sheet else elsewhere
        region = RegionName(row.region or "")
        other = (located(first, before),)
        if not is_filled(table.form, before):
            given[table.file, table.form.key, table.part, name] = (table, row)
        same = len({content(table.form, each, Kind.REGION, Kind.TEXT) for each in (row, before)}) == 1
        if same or not (is_filled(table.form, row) and is_filled(table.form, before)):
            why = "内容相同，只计一次" if same else "没有填数的一行不计"
            message = compose("{region}在{where}已经填过，{why}", region=region, where=where, why=why)
            yield Hit(message, table, row, "region", severity=Severity.NOTE, further=other)
            continue
        fact = "{region}在{where}已经填过，内容不同，两行都不计入汇总，请核对是重复填写还是地区名写错"
        message = compose(fact, gaps(case, table.form).asked, region=region, where=where)
        yield Hit(message, table, row, "region", further=other)


def _overlap_hits(case: Case, rule: str) -> Iterator[Hit]:
    for item in overlaps_of(case):
        if item.rule == rule and item.message:
            others = tuple([located(*placed) for placed in item.beside])
            yield Hit(item.message, item.table, item.row, "region", explained=item.explained, further=others)


PLACE_BESIDE_ITS_CITY = query(
    "R208 区县、功能区与所在的市同时填报",
    scope=Scope.ROWS_OF_UNIT,
    why="市的数字多半已包括所辖的区县、新区和市本级，两行都计会重复。已知单独报送的（定州、雄安、河南省直管县等）照计；"
    "其余的在备注说明市的数字不包括它之前，不计入汇总。",
    wrong="苏州市、昆山市各一行，没有说明",
    right="只留苏州市；或在备注写明“苏州市数据不含昆山”",
)(partial(_overlap_hits, rule="R208"))
ROW_THAT_HOLDS_OTHERS = query(
    "R209 一行的数是其他各行之和",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why="一行已经包括其他行的，再计就重复了。全省（区、市）一行只计各地区，两者不一致的请核实。其他的行（本级、片区、名称不明的、地区），"
    "不为0的数至少有四项、都等于本单位其余各行之和，或等于上面、下面相连几行之和的，不计入；都相差不到1%的，是本单位地区的暂计入，其余不计入；"
    "都不小于本单位其余各行之和的，暂计入；请核实。"
    "数字少的附表2随附表1。一个市等于所辖各县之和的，计市不计县。",
    wrong="“自治区本级”的各项数字都等于五个市之和；“全区”来电总量1,000，五个市相加991",
    right="只填各地区；全省数写在合计行",
)(partial(_overlap_hits, rule="R209"))
