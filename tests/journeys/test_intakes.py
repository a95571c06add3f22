"""A department's list goes into the register and comes out again; of doubtful pairs two people decide, with the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from linli.kernel.accounts.models import Post, User
from linli.kernel.audit.models import Event
from linli.registry.commands.intakes.reading import WRITE
from linli.registry.models import Intake, IntakePart, Pair, Person, RawRow, Residence, Source
from linli.registry.tests.district import citizen_id
from linli.registry.tests.files import home, sheet_of, source_of, taken_in
from linli.registry.tests.test_intakes import LI, TABLES, ZHANG, rows_of
from tests.cast import START, Cast
from tests.journeys.stage import Stage, behind_the_scene, box, whole, worked_off

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NAMES = ("王秀英", "李建国", "陈静", "欧阳娜", "张敏", "刘洋", "杨帆", "周海", "吴芳")
WRONG = "520103198002140021"
"""A number whose last digit does not belong to it."""


def workbook(note: str = "") -> bytes:
    """Ten persons as an office sends them: a title, a header of two rows with merged cells, a total, a signature."""
    rows: list[list[Any]] = [
        [f"云岩区户籍人口花名册{note}", None, None, None, None, None],
        ["序号", "基本信息", None, None, "联系方式", None],
        [None, "姓名", "公民身份号码", "性别", "手机号码", "现住址"],
        *(
            [n + 1, name, citizen_id(2 * n + 1, 1960 + n), "男", f"1388510{n:04}", f"冠竹苑3栋2单元{n + 1}01"]
            for n, name in enumerate(NAMES)
        ),
        [10, "王芳", WRONG, "女", "13885109999", "冠竹苑3栋2单元501"],
        ["合计", 10, None, None, None, None],
        ["填表人：秦川", None, None, "审核：方宁", None, None],
    ]
    return sheet_of(rows, "A1:F1", "A2:A3", "B2:D2", "E2:F2")


def stored() -> Any:
    """What stands of persons, homes and households."""
    with behind_the_scene():
        return rows_of(*TABLES)


def send(page: Page, content: bytes, name: str = "花名册.xlsx") -> None:
    """Choose a file of the one source and upload it."""
    page.goto("/intakes/")
    page.get_by_role("link", name="导入文件").click()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    box(page, "文件").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    box(page, "数据截至").fill(f"{timezone.localdate()}")
    page.get_by_role("button", name="上传并检查").click()


def figure(page: Page, label: str, count: int) -> None:
    """One of the counts over a file."""
    found = page.locator(".l-figures > *", has_text=re.compile(label))
    expect(found).to_contain_text(f"{count}")


def registered(page: Page) -> None:
    """The source is written down with the basis on which it may be taken in."""
    page.goto("/intakes/")
    page.get_by_role("link", name="登记数据来源").click()
    box(page, "名称").fill("户籍月报")
    box(page, "内容").select_option("person")
    box(page, "来源类别").select_option("police")
    box(page, "用途").fill("核对常住人口")
    box(page, "依据有效至").fill("2030-12-31")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(box(page, "法律依据")).to_have_attribute("aria-invalid", "true")
    box(page, "法律依据").fill("户口登记条例第三条")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("依据：户口登记条例第三条")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_list_goes_in_row_by_row_says_what_it_refuses_and_comes_out_as_a_whole(
    stage: Stage, size: str, tmp_path: Path
) -> None:
    with behind_the_scene():
        home()
    before = stored()
    page = stage.enter("keeper", size)
    registered(page)
    with behind_the_scene():
        assert Source.objects.get().basis == "户口登记条例第三条"
    content = workbook()
    send(page, content)
    expect(page.get_by_text("10 行数据")).to_be_visible()
    guessed = {1: "name", 2: "document", 3: "sex", 4: "phones", 5: "address"}
    for at, code in guessed.items():
        expect(page.locator(f"#column-{at}")).to_have_value(code)
    assert WRONG not in page.content()
    whole(page)

    page.get_by_role("button", name="确认并比对").click()
    figure(page, "新增", 9)
    figure(page, "退回", 1)
    expect(page.get_by_text("校验码").first).to_be_visible()
    whole(page)
    assert stored() == before
    with page.expect_download() as told:
        page.get_by_role("link", name="下载退回的行").click()
    path = tmp_path / "refused.xlsx"
    told.value.save_as(path)
    heading, *refused = openpyxl.load_workbook(path).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert heading[-1] == "退回原因"
    ((*_cells, reason),) = refused
    assert refused[0][1:3] == ("王芳", WRONG)
    assert "校验码" in str(reason)

    page.get_by_role("button", name="写入 9 行").click()
    expect(page.locator("#run")).to_contain_text("写入中")
    assert worked_off(WRITE) == 1
    expect(page.locator("#run")).to_contain_text("已导入")
    whole(page)
    with behind_the_scene():
        assert sorted(Person.objects.values_list("name", flat=True)) == sorted(NAMES)
        assert Residence.objects.count() == 9
        assert Intake.objects.get().state == Intake.State.DONE
        assert WRONG.encode() not in bytes(IntakePart.objects.get().sealed)
    page.goto("/people/?q=欧阳娜")
    expect(page.get_by_role("main").get_by_text("欧阳").first).to_be_visible()
    page.get_by_role("main").locator("a[href*='/people/'][href$='/']", has_text="欧阳").first.click()
    expect(page.get_by_role("main")).to_contain_text("冠竹苑")
    assert citizen_id(7, 1963) not in page.content()

    kept = stored()
    send(page, content)
    expect(page.get_by_text("内容完全相同，不会有任何变化").first).to_be_visible()
    send(page, workbook("（重发）"), "花名册（重发）.xlsx")
    figure(page, "新增", 0)
    figure(page, "退回", 1)
    page.get_by_role("button", name="记下：这些记录仍然有效").click()
    assert worked_off(WRITE) == 1
    expect(page.locator("#run")).to_contain_text("已导入")
    assert stored() == kept

    for which in ("（重发）", ""):  # what a later file stands on stays, so the later one goes first
        page.goto("/intakes/")
        page.get_by_role("link", name=f"花名册{which}.xlsx", exact=True).last.click()
        page.get_by_role("button", name="整体撤销这次导入").click()
        expect(page.get_by_text("已整体撤销").first).to_be_visible()
    whole(page)
    assert stored() == before
    with behind_the_scene():
        assert Event.objects.filter(name="registry.import_undone").count() == 2
    page.goto("/people/?q=欧阳娜")
    expect(page.get_by_role("main").locator("a[href*='/people/'][href$='/']", has_text="欧阳")).to_have_count(
        0
    )


@pytest.fixture
def pairs(cast: Cast) -> Iterator[list[int]]:
    """Two numbers of the register that a file has under other names, and a second keeper of the data, 许静."""
    user = User.objects.create(username="second", display_name="许静", password="!")
    unit = cast.unit("520103")
    Post.objects.create(
        user=user, role="registry_keeper", unit_code=unit.code, unit_name=unit.name, scope=unit.path, starts_on=START
    )  # fmt: skip
    cast.users["second"] = user
    with behind_the_scene():
        home()
        keeper = cast.actors["keeper"]
        taken_in(source_of("other", keeper), [LI, ZHANG], keeper)
        others = [
            {**LI, "name": "赵国庆", "phones": "12608517777", "work": "退休"},
            {**ZHANG, "name": "冯建军", "phones": "12608518888", "work": "退休"},
        ]
        taken_in(source_of("civil_affairs", keeper), others, keeper, at=timezone.now())
        found = list(Pair.objects.order_by("-weight", "pk").values_list("pk", flat=True))
    assert len(found) == 2
    yield found


def pair(number: int) -> Pair:
    with behind_the_scene():
        return Pair.objects.select_related("left", "row").get(pk=number)


def test_a_risky_merge_is_asked_for_by_one_and_made_by_another_and_taken_back(
    stage: Stage, pairs: list[int]
) -> None:
    first, other = pairs
    before = stored()
    page = stage.enter("keeper")
    page.goto("/reviews/")
    expect(page.locator("[data-split-count]")).to_have_text("2")
    sides = page.get_by_role("region", name="两条记录")
    expect(sides.get_by_role("row", name="姓名")).to_contain_text("不同")
    expect(sides.get_by_role("row", name="证件号码")).to_contain_text("相同")
    for secret in (LI["document"], ZHANG["document"], "赵国庆", "冯建军"):
        assert secret not in page.content()
    expect(page.get_by_text("还要由另一个人复核")).to_be_visible()
    whole(page)
    page.keyboard.press("j")
    expect(page.locator(f"#pair-{other}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"form[action='/reviews/{other}/same/']")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(f"#pair-{first}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"form[action='/reviews/{first}/same/']")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("#toasts")).to_contain_text("已提请合并，由另一人复核")
    expect(page.locator(f"form[action='/reviews/{other}/same/']")).to_be_visible()
    asked = pair(first)
    assert (asked.state, asked.first_user_id, asked.second_by) == (
        Pair.State.PROPOSED, stage.cast.users["keeper"].pk, "",
    )  # fmt: skip
    assert stored() == before
    page.goto(f"/reviews/?pair={first}")
    expect(page.get_by_text("您已提请合并，须由另一个人复核")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="复核同意，合并")).to_have_count(0)
    assert pair(first).state == Pair.State.PROPOSED

    second = stage.enter("second")
    second.goto(f"/reviews/?pair={first}")
    expect(second.get_by_text("提请合并，须由另一个人复核")).to_contain_text("白露")
    expect(second.get_by_role("button", name="复核同意，合并")).to_be_visible()
    whole(second)
    second.keyboard.press("s")
    expect(second.locator("#toasts")).to_contain_text("已确认为同一人")
    expect(second.locator("[data-split-count]")).to_have_text("1")
    made = pair(first)
    assert made.state == Pair.State.SAME
    assert "许静" in made.second_by
    assert made.row is not None and made.row.record_id == made.left_id
    assert made.left.work == "退休"

    second.locator("#toasts").get_by_role("button", name="撤回").click()
    expect(second.locator("[data-split-count]")).to_have_text("2")
    open_again = pair(first)
    assert (open_again.state, open_again.first_by, open_again.second_by) == (Pair.State.OPEN, "", "")
    assert open_again.left.work != "退休"


def test_a_key_pressed_before_the_chosen_pair_is_there_decides_neither_it_nor_the_one_still_shown(
    stage: Stage, pairs: list[int]
) -> None:
    first, other = pairs
    page = stage.enter("keeper")
    page.goto("/reviews/")
    expect(page.locator(f"form[action='/reviews/{first}/same/']")).to_be_visible()
    under_way: list[Route] = []
    page.route(f"**/reviews/?pair={other}", lambda route: under_way.append(route))
    page.keyboard.press("j")
    expect(page.locator(f"#pair-{other}")).to_have_attribute("aria-current", "true")
    page.keyboard.press("s")
    page.keyboard.press("d")
    expect(page.locator(f"form[action='/reviews/{first}/same/']")).to_be_visible()
    under_way[0].continue_()
    expect(page.locator(f"form[action='/reviews/{other}/different/']")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [pair(each).state for each in pairs] == [Pair.State.OPEN, Pair.State.OPEN]
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("已确认不是同一人")
    expect(page.locator(f"form[action='/reviews/{first}/same/']")).to_be_visible()
    assert [pair(each).state for each in pairs] == [Pair.State.OPEN, Pair.State.DIFFERENT]


def test_two_people_under_one_number_go_back_to_the_office_and_wait_again_when_it_was_a_slip(
    stage: Stage, pairs: list[int]
) -> None:
    before = stored()
    page = stage.enter("keeper")
    page.goto("/reviews/")
    expect(page.locator(f"form[action='/reviews/{pairs[0]}/different/']")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("已确认不是同一人")
    expect(page.locator(f"form[action='/reviews/{pairs[1]}/different/']")).to_be_visible()
    row = pair(pairs[0]).row
    assert row is not None and row.verdict == RawRow.Verdict.REJECTED
    page.locator("#toasts").get_by_role("button", name="撤回").click()
    expect(page.locator("[data-split-count]")).to_have_text("2")
    row = pair(pairs[0]).row
    assert row is not None and row.verdict == RawRow.Verdict.REVIEW
    assert stored() == before
