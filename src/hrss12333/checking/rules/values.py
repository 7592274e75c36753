"""Group V: values of single cells, and figures outside the tables (V310). V311 is retired."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hrss12333.checking.counting import not_counted_by
from hrss12333.checking.reasons import is_reason
from hrss12333.checking.rule import TECHNICAL, Case, Hit, Rule, error, note, query
from hrss12333.model.filing import Problem, Row, Table, Value
from hrss12333.model.finding import Where, row_where
from hrss12333.model.message import Label, Quote, RegionName, Several, compose, read_as
from hrss12333.survey.schema import HEADER, Column, Kind, answer_word

_MEASURES = ("为单位", "万", "千", "单位：")
"""Words of which a reason about the measure (V309) must hold one."""
_QUOTED, _LOOSE_QUOTED = 30, 40
"""Characters quoted of a cell, and of a text outside the tables."""


def _problem_cells(case: Case, problem: Problem) -> Iterator[tuple[Table, Row, Column, Value]]:
    for table in case.filing.tables:
        for row, column, value in table.noted_values:
            if value.problem is problem and column.key in table.headings:
                yield table, row, column, value


def _refusal(heading: str, problem: Problem, *sentences: str, longest: int = 0, **text: Any) -> Rule:
    """A rule that reports every cell with this problem; ``sentences`` are the templates of its message."""

    def check(case: Case) -> Iterator[Hit]:
        for table, row, column, value in _problem_cells(case, problem):
            found, choices = Quote(value.found, longest), Several(map(Quote, column.choices))
            label, why = Label(column.label), value.note or ""
            message = compose(*sentences, label=label, found=found, note=why, choices=choices)
            yield Hit(message, table, row, column.key)

    return error(heading, problem=problem, **text)(check)


@error(
    "V301 必填项没有填",
    problem=Problem.MISSING,
    why="没有填的一律按缺失处理，不当作0。确实为零请填0；确实不掌握的数可以空着，在备注中说明不掌握，或写明是哪一栏、为什么，"
    "即作为已说明的核实性错误，仍按缺失处理。整行只有地区名称和说明的（并入省中心）也是这样。是否类栏目和选项不能空着。",
    example="放弃量空白，或填“-”“无”“不详”，备注没有说明 → 放弃量填0；或空着，备注写“放弃量未统计”",
)
def required(case: Case) -> Iterator[Hit]:
    """A required value that is missing; 备注 may explain a figure, or a row with only a name."""
    blank = dict[Where, bool]()
    for table, row, column, value in _problem_cells(case, Problem.MISSING):
        where = row_where(table, row)
        if column.kind is Kind.REGION or where in not_counted_by(case, "R209"):
            continue  # R201 and R209 ask
        if where not in blank:
            is_blank = all(row.get(each.key).found is None for each in table.form.data)
            blank[where] = bool(row.region) and is_blank and is_reason(row.text("remarks"), table.form)
            if blank[where]:
                message = compose("{region}一行只有名称和说明", region=RegionName(row.region or ""))
                yield Hit(message, table, row, "region", explained=True)
        if blank[where]:
            continue
        is_figure = column.kind is Kind.COUNT
        note = "{note}。" if value.note else ""
        request = "没有发生的请填0；不掌握的请在备注中说明原因。" if is_figure else ""
        message = compose("“{label}”没有填", note, request, label=Label(column.label), note=value.note or "")
        yield Hit(message, table, row, column.key, explained=None if is_figure else False)


WHOLE_NUMBER = _refusal(
    "V302 不是整数",
    Problem.NOT_WHOLE,
    "“{label}”填的是{found}，{note}，请改为整数",
    why="数量应为0或正整数。能确定意思的写法（2,500次、2.5万）会自动换算并提示，不能确定的，以及像手机号的（130亿以上、不到200亿），请改正。",
    example="两千多；12.5；2500-3000 → 2500",
)
NOT_NEGATIVE = _refusal(
    "V303 是负数",
    Problem.NEGATIVE,
    "“{label}”填的是{found}，{note}，请改正",
    why="数量不会小于0。",
    example="-500 → 500",
)
YES_OR_NO = _refusal(
    "V304 既不是“是”也不是“否”",
    Problem.NOT_YES_OR_NO,
    "“{label}”填的是{found}，{note}，请填“是”或“否”，具体情况写在备注里",
    why="填表说明要求填写“是”或“否”。√、有、已开通等常见写法会读作“是”“否”并提示；“是”“否”后面还有别的话的，看不准是哪一个，请只填一个字。",
    clause="附表1填表说明第4、5条",
    example="部分开通；1；是（已下线）；是（2020年2月开通）；是，App已上线 → 是（具体情况写在备注里）",
)
ONE_OF_CHOICES = _refusal(
    "V305 不是规定的选项",
    Problem.NOT_A_CHOICE,
    "“{label}”填的是{found}，{note}",
    "请填{choices:或}，或在备注中说明原因。",
    why="网络部署位置请填写“互联网”或“业务专网”，填已经在用的那一个；在备注中说明原因的，作为已说明的核实性错误，仍按缺失处理。",
    clause="附表2填表说明第2条",
    example="政务外网；互联网、业务专网；互联网（已停用） → 业务专网",
)


@note(
    "V306 写法不规范，已换算或取舍",
    why="意思确定、写法不规范的内容由本工具换算；每一处都列出来，供核对。",
    clause=TECHNICAL,
    example="2,500次；√；１２３；恩施州 → 2500；是；123；恩施土家族苗族自治州",
)
def read_otherwise(case: Case) -> Iterator[Hit]:
    """Every value read otherwise than written, and every row that is no data."""
    labels = {item.key: item.called for item in HEADER}
    for table in case.filing.tables:
        for key, value in table.header.items():
            if value.note and value.problem is None:
                label, found = Label(labels[key]), Quote(value.found)
                message = compose("{label}{found}{note}", label=label, found=found, note=value.note)
                yield Hit(message, table, field=key)
        for aside in table.asides:
            message = compose("{text}：{reason}", text=Quote(aside.text, _QUOTED), reason=aside.reason)
            yield Hit(message, table, place=aside.place, value=aside.text)
        for row, column, value in table.noted_values:
            if value.note and value.problem is None:
                shown = answer_word(value.value) if isinstance(value.value, bool) else str(value.value)
                same = str(value.found) == shown
                explained = "：{note}" if same else "" if value.note == read_as(shown) else "（{note}）"
                fact = "{found}" + ("" if same else "读作{shown}") + explained
                message = compose(fact, found=Quote(value.found), shown=Quote(shown), note=value.note)
                yield Hit(message, table, row, column.key)


EXCEL_ERROR = _refusal(
    "V307 单元格是错误值",
    Problem.CELL_ERROR,
    "“{label}”显示错误值{found}，请改为数值或修好公式",
    why="公式出错的单元格没有数据。",
    example="#REF! → 改为数值，或修好公式",
)
FORMULA_UNCALCULATED = _refusal(
    "V308 公式没有可靠的计算结果",
    Problem.NOT_CALCULATED,
    "“{label}”是公式{found}，{note}",
    "请在Excel或WPS中打开后保存，或改为数值。",
    longest=_QUOTED,
    why="文件由别的程序生成，公式从未计算过：没有保存结果，或者保存的0不是算出来的。",
    clause=TECHNICAL,
    example="=VLOOKUP(…)，没有保存结果，或保存着0 → 在Excel或WPS中打开并保存一次，或改为数值",
)


@query(
    "V309 数据不是以本表的单位填写的",
    doubts=True,
    why="栏目名称、标题、表上的说明、名称、邮件或数字格式注明以万、千为单位的，按注明的单位换算后计入；数字格式只换算万和千，显示成别的样子的（百、k、约、十万）按所存的数计入；注明得不一致的，以表格上方的为准；"
    "其他单位（次/月、十次、元）不换算。差一万倍的错误对汇总影响最大，请逐栏确认。",
    example="栏目名称写“来电总量（万次）”，填2.5；单元格显示“3万”，实际存的是3 → 来电总量（次）25000",
)
def other_measure(case: Case) -> Iterator[Hit]:
    """Figures in another measure than the form's: one hit a column, or a cell where only some are."""
    for table in case.filing.tables:
        for scale in table.scales:
            column = table.form.by_key[scale.field]
            figure = scale.example
            done = "没有换算" if scale.factor == 1 else "已乘以{factor}"
            read = "读作{read}" if figure.value is not None else ""
            message = compose(
                f"“{{label}}”{{how}}，{done}：例如{{cell}}{{found}}{read}",
                "请核对，并改为以“{unit}”为单位填写；属实的，在任一行的备注中写明“以……为单位，……”。",
                label=Label(column.label),
                how=scale.reported,
                factor=scale.factor,
                cell=f"{figure.place.a1}的" if figure.place else "",
                found=Quote(figure.found),
                read=Quote(figure.value),
                unit=column.measure,
            )
            yield Hit(message, table, field=scale.field, place=scale.place, value=figure.found, named=_MEASURES)


@query(
    "V310 表外的数，没有读取",
    why="表外单独写着的数不知道是哪个地区、哪个栏目的，不读取，须核实。自己有栏目名称的列和表、只由表中的数算出来的、序号、年份、日期和电话不在此列；"
    "文字一律抄入附注。",
    clause=TECHNICAL,
    example="表格右边写着“70000”；填表说明下面又写了一行“63000” → 填到表中的地区和栏目里，并删去表外的数",
)
def unread(case: Case) -> Iterator[Hit]:
    """Figures outside the tables, a hit for each block of neighbouring cells."""
    for block in case.filing.loose_figures:
        to = f"从这一格到{block.last.a1}" if block.last != block.place else ""
        several = f"等{block.cells}格" if block.cells > len(block.texts) else ""
        texts = Several(Quote(text, _LOOSE_QUOTED) for text in block.texts)
        request = "是数据的，请填到表中相应的地区和栏目；与本次报送无关的，请删去，或在备注中写明“表外{cell}的数是……”。"
        fact = f"{to}写着{{texts:、}}{several}，在表外，没有读取"
        message = compose(fact, request, cell=block.place.a1, texts=texts)
        yield Hit(message, place=block.place, value=block.texts[0], named=(block.place.a1, "表外"))
