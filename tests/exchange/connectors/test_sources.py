"""What databases, APIs and tables refuse, and what they do when something is wrong at their other end."""

from pathlib import Path
from typing import Any

import pytest
from tests.exchange.connectors.running import Server, ask, http, http_server, runner
from tests.stores import execute, open_store

from headrace.exchange.connectors.running import Note
from headrace.exchange.replies import Finish, Unanswerable

pytestmark = pytest.mark.anyio


def sqlite(query: str, more: str = "") -> str:
    return f"""
databases:
  shop:
    sqlite: shop.db
    setup:
      - create table if not exists people (name text, age integer, born date)
      - insert into people values ('Ada', 36, '1815-12-10')
screens:
  A:
    exchange:
      - sql: shop
        query: {query}
        as: rows
{more}
      - finish: {{rows: "${{rows}}"}}
"""


async def finished(made: Any, data: dict[str, Any]) -> dict[str, Any]:
    reply = await ask(made, data)
    assert isinstance(reply, Finish)
    params = reply.params
    assert isinstance(params, dict)
    return params


HOSTILE = ["' or 1=1 --", "'; drop table people; --", "${data.name}", "a\\", ":name", "%s", "\u202e", "😀"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_a_person_sends_is_only_ever_a_value(name: str, tmp_path: Path) -> None:
    more = '        with: {name: "${data.name}"}'
    async with runner(sqlite("select name, :name as given from people where name != :name", more), tmp_path) as made:
        assert await finished(made, {"name": name}) == {"rows": [{"name": "Ada", "given": name}]}


@pytest.mark.parametrize("name", ["\ud800", 10**30, ["a"], {"a": 1}, "\x00"])
async def test_what_no_database_keeps_is_refused_in_words(name: Any, tmp_path: Path) -> None:
    more = '        with: {name: "${data.name}"}'
    async with runner(sqlite("select name from people where name != :name", more), tmp_path) as made:
        with pytest.raises(Unanswerable) as refused:
            await ask(made, {"name": name})
    assert refused.value.status == 502


async def test_postgresql_takes_texts_for_what_it_knows_of_other_types(tmp_path: Path) -> None:
    text = """
secrets: {url: {env: URL}}
databases: {shop: {postgresql: "${secret.url}"}}
screens:
  A:
    exchange:
      - sql: shop
        query: select name, age, born from shop.people where age > :age and born < :day and name != :name
        with: {age: "${data.age}", day: "${today}", name: "${data.name}"}
        gives: {name: string, age: number, born: string}
        as: rows
      - finish: {rows: "${rows}"}
"""
    async with open_store("postgresql", tmp_path) as store:
        url = store.url("shop")
        await execute(url, "CREATE SCHEMA shop")
        await execute(url, "CREATE TABLE shop.people (name text, age int, born date)")
        await execute(url, "INSERT INTO shop.people VALUES ('Ada', 36, '1815-12-10')")
        secrets = {"url": url.replace("+asyncpg", "").replace("&schema=shop", "")}
        async with runner(text, tmp_path, secrets=secrets) as made:
            row = {"name": "Ada", "age": 36, "born": "1815-12-10"}
            for name in HOSTILE:
                assert await finished(made, {"age": "30", "name": name}) == {"rows": [row]}
            with pytest.raises(Unanswerable, match="invalid input syntax for type integer"):
                await ask(made, {"age": "'; drop table shop.people", "name": ""})
        async with runner(text, tmp_path, secrets=secrets, is_server=True) as made:
            with pytest.raises(Unanswerable, match="names no host"):
                await ask(made, {"age": "30", "name": ""})
    hidden = {"url": "postgresql://user:hush@127.0.0.1/shop"}
    async with runner(text, tmp_path, secrets=hidden, is_server=True, private_networks=False) as made:
        with pytest.raises(Unanswerable, match="private network") as refused:
            await ask(made, {"age": "30", "name": ""})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("attach database 'other.db' as other", "not authorized"),
        ("vacuum into 'other.db'", "refused a statement"),
        ("pragma writable_schema = 1", "not authorized"),
        ("select load_extension('x')", "not authorized"),
        ("select * from nobody", "no such table: nobody"),
        ("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n", "more than 1,000 rows"),
    ],
)
async def test_sqlite_stays_in_its_file(query: str, words: str, tmp_path: Path) -> None:
    async with runner(sqlite(query), tmp_path) as made:
        with pytest.raises(Unanswerable, match=words):
            await ask(made, {})
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("shop.db")] == []


async def test_a_statement_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headrace.exchange.connectors.databases.SECONDS", 0.05)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    async with runner(sqlite(endless), tmp_path) as made:
        with pytest.raises(Unanswerable, match="interrupted"):
            await ask(made, {})


@pytest.mark.parametrize("name", ["../shop.db", "/etc/passwd", "a/b.db", "\x00"])
async def test_on_a_server_files_lie_in_one_folder(name: str, tmp_path: Path) -> None:
    text = sqlite("select 1").replace("sqlite: shop.db", f"sqlite: {name!r}".replace("'\\x00'", '"\\0"'))
    async with runner(text, tmp_path / "own", is_server=True) as made:
        with pytest.raises(Unanswerable):
            await ask(made, {})
    assert not (tmp_path / "shop.db").exists()


def calling(server: Server, more: str = "") -> str:
    return f"""
apis:
  shop: {{url: "{server.url}"}}
screens:
  A:
    exchange:
      - call: shop
        path: /items/${{data.item}}
        as: item
        seconds: 0.3
{more}
      - finish: {{item: "${{item}}"}}
"""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (2.0, "did not answer within 0.3 s"),
        (http(500, b"{}"), "answered with status 500"),
        (http(404, b"{}"), "answered with status 404"),
        (http(302, b"", "Location: http://169.254.169.254/latest"), "redirect .302. to 169.254.169.254, which is not"),
        (http(200, b"<html>"), "something that is not JSON"),
        (http(200, b"[" * 100_000), "something that is not JSON"),
        (http(200, b'"' + b"x" * 1_100_000 + b'"'), "more than 1,048,576 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "closed the connection"),
        (b"garbage\r\n\r\n", "not HTTP"),
        (http(200, b'{"price": "dear"}'), "price is string, not number"),
        (http(200, b"[]"), r"is \[anything\], not"),
        (http(200, b""), "is missing"),
    ],
)
async def test_what_an_api_can_do_wrong_is_told(answer: bytes | float, words: str, tmp_path: Path) -> None:
    async with http_server() as server:
        server.answers = {"/items/a": answer}
        async with runner(calling(server, "        gives: {price: number}"), tmp_path) as made:
            with pytest.raises(Unanswerable, match=words) as failure:
                await ask(made, {"item": "a"})
    assert failure.value.status == 502


async def test_a_value_is_one_part_of_a_path(tmp_path: Path) -> None:
    async with http_server() as server, runner(calling(server, "        none_on: [404]"), tmp_path) as made:
        for item in ("a/b?c=d#e", "ü", "\r\nHost: x"):
            assert await finished(made, {"item": item}) == {"item": None}
        with pytest.raises(Unanswerable, match="upwards"):
            await ask(made, {"item": ".."})
    paths = [asked.split()[1] for asked in server.asked]
    assert paths == ["/items/a%2Fb%3Fc=d%23e", "/items/%C3%BC", "/items/%0D%0AHost:%20x"]


async def test_it_is_asked_again_and_what_came_is_kept(tmp_path: Path) -> None:
    async with http_server() as server:
        server.answers = {"/items/bad": http(503, b""), "/items/a": http(200, b"7")}
        async with runner(calling(server, "        retries: 1\n        cache: 60"), tmp_path) as made:
            with pytest.raises(Unanswerable, match="status 503"):
                await ask(made, {"item": "bad"})
            assert len(server.asked) == 2
            for _ in range(3):
                assert await finished(made, {"item": "a"}) == {"item": 7}
    assert len(server.asked) == 3


async def test_private_networks_are_not_called_unless_that_is_allowed(tmp_path: Path) -> None:
    async with http_server() as server, runner(calling(server), tmp_path, private_networks=False) as made:
        with pytest.raises(Unanswerable, match="private network"):
            await ask(made, {"item": "a"})
    assert server.asked == []


async def test_failure_has_steps_of_its_own(tmp_path: Path) -> None:
    more = "        failed: [{set: {item: none}}]"
    notes: list[Note] = []
    async with http_server() as server, runner(calling(server, more), tmp_path) as made:
        reply = await ask(made, {"item": "a"}, notes)
    assert isinstance(reply, Finish)
    assert reply.params == {"item": "none"}
    assert [(note.kind, note.words) for note in notes] == [
        ("call", "shop answered with status 404."),
        ("set", "item"),
        ("finish", "the Flow ends"),
    ]


def table(text: str, columns: str = "{id: string, price: number or null}") -> str:
    lines = "".join(f"      {line}\n" for line in text.splitlines())
    return f"""
tables:
  items:
    columns: {columns}
    text: |
{lines}
screens:
  A:
    exchange:
      - table: items
        where: {{id: "${{data.id}}"}}
        as: items
      - finish: {{items: "${{items}}"}}
"""


async def test_rows_of_a_table_are_found_by_their_columns(tmp_path: Path) -> None:
    async with runner(table('price,id,more\n1.50,a,x\n"",a\n3,b,"x, y"\n'), tmp_path) as made:
        assert await finished(made, {"id": "a"}) == {"items": [{"id": "a", "price": 1.5}, {"id": "a", "price": None}]}
        assert await finished(made, {}) == {"items": []}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id\na", "no column 'price'"),
        ("id,price\na,dear", "line 2: price is string, not number"),
        ('id,price\n"a', "is no CSV"),
        ("id,price\n" + "a,1\n" * 10_001, "more than 10,000 rows"),
    ],
)
async def test_what_is_wrong_with_a_table_is_told_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    async with runner(table(text), tmp_path) as made:
        with pytest.raises(Unanswerable, match=words):
            await ask(made, {"id": "a"})
