"""Words that the scripts say: kept here so that they are translated with the rest.

A test compares this list with the calls of ``word`` in ``static/linli``.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = (
    _("万"),
    _("（%(unit)s）"),
    _("项目"),
    _("%(title)s（图；数据见“看数据表”）"),
    _("看数据表"),
    _("看图"),
    _("%(used)s / %(most)s 字"),
    _("清空重填"),
    _("已存到本机 %(time)s"),
    _("本机存不下草稿，请尽快提交"),
    _("已恢复 %(time)s 没有提交的内容。"),
    _("请填写这一项"),
    _("至少写 %(least)s 个字，现在 %(now)s 个"),
    _("最多写 %(most)s 个字"),
    _("格式不对，请照上面的例子写"),
    _("不能小于 %(least)s"),
    _("不能大于 %(most)s"),
    _("先不办"),
    _("已复制 %(text)s"),
    _("%(n)d 天"),
    _("%(d)d 天 %(h)d 小时"),
    _("%(h)d 小时 %(m)d 分钟"),
    _("%(n)d 小时"),
    _("%(n)d 分钟"),
    _("已超 %(span)s"),
    _("还有 %(span)s"),
    _("刚刚"),
    _("%(span)s前"),
    _("没有数据"),
    _("%(n)s 个"),
    _("这台设备画不出地图，下面是同一份数据。"),
    _("：%(value)s"),
    _("地图"),
    _("%(year)d年%(month)d月%(day)d日"),
    _("全图"),
    _("存为图片"),
    _("打印"),
    _("放大"),
    _("缩小"),
    _("地图数据没有取到。请刷新；仍然不行请找系统管理员。"),
    _("撤回"),
    _("收起"),
    _("%(n)s 秒"),
    _("当前岗位不能办这一步。换个岗位，或请管理员开通。"),
    _("这一件不在了，可能已合并或转走。请刷新。"),
    _("短时间内操作太多次。请等一分钟再试。"),
    _("系统出了故障，这一步没有完成。填写的内容还在，请再试一次。"),
    _("输入名称或拼音首字母"),
    _("去掉%(name)s"),
    _("先列 %(shown)s 个，共 %(all)s 个，请再输入几个字"),
    _("%(all)s 个可选"),
    _("没有符合的选项"),
    _("网络断了，这一步没有送出。填写的内容还在，连上后请再试。"),
)


def said(text: Any) -> Any:
    """Words of a table or a template's literal in the page's language; what is no text or has no words stays."""
    return gettext(text) if isinstance(text, str) and text else text


def book() -> dict[str, str]:
    """Message id to the words of the page's language; only those that differ."""
    return {word: said for word in WORDS if (said := gettext(word)) != word}
