"""The pages of visits: the list, one home, the queue's answers, the board, the slip, and the list of questions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.kernel.privacy import context
from linli.registry.commands import persons, visits
from linli.registry.models import Household, Person, Visit
from linli.registry.tests.factories import TODAY, family, seen_by
from linli.registry.tests.test_visits import ask_by_department, held
from linli.territory.queries.figures import FIGURES
from tests.cast import MONDAY, TESTER, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast) -> Household:
    return family(cast)[0]


def entered(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    context.set_viewer(TESTER)
    return found


def fields(page: str, element: str) -> list[tuple[str, str]]:
    """The names of the fields about an element, with their tokens, in the order of the page."""
    return re.findall(rf'name="token-([0-9a-f]{{32}}-{element})" value="([0-9a-f]+)"', page)


def send(client: Client, cast: Cast, household: Household, who: str = "grid", **more: str) -> Any:
    body = {"user": str(cast.users[who].pk), "key": "k1", "outcome": "met", **more}
    answer = client.post(
        reverse("registry:phone_home", args=[household.uid]), body, headers={"X-Linli-Queue": "1"}
    )
    context.set_viewer(TESTER)
    return answer


def test_the_list_leads_to_the_home_and_the_home_says_what_for(cast: Cast, home: Household) -> None:
    client = entered(cast, "grid")
    page = reverse("registry:phone_home", args=[home.uid])
    assert page in text(client.get(reverse("registry:phone_visits")))
    shown = text(client.get(page))
    assert "张小明" in shown and "用途" in shown and "个人信息保护法" in shown
    assert "13885100001" not in shown


def test_the_answers_of_the_queue_are_taken_once(cast: Cast, home: Household) -> None:
    client = entered(cast, "grid")
    (name, token), *_ = fields(text(client.get(reverse("registry:phone_home", args=[home.uid]))), "work")
    given = {f"token-{name}": token, f"value-{name}": "市一中"}
    first, second = send(client, cast, home, **given), send(client, cast, home, **given)
    assert first.json() == second.json() == {"said": "已登记走访：已核实"}
    assert Visit.objects.count() == 1


def test_what_must_be_mended_comes_back_in_words(cast: Cast, home: Household) -> None:
    client = entered(cast, "grid")
    name, token = fields(text(client.get(reverse("registry:phone_home", args=[home.uid]))), "phones")[0]
    answer = send(client, cast, home, **{f"token-{name}": token, f"value-{name}": "12"})
    assert answer.status_code == 422 and "联系电话" in answer.json()["error"]
    assert send(client, cast, home).status_code == 422
    assert send(client, cast, home, who="stranger").status_code == 409
    assert not Visit.objects.exists()


def test_a_conflict_is_told_to_the_telephone_with_both_values(cast: Cast, home: Household) -> None:
    client = entered(cast, "grid")
    shown = text(client.get(reverse("registry:phone_home", args=[home.uid])))
    wife = Person.objects.get(name="李春梅")
    name, token = next(each for each in fields(shown, "work") if each[0].startswith(wife.uid.hex))
    with seen_by(cast.actors["community"]) as by:
        persons.correct(
            person_id=wife.pk,
            values={"work": "宏福超市"},
            origin="community",
            by=by,
            at=timezone.now(),
            on=TODAY,
        )
    told = send(client, cast, home, **{f"token-{name}": token, f"value-{name}": "金龙商贸"}).json()
    assert "宏福超市" in told["left"] and "金龙商贸" in told["left"] and str(home.uid) in told["link"]
    assert held("李春梅")["work"] == "宏福超市"


def test_without_scripts_nobody_at_home_is_taken_down_too(cast: Cast, home: Household) -> None:
    client = entered(cast, "grid")
    answer = client.post(
        reverse("registry:phone_home", args=[home.uid]), {"outcome": "not_home", "key": "k9"}
    )
    assert answer["Location"] == reverse("registry:phone_visits")
    assert "不在家" in text(client.get(answer["Location"]))


@pytest.mark.parametrize("name", ["visits", "phone_visits", "questions"])
def test_the_pages_are_for_who_visits(cast: Cast, home: Household, name: str) -> None:
    assert entered(cast, "community").get(reverse(f"registry:{name}")).status_code == 200
    assert entered(cast, "clerk").get(reverse(f"registry:{name}")).status_code == 403


def test_a_home_of_somewhere_else_is_not_there(cast: Cast, home: Household) -> None:
    stranger = entered(cast, "stranger")
    assert stranger.get(reverse("registry:phone_home", args=[home.uid])).status_code == 404
    assert stranger.get(reverse("registry:invite", args=[home.uid])).status_code == 404


def test_the_board_shows_what_is_getting_old_and_the_map_has_the_figure(cast: Cast, home: Household) -> None:
    visits.measure_freshness(path="", by=TESTER, at=MONDAY)
    shown = text(entered(cast, "community").get(reverse("registry:visits")))
    assert "哪里的信息在变旧" in shown and "冠竹苑社区第一网格" in shown
    node = cast.unit("520103019001001")
    assert 0 < FIGURES["registry_fresh"].values(cast.actors["community"], [node])[node.code] < 100
    assert FIGURES["registry_fresh"].values(cast.actors["stranger"], [node]) == {}


def test_the_slip_shows_the_code_once(cast: Cast, home: Household) -> None:
    client = entered(cast, "community")
    page = reverse("registry:invite", args=[home.uid])
    assert "v-code" not in text(client.get(page))
    assert "<svg" in text(client.post(page))
    assert "v-code" not in text(client.get(page))


def test_the_questions_of_departments_are_a_list(cast: Cast, home: Household) -> None:
    ask_by_department(cast, "李春梅", "birth", "1980-02-15")
    shown = text(entered(cast, "community").get(reverse("registry:questions")))
    assert "李春梅" in shown and "云岩区住房和城乡建设局" in shown
    assert "李春梅" not in text(entered(cast, "stranger").get(reverse("registry:questions")))


def test_the_workbench_names_the_grids_with_something_to_ask(cast: Cast, home: Household) -> None:
    visits.measure_freshness(path="", by=TESTER, at=MONDAY)
    shown = text(entered(cast, "community").get(reverse("workbench")))
    assert "要上门核实的信息" in shown and "8 项要核实" in shown and reverse("registry:visits") in shown


def test_the_bar_of_the_telephone_leads_to_the_visits(cast: Cast, home: Household) -> None:
    shown = text(entered(cast, "grid").get(reverse("cases:phone_home")))
    bar = shown.split("l-phone-bar")[-1]
    assert reverse("registry:phone_visits") in bar and reverse("cases:phone_report") in bar
