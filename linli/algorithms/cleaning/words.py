"""What notes and faults say to people, in Chinese with gaps for the values. Whoever shows them translates them.

No gettext here: algorithms know none. ``linli.algorithms.text.sentences.said`` speaks a template with its values.
"""

from __future__ import annotations

from collections.abc import Mapping

from linli.algorithms.cleaning.cleaned import Fault, Note

NOTES: Mapping[Note, str] = {
    Note.FULL_WIDTH: "全角字符已改为半角",
    Note.INVISIBLE: "已去掉看不见的字符",
    Note.SPACES: "已去掉空格",
    Note.DASHES: "已去掉横线",
    Note.APOSTROPHE: "已去掉前面的撇号",
    Note.PLACEHOLDER: "原文只表示没有填写",
    Note.ASIDE: "与值无关的文字已另放",
    Note.ID_15_TO_18: "15 位号码已换算为 18 位",
    Note.LOWER_CASE: "小写字母已改为大写",
    Note.PLACE_UNKNOWN: "号码开头的行政区划代码不在代码表中",
    Note.MAYBE_ROUNDED: "号码以 000 结尾，可能被电子表格取整，请留意",
    Note.KIND_BY_SHAPE: "证件种类按号码的样子推断",
    Note.EXCEL_SERIAL: "由电子表格的日期序号换算",
    Note.TWO_DIGIT_YEAR: "年份只有两位，世纪按推断补全",
    Note.YEAR_LAST: "年份写在最后",
    Note.CHINESE_NUMERALS: "汉字数字已改为阿拉伯数字",
    Note.TIME_DROPPED: "已略去时刻",
    Note.ZERO_PARTS: "月或日写作 0，按未知处理",
    Note.COUNTRY_CODE: "已去掉国际区号 86",
    Note.LEADING_ZERO: "已去掉手机号前的 0",
    Note.NO_AREA_CODE: "固定电话缺区号",
    Note.REPEATED: "同一号码写了几次，只留一次",
    Note.REST_UNREAD: "还有读不懂的数字",
    Note.INNER_SPACES: "已去掉名字中间的空格",
    Note.MIDDLE_DOT: "间隔号已统一为“·”",
    Note.TITLE: "称呼已另放",
    Note.FORMER_NAME: "曾用名已另放",
    Note.CODE_AND_WORD: "代码与名称写在一起，二者一致",
    Note.ZERO_PADDED: "已补上代码前面的 0",
    Note.WORD_PART: "按简称或全称对应",
    Note.SHORT_FORM: "门牌用了简写",
    Note.ROOM_FROM_FLOOR: "室号由楼层和户号合成",
    Note.UNIT: "单位已另放",
}

FAULTS: Mapping[Fault, str] = {
    Fault.MASKED: "内容已脱敏，不能作为值",
    Fault.DIGITS_LOST: "“%(text)s”的末几位已被电子表格丢掉，请把该列改为文本后重新填写",
    Fault.ID_LENGTH: "身份证号“%(text)s”有 %(length)s 位，应为 18 位或 15 位",
    Fault.ID_SIGNS: "身份证号“%(text)s”中有不该出现的字符",
    Fault.ID_MISREAD: "身份证号“%(text)s”中有像数字的字母或多余的标点，请核对建议的号码",
    Fault.ID_BIRTH: "身份证号“%(text)s”中的出生日期 %(birth)s 不可能",
    Fault.ID_CHECKSUM: "身份证号“%(text)s”的校验码不对，有数字写错了",
    Fault.DOCUMENT_UNREAD: "证件号“%(text)s”不像任何一种证件",
    Fault.DATE_UNREAD: "“%(text)s”不能识别为日期",
    Fault.DATE_IMPOSSIBLE: "没有 %(text)s 这一天",
    Fault.DATE_AMBIGUOUS: "日期“%(text)s”有两种读法，请选定一种",
    Fault.DATE_OTHER_CALENDAR: "“%(text)s”是农历、民国或其他纪年，请换成公历",
    Fault.DATE_IN_FUTURE: "日期 %(text)s 在将来",
    Fault.DATE_TOO_OLD: "日期 %(text)s 距今超过 %(years)s 年",
    Fault.PHONE_UNREAD: "“%(text)s”中没有电话号码",
    Fault.PHONE_LENGTH: "电话号码“%(text)s”有 %(length)s 位数字，位数或号段不对",
    Fault.PHONE_DUMMY: "“%(text)s”是凑数的号码",
    Fault.NOT_A_NAME: "“%(text)s”不是姓名",
    Fault.NAME_HAS_DIGITS: "姓名“%(text)s”中有数字",
    Fault.NAME_INCOMPLETE: "“%(text)s”只有姓，请填写全名",
    Fault.NAME_TOO_LONG: "“%(text)s”太长，不像姓名",
    Fault.NAME_OF_ORGANISATION: "“%(text)s”是单位名称，不是姓名",
    Fault.UNKNOWN_WORD: "代码表中没有“%(text)s”",
    Fault.UNKNOWN_WORD_NEAR: "代码表中没有“%(text)s”；最接近的是：%(nearest)s",
    Fault.CODE_AND_WORD_DIFFER: "“%(text)s”中的代码与名称不一致",
    Fault.ADDRESS_UNREAD: "“%(text)s”中没有路名、小区名或门牌",
    Fault.USCC_LENGTH: "统一社会信用代码“%(text)s”有 %(length)s 位，应为 18 位",
    Fault.USCC_SIGNS: "统一社会信用代码“%(text)s”中有不该出现的字符",
    Fault.USCC_MISREAD: "统一社会信用代码“%(text)s”中有像数字的字母或多余的标点，请核对建议的代码",
    Fault.USCC_CHECKSUM: "统一社会信用代码“%(text)s”的校验码不对",
    Fault.OLD_ORGANISATION_CODE: "“%(text)s”是旧的组织机构代码，请填写 18 位统一社会信用代码",
    Fault.OLD_REGISTRATION_NUMBER: "“%(text)s”是旧的工商注册号，请填写 18 位统一社会信用代码",
    Fault.NUMBER_UNREAD: "“%(text)s”不能识别为数字",
    Fault.NUMBER_UNIT: "单位“%(text)s”不对，可以用：%(units)s",
    Fault.NUMBER_NOT_WHOLE: "%(text)s 不是整数",
}
