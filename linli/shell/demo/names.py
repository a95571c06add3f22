"""Invented names and numbers. The numbers use a prefix that no operator has given out (GK), so none can ring."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰凤玲红梅建国华文辉力玉萍春燕志永鑫鹏浩宇婷雪晨佳欣雨桐子轩思远嘉怡海波飞云峰"
    "倩莉蓉琴荣生贵福根宝庆祥林森松柏青山川江河雁"
)
RARE_SINGLE = 0.22
PREFIX = "1260851"


def person(rng: Random) -> str:
    """A surname by how common it is, and one or two characters."""
    surname = SURNAMES[min(int(rng.expovariate(1 / 22)), len(SURNAMES) - 1)]
    return surname + "".join(rng.choices(GIVEN, k=1 if rng.random() < RARE_SINGLE else 2))


def phone(rng: Random) -> str:
    """Eleven figures that look like a mobile number and belong to nobody."""
    return f"{PREFIX}{rng.randrange(10_000):04d}"
