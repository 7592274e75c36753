"""Group R: rows that say what other rows say too, so that a region would count twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hrss12333.checking.counting import answers, identity, is_filled
from hrss12333.checking.rule import Case, Hit, Scope, error, query
from hrss12333.checking.rules.regions import CITIES, overlaps_of
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Severity, located
from hrss12333.model.message import Quote, RegionName, compose


@error(
    "R203",
    doubts=True,
    title="同一地区填了两次",
    why="同一张表里一个地区只能有一行，否则会重复计算。两行内容不同的，不知道以哪一行为准，都不计入汇总；内容相同的只计一次，作为提示。同一封邮件、同一个压缩包里的几个文件也一样，名称注明更正的除外。",
    clause=CITIES,
    wrong="两行都是“广州市”，数字不同",
    right="合并为一行，或把写错的地区名改过来",
)
def region_twice(case: Case) -> Iterator[Hit]:
    """A region in two rows of one form, also in two sheets of a file; the later rows are named."""
    given: dict[tuple[str, str, str], tuple[Table, Row]] = {}
    for table, row in case.rows():
        name = identity(row)
        if name is None:
            continue
        first, before = given.setdefault((table.file, table.form.key, name), (table, row))
        if before is row:
            continue
        elsewhere = compose("工作表{sheet}的{cell}", sheet=Quote(first.sheet), cell=before.place.a1)
        where = before.place.a1 if first.sheet == table.sheet else elsewhere
        region, other = RegionName(row.region or ""), (located(first, before),)
        if not is_filled(table.form, before):
            given[table.file, table.form.key, name] = (table, row)
        same = answers(table.form, row) == answers(table.form, before)
        if same or not (is_filled(table.form, row) and is_filled(table.form, before)):
            why = "内容相同，只计一次" if same else "没有填数的一行不计"
            message = compose("{region}在{where}已经填过，{why}", region=region, where=where, why=why)
            yield Hit(message, table, row, "region", severity=Severity.NOTE, further=other)
            continue
        fact = "{region}在{where}已经填过，内容不同，两行都不计入汇总，请核对是重复填写还是地区名写错"
        message = compose(fact, region=region, where=where)
        yield Hit(message, table, row, "region", further=other)


def _overlap_hits(case: Case, rule: str) -> Iterator[Hit]:
    for item in overlaps_of(case):
        if item.rule == rule and item.message:
            others = tuple([located(*placed) for placed in item.beside])
            yield Hit(item.message, item.table, item.row, "region", explained=item.explained, further=others)


PLACE_BESIDE_ITS_CITY = query(
    "R208",
    scope=Scope.ROWS_OF_UNIT,
    title="区县、功能区与所在的市同时填报",
    why="市的数字多半已包括所辖的区县、新区和市本级，两行都计会重复。已知单独报送的（定州、雄安、河南省直管县等）照计；"
    "其余的在备注说明市的数字不包括它之前，不计入汇总。",
    clause=CITIES,
    wrong="苏州市、昆山市各一行，没有说明",
    right="只留苏州市；或在备注写明“苏州市数据不含昆山”",
)(partial(_overlap_hits, rule="R208"))
ROW_THAT_HOLDS_OTHERS = query(
    "R209",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    title="一行的数是其他各行之和",
    why="一行已经包括其他行的，再计就重复了。全省（区、市）一行只计各地区，两者不一致的请核实。其他的行（本级、片区、名称不明的、地区），"
    "不为0的数至少有四项、都等于本单位其余各行之和，或等于上面、下面相连几行之和的，不计入；都相差不到1%的，是本单位地区的暂计入，其余不计入；"
    "都不小于本单位其余各行之和的，暂计入；请核实。"
    "数字少的附表2随附表1。一个市等于所辖各县之和的，计市不计县。",
    clause=CITIES,
    wrong="“自治区本级”的各项数字都等于五个市之和；“全区”来电总量1,000，五个市相加991",
    right="只填各地区；全省数写在合计行",
)(partial(_overlap_hits, rule="R209"))
