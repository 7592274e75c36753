"""``hrss12333 rules``: the catalogue of audit rules."""

from __future__ import annotations

import click

from hrss12333.cli import common
from hrss12333.model.errors import UsageStop


@click.command(name="rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    metavar="text|json|markdown",
    help="输出方式。  [默认：text]",
)
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
    if style == "json":
        from hrss12333.reporting.json_v1 import rules_json

        click.echo(rules_json(rules, edition))
    elif style == "markdown":
        from hrss12333.reporting.rules_markdown import rules_markdown

        click.echo(rules_markdown(rules, edition), nl=False)
    else:
        from hrss12333.reporting.terminal.rules import report_rule, report_rules

        if rule_id is None:
            report_rules(rules, edition, console=common.console())
        else:
            report_rule(rules[0], edition, console=common.console())
