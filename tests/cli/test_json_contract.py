"""The public JSON against the contract, written down here a second time as strict models.

Every key, its place and the type of its value, over the examples: 32 clean filings and one faulty file of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cli_runs import run
from damaged import archive
from factory import clean_header, write_filing
from hrss12333.survey.editions.y2019 import EDITION

EXAMPLES = Path(__file__).parents[2] / "examples"
OFFICIAL = {unit.name: {region.name for region in unit.regions} for unit in EDITION.units}


def official(name: str) -> str:
    assert name in OFFICIAL
    return name


Scalar = int | bool | str | None
Count = Annotated[int, Field(ge=0)]
Code = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")]
UnitName = Annotated[str, AfterValidator(official)]
FormKey = Literal["附表1", "附表2"]
Disposition = Literal[
    "heading", "header", "value", "remark", "total", "left_out", "form_text", "derived", "harmless", "unread",
]  # fmt: skip
Header = Literal["unit", "name", "mobile", "email"]
Service = Literal[
    "serial", "region", "calls_total", "calls_agent", "calls_ivr", "calls_abandoned", "voicemail", "complaints",
    "staff_total", "agents", "seats", "training_attendances", "remarks",
]  # fmt: skip
System = Literal[
    "serial", "region", "system_centralized", "seats_centralized", "network_location", "knowledge_entries", "web", "sms",
    "app", "wechat", "unified_number", "unified_logo", "unified_uniform", "remarks",
]  # fmt: skip


class Strict(BaseModel):
    """No other key, no conversion of types."""

    model_config = ConfigDict(strict=True, extra="forbid")


def later(key: str) -> str:
    """The key of a column that the forms have been given since: keys are added, none is taken away."""
    assert key in {column.key for form in EDITION.forms for column in form.columns} - {*get_args(Service | System)}
    return key


Later = Annotated[str, AfterValidator(later)]


class OfForm(BaseModel):
    """These keys, and those of later columns."""

    model_config = ConfigDict(strict=True, extra="allow")
    __pydantic_extra__: dict[Later, Any]


class NewValue(Strict):
    field: Header | Service | System | Later
    cell: Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d*$")] | None
    value: Scalar


class Suggestion(NewValue):
    reason: Annotated[str, Field(min_length=1)]
    also: list[NewValue]


class Settled(Strict):
    who: str
    when: str
    reason: str


class Finding(Strict):
    rule: Annotated[str, Field(pattern=r"^[FHRVBPSM]\d{3}$")]
    severity: Literal["error", "query", "note"]
    file: str
    sheet: str | None
    cell: Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d*$")] | None
    form: FormKey | None
    region: str | None
    field: Header | Service | System | Later | None
    value: Scalar
    message: Annotated[str, Field(min_length=1)]
    suggestions: Annotated[list[Suggestion], Field(max_length=1)]
    explained: bool
    settled: Settled | None


class Counts(Strict):
    error: Count
    query: Count
    note: Count


class Fault(Strict):
    rule: str
    file: str
    error: str


class ServiceRow(OfForm):
    serial: int | None
    region: str | None
    calls_total: Count | None
    calls_agent: Count | None
    calls_ivr: Count | None
    calls_abandoned: Count | None
    voicemail: bool | None
    complaints: bool | None
    staff_total: Count | None
    agents: Count | None
    seats: Count | None
    training_attendances: Count | None
    remarks: str | None


class SystemRow(OfForm):
    serial: int | None
    region: str | None
    system_centralized: bool | None
    seats_centralized: bool | None
    network_location: Literal["互联网", "业务专网"] | None
    knowledge_entries: Count | None
    web: bool | None
    sms: bool | None
    app: bool | None
    wechat: bool | None
    unified_number: bool | None
    unified_logo: bool | None
    unified_uniform: bool | None
    remarks: str | None


class Rows(Strict):
    service: list[ServiceRow] = Field(alias="附表1")
    system: list[SystemRow] = Field(alias="附表2")


class Contact(Strict):
    name: str | None
    mobile: str | None
    email: str | None


class UnitFindings(Strict):
    unit: UnitName
    files: list[str]
    findings: list[Finding]


class File(Strict):
    path: str
    result: Literal["pass", "fail", "unreadable"]
    unit: UnitName | None
    year: int | None
    contact: Contact
    code: Code | None
    rows: Rows
    findings: list[Finding]
    superseded_by: str | None
    account: dict[Disposition, Annotated[int, Field(gt=0)]]


class Skipped(Strict):
    path: str
    reason: str


class Check(Strict):
    schema_name: Literal["hrss12333.check/1"] = Field(alias="schema")
    files: list[File]
    counts: Counts
    units: list[UnitFindings]
    undecided: dict[Annotated[str, Field(pattern=r"^[FHRVBPSM]\d{3}$")], Count]
    faults: list[Fault]
    skipped: list[Skipped]


class ServiceTotals(OfForm):
    """Sums, and counts of 是; null where nothing at all was answered."""

    calls_total: Count | None
    calls_agent: Count | None
    calls_ivr: Count | None
    calls_abandoned: Count | None
    voicemail: Count | None
    complaints: Count | None
    staff_total: Count | None
    agents: Count | None
    seats: Count | None
    training_attendances: Count | None


class Networks(Strict):
    internet: Count = Field(alias="互联网")
    private: Count = Field(alias="业务专网")


class SystemTotals(OfForm):
    system_centralized: Count | None
    seats_centralized: Count | None
    network_location: Networks
    knowledge_entries: Count | None
    web: Count | None
    sms: Count | None
    app: Count | None
    wechat: Count | None
    unified_number: Count | None
    unified_logo: Count | None
    unified_uniform: Count | None


class Totals(Strict):
    service: ServiceTotals = Field(alias="附表1")
    system: SystemTotals = Field(alias="附表2")


class Coverage(Strict):
    expected: Count
    received: Count
    missing: list[UnitName]


class RowCounts(Strict):
    service: Count = Field(alias="附表1")
    system: Count = Field(alias="附表2")


class UnitReport(Strict):
    unit: UnitName
    status: Literal["accepted", "faulty", "missing"]
    files: list[str]
    rows: RowCounts
    code: Code | None


class Merge(Strict):
    schema_name: Literal["hrss12333.merge/1"] = Field(alias="schema")
    output: str
    totals: Totals
    coverage: Coverage
    units: list[UnitReport]
    findings: list[Finding]
    counts: Counts
    undecided: dict[Annotated[str, Field(pattern=r"^[FHRVBPSM]\d{3}$")], Count]
    faults: list[Fault]
    other_years: list[str]
    since: None
    skipped: list[Skipped]


def keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def check_order(parsed: object, raw: object) -> None:
    """Every object of the JSON has its keys in the contract's order."""
    if isinstance(parsed, BaseModel):
        assert isinstance(raw, dict)
        known = [key for key in raw if key not in (parsed.model_extra or {})]
        assert known == keys_of(type(parsed))
        for name, key in zip(type(parsed).model_fields, known, strict=True):
            check_order(getattr(parsed, name), raw[key])
    elif isinstance(parsed, list):
        assert isinstance(raw, list)
        for one, other in zip(parsed, raw, strict=True):
            check_order(one, other)


def produced(*arguments: str | Path) -> Any:
    """What a command prints, which must be JSON without floats and without NaN."""

    def no_float(text: str) -> float:
        raise AssertionError(f"{text} is a float")

    text = run(*arguments, "--format", "json").stdout
    return json.loads(text, parse_float=no_float, parse_constant=no_float)


@pytest.fixture(scope="module", params=["filings", "faulty"])
def checked(request: pytest.FixtureRequest, examples_read_once: None) -> tuple[Check, Any]:
    raw = produced("check", EXAMPLES / request.param)
    return Check.model_validate_json(json.dumps(raw)), raw


@pytest.fixture(scope="module", params=["filings", "faulty"])
def merged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, examples_read_once: None
) -> tuple[Merge, Any]:
    target = tmp_path_factory.mktemp("merge") / "n.xlsx"
    raw = produced("merge", EXAMPLES / request.param, "-o", target)
    return Merge.model_validate_json(json.dumps(raw)), raw


def test_an_archive_without_a_form_is_told_as_json_too(tmp_path: Path) -> None:
    """Named on the command line, a table that is no form must be an answer, whatever is asked for; in a folder it is passed over."""
    (tmp_path / "箱.zip").write_bytes(archive([("名单.csv", "姓名,电话\n张三,1\n李四,2\n".encode())]))
    result = run("check", tmp_path / "箱.zip", "--format", "json")
    (file,) = json.loads(result.stdout)["files"]
    assert (result.exit_code, file["result"]) == (1, "unreadable")
    assert [finding["rule"] for finding in file["findings"]] == ["F003"]
    assert run("check", tmp_path, "--format", "json").exit_code == 2


def test_check_is_as_the_contract_says(checked: tuple[Check, Any]) -> None:
    check_order(*checked)


def test_merge_is_as_the_contract_says(merged: tuple[Merge, Any]) -> None:
    check_order(*merged)


def counted(findings: Iterator[Finding]) -> Counts:
    listed = [finding.severity for finding in findings]
    return Counts(error=listed.count("error"), query=listed.count("query"), note=listed.count("note"))


def test_counts_of_check_are_those_of_the_findings(checked: tuple[Check, Any]) -> None:
    report = checked[0]
    listed = [
        *(f for item in report.files for f in item.findings),
        *(f for item in report.units for f in item.findings),
    ]
    assert report.counts == counted(iter(listed))


def test_counts_of_merge_are_those_of_the_findings(merged: tuple[Merge, Any]) -> None:
    assert merged[0].counts == counted(iter(merged[0].findings))


def test_results_follow_from_the_findings(checked: tuple[Check, Any]) -> None:
    for file in checked[0].files:
        errors = {finding.rule for finding in file.findings if finding.severity == "error"}
        unreadable = errors & {"F001", "F002", "F003", "F004", "F005"}
        assert file.result == ("unreadable" if unreadable else "fail" if errors else "pass")
        filled = bool(file.rows.service or file.rows.system)
        assert (file.code is not None) is filled
        if file.result == "unreadable":
            assert (filled, file.contact, file.year) == (False, Contact(name=None, mobile=None, email=None), None)


def test_findings_of_a_file_name_it(checked: tuple[Check, Any]) -> None:
    for file in checked[0].files:
        assert {finding.file for finding in file.findings} <= {file.path}


def test_regions_are_official_where_they_are_known(checked: tuple[Check, Any]) -> None:
    for file in checked[0].files:
        unknown = {f.region for f in file.findings if f.rule == "R202"}
        rows: list[ServiceRow | SystemRow] = [*file.rows.service, *file.rows.system]
        for row in rows:
            if file.unit is not None and row.region not in unknown:
                assert row.region in OFFICIAL[file.unit]


def test_coverage_agrees_with_the_units(merged: tuple[Merge, Any]) -> None:
    table = merged[0]
    assert [unit.unit for unit in table.units] == [unit.name for unit in EDITION.units]
    assert table.coverage.missing == [unit.unit for unit in table.units if unit.status == "missing"]
    assert table.coverage.expected == 32 == table.coverage.received + len(table.coverage.missing)
    for unit in table.units:
        assert bool(unit.files) is (unit.status != "missing")
        assert (unit.code is None) is not (unit.rows.service + unit.rows.system > 0)


def test_names_short_and_unknown_in_the_json(tmp_path: Path) -> None:
    """unit is the full official name; a region the official name where it is known, else as written."""
    header = {**clean_header("广东"), "unit": "广东"}
    cells = {"附表1": {"B6": "广州", "B7": "韶观市"}}
    write_filing(tmp_path / "a.xlsx", header=header, cells=cells)
    report = Check.model_validate_json(json.dumps(produced("check", tmp_path / "a.xlsx")))
    assert report.files[0].unit == "广东省"
    assert [row.region for row in report.files[0].rows.service[:2]] == ["广州市", "韶观市"]


def test_a_unit_that_is_not_known_is_null(tmp_path: Path) -> None:
    header = {**clean_header("广东"), "unit": "光东省"}
    write_filing(tmp_path / "a.xlsx", header=header)
    report = Check.model_validate_json(json.dumps(produced("check", tmp_path / "a.xlsx")))
    assert report.files[0].unit is None
    assert report.files[0].code is not None


def test_missing_values_are_null_and_zero_is_zero(tmp_path: Path) -> None:
    cells = {
        "附表1": {
            "calls_total6": None,
            "calls_agent6": 0,
            "calls_ivr6": "若干",
            "calls_abandoned6": " ",
            "voicemail6": "否",
            "remarks6": None,
        }
    }
    write_filing(tmp_path / "a.xlsx", cells=cells)
    row = produced("check", tmp_path / "a.xlsx")["files"][0]["rows"]["附表1"][0]
    shown = {key: row[key] for key in ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned", "voicemail")}
    assert shown == {
        "calls_total": None,
        "calls_agent": 0,
        "calls_ivr": None,
        "calls_abandoned": None,
        "voicemail": False,
    }
    assert row["remarks"] is None
