"""``hrss12333 rules``: the catalogue of audit rules."""

from __future__ import annotations

import click

from hrss12333.cli import common
from hrss12333.model.errors import UsageStop
from hrss12333.reporting.outputs import output_of


@click.command(name="rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@common.format_option("rules")
def command(rule_id: str | None, style: str) -> None:
    """列出全部审核规则；写出编号则解释这一条（理由、依据、错误和正确的例子）。

    \b
      hrss12333 rules
      hrss12333 rules B401
    """
    from hrss12333.checking.rules.catalogue import ALL
    from hrss12333.survey.editions import edition_of

    edition = edition_of()
    rules = list(ALL)
    if rule_id is not None:
        rules = [rule for rule in rules if rule.id == rule_id.upper()]
        if not rules:
            raise UsageStop(f"没有编号为“{rule_id}”的规则。用 hrss12333 rules 查看全部编号。")
    output_of(style, "rules")(rules, edition, common.sink(), one=rule_id is not None)
