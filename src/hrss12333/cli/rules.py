"""``hrss12333 rules``: the catalogue of audit rules."""

from __future__ import annotations

from hrss12333.checking.rules import ALL
from hrss12333.cli import options, process
from hrss12333.model.errors import UsageStop
from hrss12333.reporting import output_of


@options.command("rules", "rule_id", "format", format=options.formats("rules"))
def command(given: options.Given) -> int:
    """列出全部审核规则；写出编号则解释这一条（理由、依据、错误和正确的例子）。

    \b
      hrss12333 rules
      hrss12333 rules B401
    """
    rules = [rule for rule in ALL if given.rule_id is None or rule.id == given.rule_id.upper()]
    if not rules:
        raise UsageStop(f"没有编号为“{given.rule_id}”的规则。用 hrss12333 rules 查看全部编号。")
    output_of(given.format, "rules")(rules, given.edition(), process.sink(given), one=given.rule_id is not None)
    return 0
