"""What the official form's cells accept, what they say when they are entered, and how the self-check colours them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Column, Kind, Scalar
from hrss12333.wording.values import answer_text
from hrss12333.writing.official.checks import SIGNS, RowCheck, is_no_answer, is_no_count, remarks_column
from hrss12333.writing.official.formulas import filled
from hrss12333.writing.official.layout import BAR, ELLIPSIS, Layout, Slot, answers
from hrss12333.writing.official.names import SheetNames
from hrss12333.writing.official.self_check import COMPLETE, FAILED, LACKING, PASSED, column_range, required_columns
from hrss12333.writing.official.style import GOOD, UNSEEN, WRONG
from hrss12333.writing.official.style import LACKING as AMBER
from hrss12333.writing.workbook import Styles

_LONGEST_TITLE = 32
_LONGEST_MESSAGE = 255
_LONGEST_LIST = 255
_HEADER_PROMPTS: Mapping[str, str] = {
    "unit": "请填写单位全称，可从下拉列表选择。",
    "name": "请务必填写联系人。",
    "mobile": "请务必填写11位手机号码，不要填固定电话。",
    "email": "请填写联系人的电子邮箱。",
}


def add_validations(
    sheet: Any,
    layout: Layout,
    names: SheetNames,
    edition: Edition,
    past: Sequence[tuple[int, Mapping[str, Scalar]]] = (),
) -> None:
    """Give every blank of the form its input rule and its prompt, taken from the 填表说明; in the rows of ``past``, of which
    last year's figures are known, the prompt gives them."""
    for field in HEADER:
        slot = layout.slot(field.key)
        rule = {"validate": "any", **_header_rule(field.key, slot, edition)}
        prompt = {"input_title": field.label, "input_message": _HEADER_PROMPTS.get(field.key, f"请填写{field.label}。")}
        sheet.data_validation(slot.row, slot.left, slot.row, slot.left, {**rule, **prompt})
    for column in layout.form.columns:
        place = layout.columns[column.key]
        rule = {"validate": "any", **_column_rule(column, names), **_prompt(column, layout)}
        known = {row: figures[column.key] for row, figures in past if figures.get(column.key) is not None}
        for row, value in known.items() if column in layout.form.data else ():
            message = f"上年：{answer_text(value)}。{rule['input_message']}"[:_LONGEST_MESSAGE]
            sheet.data_validation(row, place, row, place, {**rule, "input_message": message})
        rest = [
            row for row in range(layout.first, layout.last + 1) if row not in known or column not in layout.form.data
        ]
        if column.kind is not Kind.SERIAL:
            for first, last in _runs(rest):
                sheet.data_validation(first, place, last, place, rule)
        elif layout.ellipsis:
            sheet.data_validation(layout.last, place, layout.last, place, rule)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rows as ranges of neighbours."""
    for row in rows:
        if row - 1 not in rows:
            yield row, next(last for last in itertools.count(row) if last + 1 not in rows)


def _prompt(column: Column, layout: Layout) -> dict[str, str]:
    if column.kind is Kind.SERIAL:
        prompt = f"行数不够时，请在“{ELLIPSIS}”行上方插入行，合计会自动包括新行。"
        return {"input_title": "增加行", "input_message": prompt}
    allowed = answers(column)
    prompt = column.note
    if allowed and not all(word in prompt for word in allowed):
        prompt += f"请填写{'或'.join(f'“{word}”' for word in allowed)}。"
    if column.kind is Kind.COUNT:
        unit = f"，单位：{column.unit}" if column.unit else ""
        prompt += f"请填写整数{unit}；没有的填0。"
        if remarks_column(layout.form):
            prompt += "不掌握的可以空着，在备注写明哪一栏、为什么，不要填0。"
    if not prompt:
        prompt = f"请填写{column.label}。"
    return {"input_title": column.label[:_LONGEST_TITLE], "input_message": prompt[:_LONGEST_MESSAGE]}


def _column_rule(column: Column, names: SheetNames) -> dict[str, Any]:
    allowed = answers(column)
    if allowed and len(",".join(allowed)) <= _LONGEST_LIST:
        words = "或".join(f"“{word}”" for word in allowed)
        return {
            "validate": "list",
            "source": list(allowed),
            "error_title": column.label[:_LONGEST_TITLE],
            "error_message": f"只能填写{words}，请从下拉列表选择。"[:_LONGEST_MESSAGE],
        }
    if column.kind is Kind.REGION and names.expected and len(",".join(names.expected)) <= _LONGEST_LIST:
        return {
            "validate": "list",
            "source": list(names.expected),
            "show_error": False,  # a short name is taken, too; the self-check objects to others
        }
    if column.kind is Kind.COUNT:
        return {
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "error_title": column.label[:_LONGEST_TITLE],
            "error_message": "只能填写0或正整数：不带单位、逗号和小数点，不写“万”“约”。",
        }
    return {}


def _header_rule(key: str, slot: Slot, edition: Edition) -> dict[str, Any]:
    """A warning, which whoever is sure may pass over."""
    cell = xl_rowcol_to_cell(slot.row, slot.left)
    rule: dict[str, Any]
    if key == "unit":
        rule = {"validate": "list", "source": [unit.name for unit in edition.units]}
        title, why = "单位名称", f"这不是{len(edition.units)}个报送单位的全称。"
    elif key == "mobile":
        rule = {"validate": "custom", "value": _mobiles(cell)}
        title, why = "手机号", "应为11位手机号码，只写数字；有两个的，中间用“、”隔开。"
    elif key == "email":
        rule = {"validate": "custom", "value": f'=ISNUMBER(FIND("@",{cell}))'}
        title, why = "邮箱", "电子邮箱里应有@。"
    else:
        return {}
    return {**rule, "error_type": "warning", "error_title": title, "error_message": f"{why}确定要这样填写吗？"}


def _mobiles(cell: str) -> str:
    """One number, or two as the self-check takes them; shorter than the self-check's own, for a rule holds 255
    characters."""

    def eleven(digits: str) -> str:
        return f'LEFT({digits},1)="1",TEXT(VALUE({digits}),"00000000000")={digits}'

    second = f'MID({cell},12,1)="、",{eleven(f"MID({cell},13,11)")}'
    more = f"IF(LEN({cell})=11,TRUE,IF(LEN({cell})=23,AND({second}),FALSE))"
    return f"=AND({eleven(f'LEFT({cell},11)')},{more})"


def add_colours(sheet: Any, layout: Layout, checks: Sequence[RowCheck], styles: Styles) -> None:
    """Turn cells red where the self-check objects, amber where something is lacking, green where all is well."""
    wrong, amber, good = (styles.get(**properties) for properties in (WRONG, AMBER, GOOD))
    form = layout.form

    def at(key: str) -> str:
        return str(xl_rowcol_to_cell(layout.first, layout.columns[key], col_abs=True))

    def colour(key: str, formula: str, style: Any) -> None:
        column = layout.columns[key]
        rule = {"type": "formula", "criteria": f"={formula}", "format": style}
        sheet.conditional_format(layout.first, column, layout.last, column, rule)

    verdict = xl_rowcol_to_cell(layout.first, layout.text_column, col_abs=True)
    for column in form.of_kind(Kind.COUNT):
        colour(column.key, is_no_count(at(column.key)), wrong)
    for column in form.of_kind(Kind.YESNO, Kind.CHOICE):
        colour(column.key, is_no_answer(at(column.key), answers(column)), wrong)
    for check in checks:
        for key in check.fields if check.sign else ():
            colour(key, f'ISNUMBER(FIND("{check.sign}",{verdict}))', wrong)
    begun = "+".join(
        f"COUNTA({_absolute(layout, run)})" for run in layout.runs([column.key for column in required_columns(form)])
    )
    for column in required_columns(form):
        # A row of which only the region is printed is waiting, not at fault: it keeps its light fill.
        named = f"NOT(ISBLANK({at(form.region.key)}))"
        colour(column.key, f"AND({named},{begun}>0,ISBLANK({at(column.key)}))", amber)
    for column in form.of_kind(Kind.COUNT) if layout.sums else ():
        place = layout.columns[column.key]
        empty = f"=COUNT({column_range(layout, column.key)})=0"
        rule = {"type": "formula", "criteria": empty, "format": styles.get(**UNSEEN)}
        sheet.conditional_format(layout.total, place, layout.total, place, rule)
    _colour_checks(sheet, layout, wrong, amber, good)
    _colour_header(sheet, layout, wrong, amber)


def _colour_header(sheet: Any, layout: Layout, wrong: Any, amber: Any) -> None:
    texts = xl_rowcol_to_cell(layout.notes, layout.text_column, row_abs=True, col_abs=True)
    begun = xl_rowcol_to_cell(BAR, layout.check_column, row_abs=True, col_abs=True)
    for field in HEADER:
        slot = layout.slot(field.key)
        cell = xl_rowcol_to_cell(slot.row, slot.left, row_abs=True, col_abs=True)
        named = [f'ISNUMBER(FIND("{SIGNS[field.key]}",{texts}))']
        rules = [(f"=OR({named[0]},ISERROR({cell}))", wrong)]
        rules += [(f"=AND({begun}>0,NOT{filled(cell)})", amber)] if field.required else []
        for formula, style in rules:
            rule = {"type": "formula", "criteria": formula, "format": style}
            sheet.conditional_format(slot.row, slot.left, slot.row, slot.right, rule)


def _absolute(layout: Layout, run: tuple[int, int]) -> str:
    """Neighbouring cells of the first row of data, their columns fixed."""
    left, right = (xl_rowcol_to_cell(layout.first, column, col_abs=True) for column in run)
    return f"{left}:{right}"


def _colour_checks(sheet: Any, layout: Layout, wrong: Any, amber: Any, good: Any) -> None:
    check = xl_rowcol_to_cell(layout.first, layout.check_column)
    bar = xl_rowcol_to_cell(BAR, 0, row_abs=True, col_abs=True)
    for cell, (top, left, bottom, right), passed, lacking in (
        (check, (layout.first, layout.check_column, layout.last, layout.check_column), PASSED, LACKING),
        (bar, (BAR, 0, BAR, layout.last_column), COMPLETE, None),
    ):
        rules = [(f'{cell}="{passed}"', good)]
        if lacking:
            rules += [(f'LEFT({cell},{len(lacking)})="{lacking}"', amber), (f"LEN({cell})>0", wrong)]
        else:
            rules += [(f'ISNUMBER(FIND("{FAILED}",{cell}))', wrong), (f"LEN({cell})>0", amber)]
        for formula, style in rules:
            rule = {"type": "formula", "criteria": f"={formula}", "format": style, "stop_if_true": True}
            sheet.conditional_format(top, left, bottom, right, rule)
