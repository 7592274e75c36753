"""Traditional characters in the names of units and regions (銀川市, 寧夏) and in the words of the forms (來電總量).

Only characters that the official names have in their simplified form (from OpenCC's TSCharacters, Apache 2.0), and those
of headings, labels and answers; a converter for the whole language would be a large dependency for these.
"""

from __future__ import annotations

from functools import lru_cache

_TRADITIONAL = (
    "並亞佈併來侷倫傢僅內則剋務匯區吳呂單噹囌圖團垻報墊壩壯壽婁寧寶岡峯島峽崑崗嶺嶽巖師廈廣廳張彙彥彿後慣慶懞懷揚撫晉會東棗楊"
    "業榮樂樑樹橋檯欽涼溝溫滄滙漢潛澤澱濛濟濰濱瀋瀘為烏無煙營爲爾瑪瓊產産甦甯畢當盤矇稱穀節簡糰紅納級紹綏維綴綿縣義習肅臨臺興"
    "舊荊莊華菸萊萬蕪薊薩蘆蘇蘭衕衚衛裏裡設許豐貝貢貴賀資賓賢贛轄農迴連週運達遠遷遼邁邊鄉鄭鄲銀銅錦錫鎭鎮鐵長門開閔閤關陝陽隨"
    "隴雙雞雲靜頂順頗頭颱餘饒馬駐鬆鬍魯鮮鴨鶴鷄鷹鹹鹽麗麯麴黃齊龍"
)
_SIMPLIFIED = (
    "并亚布并来局伦家仅内则克务汇区吴吕单当苏图团坝报垫坝壮寿娄宁宝冈峰岛峡昆岗岭岳岩师厦广厅张汇彦佛后惯庆蒙怀扬抚晋会东枣杨"
    "业荣乐梁树桥台钦凉沟温沧汇汉潜泽淀蒙济潍滨沈泸为乌无烟营为尔玛琼产产苏宁毕当盘蒙称谷节简团红纳级绍绥维缀绵县义习肃临台兴"
    "旧荆庄华烟莱万芜蓟萨芦苏兰同胡卫里里设许丰贝贡贵贺资宾贤赣辖农回连周运达远迁辽迈边乡郑郸银铜锦锡镇镇铁长门开闵合关陕阳随"
    "陇双鸡云静顶顺颇头台余饶马驻松胡鲁鲜鸭鹤鸡鹰咸盐丽曲曲黄齐龙"
)
_OF_FORMS = "電總話聽語棄訴舉隊數諮詢員訓備註識庫條網絡專號碼標裝範聯繫係機郵蓋況調樣計無沒線時關類個現實應與屬廳負責證錄熱訊臺單據"
_OF_FORMS_SIMPLIFIED = "电总话听语弃诉举队数咨询员训备注识库条网络专号码标装范联系系机邮盖况调样计无没线时关类个现实应与属厅负责证录热讯台单据"
_TABLE = str.maketrans(_TRADITIONAL + _OF_FORMS, _SIMPLIFIED + _OF_FORMS_SIMPLIFIED)


@lru_cache(maxsize=512)
def simplified(text: str) -> str:
    """The text in simplified characters, as far as names of units and regions and the words of the forms go."""
    return text.translate(_TABLE)
