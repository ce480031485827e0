"""What is published, as pages that anybody reads."""

import httpx

from tests.api.conftest import Ask
from tests.api.publications.conftest import WITHDRAW, Publish, Stage

LINE = """query ($contest: String!, $number: Int!) {
  publication(contest: $contest, revision: 1) { standing(number: $number) { number name } } }"""


async def test_one_line_is_found_by_its_number_alone(
    ask: Ask, client: httpx.AsyncClient, stage: Stage, publish: Publish
) -> None:
    await publish()
    assert (await ask(LINE, contest=stage.slug, number=2))["publication"]["standing"] == {"number": 2, "name": "账号1"}
    assert (await ask(LINE, contest=stage.slug, number=9))["publication"]["standing"] is None
    page = await client.get(f"/contests/{stage.slug}/publications/1/people/2")
    assert (page.status_code, "<h1>账号1</h1>" in page.text) == (200, True)
    assert (await client.get(f"/contests/{stage.slug}/publications/1/people/9")).status_code == 404


async def test_a_line_of_what_was_withdrawn_says_so(
    ask: Ask, client: httpx.AsyncClient, stage: Stage, publish: Publish
) -> None:
    made = await publish()
    await ask(WITHDRAW, stage.host, input={"publicationId": made["id"], "reason": "数据有误"})
    for place in ("", "/people/2"):
        page = await client.get(f"/contests/{stage.slug}/publications/1{place}")
        assert (page.status_code, "数据有误" in page.text) == (200, True)
