"""The arrows between the rooms of the house: who may import whom, read from the imports themselves."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pinstore

ROOT = Path(__file__).parent.parent

# Room -> whom it may import beside itself. The longest name counts; `pinstore!` is the library's face alone, of which
# `pinstore.errors` is a part.
ARROWS = """
main                          -> demo bots runtime
demo                          -> emulator scenes runtime.process
scenes                        -> emulator
scenes.understudy             -> bots runtime.rehearsal scenes.moved
bots                          -> bots runtime.app
bots.*                        -> runtime pinstore!
runtime                       -> pinstore! runtime
runtime.admin runtime.broadcast runtime.ops -> pinstore! runtime.filters runtime.languages runtime.people runtime.outbox
runtime.admin runtime.broadcast runtime.ops -> runtime.session runtime.settings runtime.process runtime.jobs runtime.app
runtime.admin runtime.broadcast runtime.ops -> runtime.values
runtime.outbox                -> runtime.session pinstore!
runtime.filters runtime.languages runtime.people -> pinstore! runtime.outbox runtime.session
runtime.filters runtime.languages runtime.people -> runtime.languages runtime.names
runtime.settings runtime.process runtime.jobs runtime.lazy_aiogram runtime.proxy -> pinstore!
runtime.session runtime.by_proxy runtime.way -> pinstore! runtime.http runtime.proxy runtime.way
runtime.session                 -> runtime.by_proxy runtime.settings runtime.parsing runtime.chain
runtime.chain                   ->
runtime.parsing                 ->
runtime.settings runtime.proxy  -> runtime.proxy runtime.hosts
runtime.http                    ->
runtime.hosts                   ->
runtime.settings runtime.values -> runtime.hosts runtime.values runtime.webhook.address runtime.webhook.secret
pinstore                      -> pinstore
pinstore.errors               ->
pinstore.memory pinstore.chat -> pinstore.errors
pinstore.postgres             -> pinstore.memory pinstore.errors
pinstore.listener             -> pinstore.chat pinstore.memory
pinstore.copies               -> pinstore.chat pinstore.memory pinstore.errors
pinstore.updates              -> pinstore.chat pinstore.memory pinstore.errors pinstore.listener
pinstore.keeping pinstore.export -> pinstore.copies pinstore.updates pinstore.chat pinstore.memory pinstore.errors
pinstore.keeping              -> pinstore.listener
pinstore.export               -> pinstore.keeping pinstore.formats
pinstore.formats pinstore.workbook -> pinstore.copies pinstore.memory pinstore.workbook
emulator                      -> emulator
emulator.page emulator.http   -> emulator.methods emulator.state
emulator.methods              -> emulator.state
emulator.state                ->
"""
# Arrows that are still to be turned.
ARROWS += """
runtime.admin runtime.broadcast runtime.ops -> runtime
"""
# Room -> libraries it keeps away from.
STRANGERS = """
runtime bots                  -> sqlite3 asyncpg
runtime.session               -> sqlite3 asyncpg httptools
runtime.http                  -> sqlite3 asyncpg aiogram aiohttp
pinstore.memory pinstore.copies pinstore.postgres -> aiogram aiohttp
pinstore.copies.reader pinstore.copies.loading ->
emulator                      -> aiogram pydantic sqlite3
"""

ROOMS = ("bots", "demo", "emulator", "main", "pinstore", "runtime", "scenes")

Table = list[tuple[list[str], list[str]]]


@cache
def read(table: str) -> Table:
    """The lines of a table as (rooms, whom)."""
    lines = [line.split("->") for line in table.splitlines() if line]
    return [(who.split(), whom.split()) for who, whom in lines]


def lies_in(module: str, room: str) -> bool:
    """Whether a module is this room or lies in it; `bots.*` is each of the bots."""
    name = room.removesuffix(".*")
    return f"{module}.".startswith(f"{name}.") and (name == room or module.count(".") > name.count("."))


def rule(module: str, table: Table) -> tuple[list[str], list[str]]:
    """The rooms and what the table says of them, for the longest name in which the module lies."""
    mine = {room for who, _ in table for room in who if lies_in(module, room)}
    nearest = [room for room in mine if len(room) == max(map(len, mine))]
    return nearest, [name for who, whom in table if set(nearest) & set(who) for name in whom]


def may(module: str, other: str) -> bool:
    """Whether a module may import another one of ours."""
    rooms, whom = rule(module, read(ARROWS))
    home = ".".join(module.split(".")[:2]) if module.startswith("bots.") else None
    if home and lies_in(other, "bots.*"):
        return lies_in(other, home)
    return any(lies_in(other, room) for room in rooms) or any(
        other in (name[:-1], f"{name[:-1]}.errors") if name.endswith("!") else lies_in(other, name) for name in whom
    )


def wrong(module: str, tree: ast.Module) -> list[str]:
    """The imports that the two tables forbid, in words."""
    found = list(imports(tree))
    away = rule(module, read(STRANGERS))[1]
    ours = [other for other in found if other.split(".")[0] in ROOMS and not may(module, other)]
    return [f"{module} -> {other}" for other in [*ours, *(other for other in found if other.split(".")[0] in away)]]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the house by its name, parsed."""
    paths = [path for room in ROOMS for path in (ROOT / f"{room}.py", *sorted((ROOT / room).rglob("*.py")))]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths if path.is_file()}
    return {name.removesuffix(".__init__"): ast.parse(path.read_text(encoding="utf-8")) for name, path in named.items()}


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in the tree, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (source(str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
            yield from (str(text.value) for text in node.args if isinstance(text, ast.Constant))


def source(module: str, name: str) -> str:
    """The module that `from module import name` reads: the name may itself be a module."""
    path = ROOT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else module


def test_every_import_follows_an_arrow() -> None:
    """No module imports what its room may not."""
    assert [line for name, tree in modules().items() for line in wrong(name, tree)] == []


def test_the_library_has_few_names() -> None:
    """Two dozen that others may use: whoever needs one more finds one that is needed no more."""
    assert len(pinstore.__all__) <= 24


def test_a_server_is_spoken_to_by_whoever_has_one() -> None:
    """No module imports what needs asyncpg when it is imported itself, but those that need it anyway."""
    apart = ("pinstore.postgres", "pinstore.server")
    first = {
        name: [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        for name, tree in modules().items()
        if not any(lies_in(name, room) for room in apart)
    }
    found = {name: [*imports(ast.Module(body=[*nodes], type_ignores=[]))] for name, nodes in first.items()}
    assert [
        f"{name} -> {other}"
        for name, others in found.items()
        for other in others
        if other == "asyncpg" or any(lies_in(other, room) for room in apart)
    ] == []


def test_nothing_runs_in_a_circle() -> None:
    """No module is needed by what it needs itself."""
    house = modules()
    graph = {name: {*imports(tree)} & house.keys() - {name} for name, tree in house.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize(
    ("module", "text", "forbidden"),
    [
        ("pinstore.store", "from runtime.people import People", "pinstore.store -> runtime.people"),
        ("pinstore.memory.table", "from pinstore.chat import vault", "pinstore.memory.table -> pinstore.chat.vault"),
        ("pinstore.memory.table", "def later():\n    import aiogram.types", "pinstore.memory.table -> aiogram.types"),
        ("pinstore.copies.snapshot", "import aiogram", "pinstore.copies.snapshot -> aiogram"),
        ("bots.clicker.taps", "from bots.shop import wallet", "bots.clicker.taps -> bots.shop.wallet"),
        ("bots.clicker.taps", "import sqlite3", "bots.clicker.taps -> sqlite3"),
        (
            "emulator.state.world",
            "from emulator.http.server import Server",
            "emulator.state.world -> emulator.http.server",
        ),
        ("emulator.http.server", "import pinstore", "emulator.http.server -> pinstore"),
    ],
)
def test_a_forbidden_import_is_seen(module: str, text: str, forbidden: str) -> None:
    """The check can fail: each of these imports turns an arrow round."""
    assert wrong(module, ast.parse(text)) == [forbidden]
