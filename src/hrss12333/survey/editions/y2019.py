"""The edition of 2019: the notice 人社网信函〔2019〕28号 and its two forms.

Whatever needs a column (template, reader, rules, merger, workbook, documentation) derives it from these row
models. The next edition is a file beside this one whose row models are subclasses of these. The texts are the
notice's."""

from __future__ import annotations

from datetime import date
from typing import Literal

from hrss12333.survey import DATA_FOLDER
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.schema import (
    Balance,
    Count,
    Edition,
    Form,
    FormRow,
    FreeText,
    Ministry,
    Notice,
    RuleText,
    YesNo,
    choice,
    count,
    region,
    remarks,
    serial,
    yesno,
)

CALLS = "来电情况"
TEAM = "队伍建设"
SYSTEM = "电话系统建设"
CHANNELS = "服务渠道"
STANDARDS = "规范化建设"
_BALANCE_NOTE = "来电总量=人工接听量+自助语音量+放弃量；若不相等，请说明情况。"
_VOICEMAIL_NOTE = "“开通留言服务”是指在12333导航菜单中明确设置有“语音留言”选项，且能及时回复的，填写“是”或“否”。"
_COMPLAINTS_NOTE = "“开通投诉举报服务”是指在12333导航菜单中明确设置有“投诉举报”选项，填写“是”或“否”。"
_STAFF_NOTE = "“总人数”指从事12333工作的人员总数（含管理人员和咨询员）。"
_TRAINING_NOTE = "“年度培训人次”含参加部、省、市各级培训的总人次，并有对应的培训记录。"
_NETWORK_NOTE = "“网络部署位置”请填写“互联网”或“业务专网”。"


class ServiceRow(FormRow):
    """附表1 12333电话服务情况调查表: calls, services and staff of one region in the year."""

    serial: int | None = serial()
    region: FreeText = region()
    calls_total: Count = count("来电总量", group=CALLS, measure="次", note=_BALANCE_NOTE, sample=2500)
    calls_agent: Count = count("人工接听量", group=CALLS, measure="次", note=_BALANCE_NOTE, sample=1000)
    calls_ivr: Count = count("自助语音量", group=CALLS, measure="次", note=_BALANCE_NOTE, sample=1000)
    calls_abandoned: Count = count("放弃量", group=CALLS, measure="次", note=_BALANCE_NOTE, sample=500)
    voicemail: YesNo = yesno("是否开通\n留言服务", note=_VOICEMAIL_NOTE, sample=True)
    complaints: YesNo = yesno("是否开通\n投诉举报服务", note=_COMPLAINTS_NOTE, sample=True)
    staff_total: Count = count("总人数", group=TEAM, measure="人", note=_STAFF_NOTE, sample=150)
    agents: Count = count("咨询员\n人数", group=TEAM, measure="人", note="咨询员人数不得大于总人数。", sample=100)
    seats: Count = count("坐席数", group=TEAM, measure="个", note="坐席数量（个）。", sample=100)
    training_attendances: Count = count("年度培训\n人次", group=TEAM, measure="人次", note=_TRAINING_NOTE, sample=1000)
    remarks: FreeText = remarks()


class SystemRow(FormRow):
    """附表2 12333电话系统建设情况调查表: telephone system, channels and standardisation of one region."""

    serial: int | None = serial()
    region: FreeText = region()
    system_centralized: YesNo = yesno("系统是否\n省集中", group=SYSTEM, sample=True)
    seats_centralized: YesNo = yesno("座席是否\n省集中", group=SYSTEM, sample=True)
    network_location: Literal["互联网", "业务专网"] | None = choice(
        "网络部署\n位置", group=SYSTEM, note=_NETWORK_NOTE, sample="业务专网"
    )
    knowledge_entries: Count = count("知识库\n条目数（条）", group=SYSTEM, measure="条", sample=100000)
    web: YesNo = yesno("是否开通\n网上服务", group=CHANNELS, sample=True)
    sms: YesNo = yesno("是否开通\n短信服务", group=CHANNELS, sample=True)
    app: YesNo = yesno("是否开通\nAPP服务", group=CHANNELS, sample=True)
    wechat: YesNo = yesno("是否开通\n微信服务", group=CHANNELS, sample=True)
    unified_number: YesNo = yesno(
        "是否使用\n12333号码\n统一提供服务",
        group=STANDARDS,
        note="“使用12333号码统一提供服务”是指整合了人社部门所有对外服务电话，统一由12333对外提供服务。",
        sample=True,
    )
    unified_logo: YesNo = yesno("是否启用\n统一标识", group=STANDARDS, sample=True)
    unified_uniform: YesNo = yesno("是否统一\n服装", group=STANDARDS, sample=True)
    remarks: FreeText = remarks()


SERVICE = Form(
    key="附表1",
    title="12333电话服务情况调查表",
    row_model=ServiceRow,
    instructions=(
        "1．请务必填写联系人及手机号。",
        "2．数据采集周期为：{year}年1月1日至{year}年12月31日。",
        f"3．{_BALANCE_NOTE}",
        f"4.{_VOICEMAIL_NOTE}",
        f"5.{_COMPLAINTS_NOTE}",
        f"6.{_STAFF_NOTE}",
        f"7.{_TRAINING_NOTE}",
    ),
    balances=(
        Balance(
            "calls_total",
            ("calls_agent", "calls_ivr", "calls_abandoned"),
            RuleText(
                title="来电总量≠人工接听量＋自助语音量＋放弃量",
                why="来电总量应等于三项之和；确有原因不相等的，在备注中说明情况，由核实人员判断。",
                clause="附表1填表说明第3条",
                wrong="来电总量2500，人工1000，自助1000，放弃50，备注空白",
                right="放弃量改为500；或在备注中说明不相等的原因",
            ),
        ),
    ),
    bounds=(
        Balance(
            "staff_total",
            ("agents",),
            RuleText(
                title="咨询员人数大于总人数",
                why="总人数包含管理人员和咨询员，不会少于咨询员人数。",
                clause="附表1填表说明第6条",
                wrong="总人数100，咨询员人数150",
                right="总人数150，咨询员人数100",
            ),
            broken="<",
        ),
    ),
    usual_bounds=(
        Balance(
            "staff_total",
            ("seats",),
            RuleText(
                title="坐席数大于总人数",
                why="总人数是从事12333工作的全部人员（含管理人员和咨询员），坐席比人还多时请确认坐席数是否把停用、备用的也算进去，"
                "或总人数没有填全。",
                clause="附表1填表说明第6条",
                wrong="总人数10，坐席数40",
                right="总人数45，坐席数40",
            ),
            broken="<",
        ),
    ),
)

SYSTEMS = Form(
    key="附表2",
    title="12333电话系统建设情况调查表",
    row_model=SystemRow,
    instructions=(
        "1．请务必填写联系人及手机号。",
        f"2．{_NETWORK_NOTE}",
        "3. “使用12333号码统一提供服务” 是指整合了人社部门所有对外服务电话，统一由12333对外提供服务。",
    ),
)

NOTICE = Notice(
    number="人社网信函〔2019〕28号",
    title="关于报送2019年度12333电话服务有关情况的通知",
    paragraphs=tuple((DATA_FOLDER / "notice_2019.txt").read_text(encoding="utf-8").splitlines()),
    deadline=date(2020, 1, 17),
    conference="2020年全国12333工作研讨会",
    ministry=Ministry(
        people=("鞠丽娅", "刘孟欣"),
        telephones=("(010)84209211", "84209270"),
        email="12333@mohrss.gov.cn",
    ),
)

EDITION = Edition(year=2019, forms=(SERVICE, SYSTEMS), gazetteer=Gazetteer("2019"), report_words=3000, notice=NOTICE)
