"""The arrows between the rooms of the house: who may import whom, read from the imports themselves."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Who may import whom inside this project. A module may have several lines, and must have one.
ARROWS = """
main                      -> signals settings bot check commands demo lazy_types
check                     -> settings logs session copies patience backup.document backup.reader backup.refusals
commands                  -> settings logs texts session copies database tables patience backup.*
copies                    -> settings tables patience backup.document backup.history backup.pointer
copies                    -> backup.found backup.reader backup.refusals backup.vault
demo                      -> signals emulator.*
emulator emulator.*       -> emulator.*
bot                       -> signals settings memory logs texts patience wiring backup.keeper backup.owner
bot                       -> dispatching ends health monitor reports
ends                      ->
health                    -> clicker wiring
monitor                   -> settings logs health metrics
metrics                   -> clicker health session
reports                   -> clicker logs
dispatching               -> wiring handlers groups members standing polls broadcast.commands admin.*_commands
dispatching               -> admin.set_up admin.stats admin.roster
wiring                    -> settings texts database players admin.set_up updates polls outbox patience
wiring                    -> pace session standing tables taps menus backup.*
wiring                    -> admin.restoring admin.hours admin.jobs
wiring                    -> broadcast.broadcaster broadcast.broadcasts broadcast.means

admin                     ->
admin.set_up              -> handlers outbox texts admin.admin_texts admin.jobs patience
admin.set_up              -> backup.keeper backup.owner backup.vault backup.refusals backup.reader backup.drill
admin.player_commands     -> admin.set_up admin.admin_texts handlers outbox players admin.roster settings
admin.store_commands      -> admin.set_up admin.admin_texts admin.store_texts handlers outbox
admin.store_commands      -> admin.jobs copies admin.export database patience settings
admin.store_commands      -> backup.document backup.found backup.keeper backup.owner backup.reader backup.refusals
admin.store_commands      -> backup.vault
admin.restore_commands    -> admin.set_up admin.admin_texts admin.restoring_texts handlers
admin.restore_commands    -> outbox admin.jobs admin.restoring patience settings
admin.restore_commands    -> backup.vault
admin.admin_texts         -> players admin.roster texts
admin.store_texts         ->
admin.restoring           -> admin.restoring_texts admin.comparing database admin.jobs memory outbox patience
admin.restoring           -> backup.document backup.found backup.keeper backup.owner backup.reader backup.refusals
admin.store_commands      -> backup.vault
admin.restoring           -> backup.between backup.vault
admin.restoring_texts     -> admin.comparing admin.store_texts texts backup.document
admin.stats               -> admin.set_up admin.admin_texts admin.stats_texts admin.chart handlers
admin.stats               -> admin.hours admin.jobs outbox admin.roster updates patience
admin.stats               -> admin.figures backup.keeper
admin.stats_texts         -> admin.figures admin.store_texts
admin.figures             -> admin.roster
admin.chart               ->
admin.jobs                ->
admin.roster              -> players database
admin.hours               -> database schema
admin.comparing           -> database
admin.export              -> database schema players backup.between backup.document backup.keeper backup.snapshot
handlers                  -> players outbox taps texts
broadcast                 ->
broadcast.commands        -> broadcast.broadcasts broadcast.broadcaster broadcast.broadcast_texts broadcast.mailing
broadcast.commands        -> broadcast.confidential admin.set_up handlers outbox patience
broadcast.confidential    -> broadcast.broadcast_texts backup.caption
broadcast.contents        -> schema
broadcast.asking          -> broadcast.broadcast_texts broadcast.confidential broadcast.contents broadcast.copying
broadcast.asking          -> broadcast.mailing broadcast.means broadcast.readback
broadcast.asking          -> patience backup.refusals backup.vault
broadcast.broadcaster     -> broadcast.broadcasts broadcast.mailing broadcast.sending broadcast.roll
broadcast.broadcaster     -> broadcast.asking broadcast.means patience backup.owner
broadcast.sending         -> broadcast.broadcasts broadcast.mailing broadcast.courier broadcast.roll broadcast.means
broadcast.sending         -> broadcast.recovery broadcast.readback broadcast.report broadcast.witness
broadcast.sending         -> broadcast.trials updates
broadcast.means           -> broadcast.broadcasts outbox pace backup.keeper
broadcast.recovery        -> broadcast.arrivals broadcast.copying broadcast.courier broadcast.mailing broadcast.readback
broadcast.report          -> broadcast.mailing broadcast.broadcast_texts patience
broadcast.roll            -> broadcast.broadcasts broadcast.mailing backup.keeper
broadcast.courier         -> broadcast.copying broadcast.mailing pace turns
broadcast.trials          -> broadcast.copying broadcast.courier broadcast.mailing patience
broadcast.copying         -> broadcast.mailing patience session
broadcast.readback        -> patience session
broadcast.arrivals        ->
broadcast.witness         ->
broadcast.mailing         ->
broadcast.broadcast_texts -> broadcast.mailing
broadcast.broadcasts      -> broadcast.mailing database schema players
menus                     -> admin.admin_texts groups texts patience backup.opening
standing                  -> outbox players
groups                    -> handlers standing tallies lines members outbox players texts
tallies                   -> lines members players texts
members                   -> database schema places players
texts                     -> players languages
languages                 ->
tables                    -> admin.hours broadcast.broadcasts members players
players                   -> database schema journal
database                  -> journal schema
schema                    ->
journal                   -> places
places                    ->
loader                    -> database schema journal places triggers
triggers                  -> journal

updates                   -> database
polls                     -> backlog taps updates session
taps                      -> players outbox texts
backlog                   -> updates
outbox                    -> lines pace patience turns
turns                     -> lines
lines                     -> pace session
pace                      ->
session                   -> settings
patience                  ->
settings                  ->
lazy_types                ->
signals                   ->
logs                      ->
memory                    ->

backup.timer              -> backup.owner backup.schedule backup.refusals patience
backup.schedule           ->
backup.opening            -> backup.history backup.keeper backup.owner backup.reader backup.vault backup.pointer
backup.opening            -> backup.refusals database patience
backup.pinned             -> backup.caption backup.document backup.refusals backup.rendering backup.vault patience
backup.between            -> backup.keeper backup.found backup.marks backup.snapshot
backup.keeper             -> backup.saver backup.stored backup.owner backup.drill backup.reader backup.found
backup.keeper             -> backup.document backup.pointer backup.register backup.marks backup.vault
backup.keeper             -> database patience
backup.saver              -> backup.stored backup.owner backup.pinned backup.snapshot backup.rendering backup.tally
backup.saver              -> backup.caption backup.document backup.marks backup.pointer backup.vault database
backup.stored             -> backup.owner backup.pinned backup.parts backup.found backup.reader backup.refusals
backup.stored             -> backup.pointer backup.register backup.rendering backup.vault database loader patience
backup.tally              ->
backup.owner              -> backup.pinned backup.register backup.refusals backup.caption backup.document patience
backup.parts              -> backup.vault backup.refusals backup.marks backup.pieces backup.runs backup.document
backup.parts              -> backup.rendering database patience
backup.reader             -> backup.vault backup.refusals backup.downloads backup.loading backup.progress
backup.reader             -> backup.caption backup.document backup.found schema loader patience
backup.found              -> backup.document backup.vault loader
backup.downloads          -> backup.vault backup.document patience
backup.progress           ->
backup.loading            -> backup.pieces backup.runs backup.document loader
backup.pieces             -> backup.snapshot database schema
backup.snapshot           -> backup.marks backup.rendering database schema
backup.marks              -> database schema
backup.runs               -> backup.document
backup.vault              -> backup.refusals patience session
backup.refusals           ->
backup.history            -> backup.refusals backup.vault
backup.drill              -> backup.snapshot database schema loader
backup.register           -> backup.document backup.pointer patience
backup.pointer            ->
backup.caption            -> backup.document
backup.rendering          -> backup.document
backup.document           ->
backup                    ->
"""

# Which libraries a module keeps away from.
STRANGERS = """
database schema           -> aiogram aiohttp
loader triggers           -> aiogram aiohttp
places journal            -> aiogram aiohttp
players members           -> aiogram aiohttp
admin.roster admin.hours admin.comparing -> aiogram aiohttp
broadcast.broadcasts broadcast.roll broadcast.arrivals broadcast.mailing broadcast.contents -> aiogram aiohttp
backup.snapshot backup.marks -> aiogram aiohttp
backup.pieces             -> aiogram aiohttp sqlite3
backup.loading            -> aiogram aiohttp
backup.document backup.rendering -> aiogram aiohttp sqlite3
backup.caption            -> aiogram aiohttp sqlite3
backup.runs               -> aiogram aiohttp sqlite3
handlers admin.set_up polls -> sqlite3
standing groups lines     -> sqlite3
tallies                   -> sqlite3
backlog                   -> aiogram aiohttp sqlite3
updates                   -> aiogram aiohttp sqlite3
outbox backup.vault backup.refusals -> sqlite3
emulator emulator.*       -> aiogram pydantic sqlite3
"""

Table = list[tuple[list[str], list[str]]]


def read(table: str) -> Table:
    """The lines of a table as (who, whom), each a list of patterns such as `backup.*`."""
    lines = [line.split("->") for line in table.splitlines() if line]
    return [(who.split(), whom.split()) for who, whom in lines]


def find(module: str, table: Table) -> list[str] | None:
    """What all lines for the module hold, or None if no line names it."""
    lines = [whom for who, whom in table if matches(module, who)]
    return [pattern for whom in lines for pattern in whom] if lines else None


def matches(module: str, patterns: list[str]) -> bool:
    """Whether one of the patterns names the module."""
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def modules() -> dict[str, ast.Module]:
    """Every module of the bot by its name without `clicker.`, parsed."""
    paths = [ROOT / "main.py", *sorted((ROOT / "clicker").rglob("*.py"))]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    named = {short(name.removesuffix(".__init__")): path for name, path in named.items()}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in named.items() if name != "clicker"}


def short(name: str) -> str:
    """A module's name as the tables write it."""
    return name.removeprefix("clicker.")


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported anywhere in the tree, inside functions too."""
    for node in ast.walk(tree):
        yield from named(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (source(str(node.module), alias.name) for alias in node.names)


def named(node: ast.AST) -> Iterator[str]:
    """The module that a call such as `import_module("clicker.demo")` names."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
        yield from (str(text.value) for text in node.args if isinstance(text, ast.Constant))


def source(module: str, name: str) -> str:
    """The module that `from module import name` reads: the name may itself be a module."""
    path = ROOT.joinpath(*module.split("."), name)
    return f"{module}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else module


def wrong(name: str, tree: ast.Module) -> list[str]:
    """The imports of a module that the two tables forbid, in words."""
    allowed = find(name, read(ARROWS))
    if allowed is None:
        return [f"{name} is in no line of ARROWS"]
    away = find(name, read(STRANGERS)) or []
    found = list(imports(tree))
    ours = [
        short(module)
        for module in found
        if module.split(".")[0] in {"bots", "clicker", "demo", "emulator", "main", "pinstore", "runtime"}
    ]
    return [f"{name} -> {module}" for module in ours if not matches(module, allowed)] + [
        f"{name} -> {module}" for module in found if module.split(".")[0] in away
    ]


def test_every_import_follows_an_arrow() -> None:
    """No module imports what the tables do not let it import, and every module has its line."""
    assert [sentence for name, tree in modules().items() for sentence in wrong(name, tree)] == []


@pytest.mark.parametrize(
    ("name", "text", "forbidden"),
    [
        ("handlers", "from pinstore.keeping.keeper import Keeper", "handlers -> backup.keeper"),
        ("backup.keeper", "from clicker import handlers", "backup.keeper -> handlers"),
        ("players", "import aiogram.types", "players -> aiogram.types"),
        ("database", "def later():\n    from aiogram import Bot", "database -> aiogram"),
        ("backup.vault", "from pinstore import snapshot", "backup.vault -> backup.snapshot"),
        ("emulator.server", "from bots.clicker.texts import CLICK", "emulator.server -> texts"),
        ("emulator.server", "import main", "emulator.server -> main"),
        ("updates", "from clicker.emulator.telegram import Telegram", "updates -> emulator.telegram"),
        ("handlers", 'import_module("clicker.demo")', "handlers -> demo"),
        ("utils", "", "utils is in no line of ARROWS"),
    ],
)
def test_a_forbidden_import_is_seen(name: str, text: str, forbidden: str) -> None:
    """The check can fail: each of these imports turns an arrow round."""
    assert wrong(name, ast.parse(text)) == [forbidden]


def test_no_line_speaks_of_what_is_gone() -> None:
    """Every name in the tables is a module that exists."""
    names = set(modules())
    patterns = {pattern for table in (ARROWS, STRANGERS) for who, _ in read(table) for pattern in who}
    assert [pattern for pattern in patterns if not any(matches(name, [pattern]) for name in names)] == []
