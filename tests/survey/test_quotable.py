"""What 附注 leaves out: the forms' own texts and lines that say nothing of any figure."""

from __future__ import annotations

from cases import cases
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.quotable import is_quotable


@cases(r"""
    text
    无 | - | / | —— | 无。 | （盖章） | 2020年1月15日 | 年  月  日 | 第1页 共2页 | - 3 - | 您好！ | 此致\n敬礼 | 谢谢 | 发自我的iPhone
    填表说明： | 12333电话服务情况调查表 | 附表1 | 合计 | 来电总量 | 1．请务必填写联系人及手机号。 | 联系电话：0951-5012345 | 经办人：
    注：来电总量=人工接听量+自助语音量+放弃量；若不相等，请说明情况。 | 填表人：张三  审核人：李四  2020年1月15日
    说明：1.请务必填写联系人及手机号。2.数据采集周期为：2019年1月1日至2019年12月31日。 | 负责人（签字）：王五    填报单位（盖章）：广州市人社局
    2019年度 | 2019年度12333电话服务情况调查表 | 填报时间：2019年12月20日至2020年1月17日 | 传真：0951-5012345  邮编：750001
""")
def test_what_says_nothing_is_left_out(text: str) -> None:
    assert not is_quotable(text, EDITION)


@cases(r"""
    text
    63000 | 2500 | 12月为估算数 | 系统由省厅统一建设 | 以上数据含县区 | 注：咨询员含外包人员 | 审核人：数据有误
    填表人：张三\n放弃量为估算数 | 来电总量=人工接听量+自助语音量；若不相等，请说明情况。 | 联系电话：0951-5012345，来电总量应为63000
    2018年度 | 2018年12月31日 | 统计日期：2018年12月31日 | 2018年度12333电话服务情况调查表 | 审核人：63000 | 第1页 2018年
    数据采集周期为：2018年1月1日至2018年12月31日。 | 手机号：13900000000 石嘴山估算 | 情况统计日期：无 | 单位：万次
""")
def test_what_says_anything_else_is_quoted(text: str) -> None:
    assert is_quotable(text, EDITION)
