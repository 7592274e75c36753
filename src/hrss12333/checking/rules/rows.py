"""Group R: which rows are data at all: no sample, nothing concealed, not another unit's."""

from __future__ import annotations

from collections.abc import Iterator
from operator import eq

from hrss12333.checking.rule import Case, Hit, error, query
from hrss12333.checking.rules.regions import CITIES
from hrss12333.checking.sums import ENOUGH_FIGURES
from hrss12333.model.finding import Severity
from hrss12333.model.message import FormName, Quote, RegionName, Several, Words, compose
from hrss12333.survey.schema import Kind

_UNLESS = "如果是全年的有效数据，请删去或改正这句话；否则请另报。"
_MOST_NAMED = 5
_SAMPLE_ROW = "附表1、附表2样例行"


@error(
    "R205",
    nothing_counted=True,
    title="没有数据行",
    why="表里只有样例或空行，没有任何地区的数据。",
    clause=CITIES,
    wrong="空白调查表",
    right="每个地区填一行",
)
def no_rows(case: Case) -> Iterator[Hit]:
    """A form without any data row."""
    for table in case.filing.tables:
        if not table.rows and not any(item.row for item in table.concealed):  # R210 asks about those
            yield Hit(compose("{form}没有填任何地区的数据", form=FormName(table.form.key)), table)


@query(
    "R206",
    doubts=True,
    title="样例行填了自己的数，或样例的数抄进了地区的行",
    why="样例行从不计入数据：保留原样的不用管，填了别的数的，可能是真实数据。样例的数字出现在真实地区的行里，多半是忘了改。",
    clause=_SAMPLE_ROW,
    wrong="广州市的数字与样例完全相同（2500、1000、1000、500……）",
    right="删去样例行，或保留原样；真实地区填自己的数",
)
def sample_rows(case: Case) -> Iterator[Hit]:
    """A sample row with figures of its own, ignored; and real rows that repeat the sample's."""
    for table in case.filing.tables:
        # What the form's sample says in the columns that the sheet has.
        sample = {column.key: column.sample for column in table.form.data if column.key in table.headings}
        figures = [column.key for column in table.form.of_kind(Kind.COUNT) if column.key in sample]
        for row in table.samples:
            if any(row.get(key).found is not None and row.scalar(key) != sample[key] for key in figures):
                message = compose(
                    "样例行的数字与样例不同，没有计入数据",
                    "如果是真实数据，请把地区名改过来；否则请恢复原样或删去。",
                )
                yield Hit(message, table, row, "region")
        # One figure alone, or answers of 是, prove no copy of the sample.
        compared, enough = (figures, ENOUGH_FIGURES) if len(figures) >= ENOUGH_FIGURES else ([*sample], len(sample))
        printed = [sample[key] for key in compared]
        for row in table.rows if figures else ():
            alike = sum(map(eq, row.scalars_of(compared), printed))
            if alike >= enough:
                message = compose("这一行有{alike}项与样例完全相同，请核对是否忘了改成本地区的数据", alike=alike)
                yield Hit(message, table, row, "region")


@query(
    "R210",
    title="被划掉、隐藏，或注明作废、测试、不是全年的行",
    why="加了删除线、隐藏或行高为零的行，打印出来看不到或已经作废，不计入数据；备注、说明、标题、名称或邮件写明整行、整张表或整个文件"
    "是作废的（此行作废，重复，请删除）、测试的或只是一段时间的（上半年、1—6月），也不计入。如果是全年的有效数据，请恢复显示，或删去、改正这句话。"
    "整张表或整个文件不计入的，是强制性错误。",
    clause=CITIES,
    wrong="石嘴山市一行被隐藏",
    right="删去作废的行；有效的行取消隐藏、删除线，删去备注中的“作废”",
)
def concealed(case: Case) -> Iterator[Hit]:
    """Rows that the sheet does not show as valid, or that say so: never counted, named with their figures.

    Nor does a whole table, or a file, of which words say that it is void, a test or of a part of the year.
    """
    if case.filing.unfit:
        message = compose("{unfit}，汇总时整个文件不计入", _UNLESS, unfit=Words(case.filing.unfit))
        yield Hit(message, severity=Severity.ERROR)
    for sheet in case.filing.left_out:
        severity = Severity.ERROR if sheet.alone and sheet.lost else None if sheet.lost else Severity.NOTE
        lost = "，其中{lost:、}的数在读取的表里没有" if sheet.lost else ""
        request = "是本次报送的数据，请填到读取的表里；不用报送的，请删去这张工作表。" if sheet.lost else ""
        fact = "工作表{sheet}的{form}{reason}，没有读取" + lost
        named = Several(RegionName(name) for name in sheet.lost[:_MOST_NAMED])
        message = compose(
            fact, request, sheet=Quote(sheet.place.sheet), form=sheet.form, reason=Words(sheet.reason), lost=named
        )
        yield Hit(message, place=sheet.place, form=sheet.form, severity=severity)
    for table in case.filing.tables:
        if table.unfit:
            message = compose("{unfit}，汇总时这张表不计入", _UNLESS, unfit=Words(table.unfit))
            yield Hit(message, table, severity=Severity.ERROR)
        for item in table.concealed:
            if item.row is not None:
                figures = [
                    compose("{label}{found}", label=column.label, found=found if type(found) is int else Words(found))
                    for column in table.form.of_kind(Kind.COUNT)
                    if (found := item.row.get(column.key).found) is not None
                ]
                valid = "删去或改正这句话" if item.by_own_words else "恢复显示"
                message = compose(
                    "{text}一行{how}，没有计入" + ("（{figures:、}）" if figures else ""),
                    f"如果是有效数据，请{valid}；如果作废，请删去这一行。",
                    text=RegionName(item.text) if item.text == item.row.region else Quote(item.text),
                    how=Words(item.how),
                    figures=Several(figures),
                )
            # Words that take a row back are no reason to leave it there.
            explained = False if item.by_own_words else None
            yield Hit(message, table, item.row, place=item.place, value=item.text, explained=explained)
