"""What a bot brings, as a value: all that is shared gets it handed in and knows no bot by name."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from aiogram import BaseMiddleware, Bot, Router

from pinstore import FastPath, Store, Table, Tables
from runtime.jobs import Jobs
from runtime.languages import Phrase
from runtime.outbox.outbox import Outbox
from runtime.people import People
from runtime.settings import Settings

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef  # only who is watched needs a server
    from prometheus_client.registry import Collector

Given = Mapping[str, Any]
"""What a handler gets if it names it."""

Word = Callable[[], str]
"""How the bot is now, in the word of /healthz."""


class Total(NamedTuple):
    """A number that the tables keep at hand: the rows of a table, or a sum that a Table names."""

    name: str
    """As documents and the log have it; the bot's translations say how people read it."""
    metric: str
    """What /metrics calls it."""
    about: str
    """Its help there, a sentence."""


class Menus(NamedTuple):
    """Commands and what they do, in each language; None is for whose language has no menu of its own."""

    private: Mapping[str | None, Mapping[str, str]]
    groups: Mapping[str | None, Mapping[str, str]]


NO_MENUS = Menus({}, {})


@dataclass(frozen=True)
class Shared:
    """What every bot is given to stand on."""

    bot: Bot
    settings: Settings
    store: Store
    outbox: Outbox
    people: People
    jobs: Jobs


Check = Callable[[], Awaitable[str]]
"""Looks at a thing for `--check`; returns what is good about it, raises FlawError or what calls raise."""


def _nothing_given(_: Shared) -> Given:
    return {}


def _nothing_fast(_: Shared, __: Given) -> FastPath[Any] | None:
    return None


def _no_pages(_: Shared, __: Given, ___: Word) -> Iterable["AbstractRouteDef"]:
    return ()


def _no_numbers(_: Shared, __: Given) -> Iterable["Collector"]:
    return ()


def _no_checks(_: Bot, __: Settings) -> Mapping[str, Check]:
    return {}


def _no_tasks(_: Shared, __: Given) -> Sequence[Coroutine[Any, Any, None]]:
    return ()


@dataclass(frozen=True)
class App:
    """A bot."""

    name: str
    """The value of BOT; metrics and exports begin with it."""
    tables: tuple[Table, ...]
    """The first is that of its people, with `name`, `language` and `status` beside the id of their private chats."""
    routers: Callable[[], Sequence[Router]]
    locales: Path
    """What people read; what is not there is taken from the words that all bots share."""
    totals: tuple[Total, Total]
    """How many people there are and how much they do: told by captions, /stats, /metrics, and before a restore."""
    document: str | None = None
    """What the stored document calls the bot; None: its name."""
    people: Callable[[Store, Table], People] = People
    parts: Callable[[Shared], Given] = _nothing_given
    """What its handlers get if they name it, beside what is shared."""
    fast: Callable[[Shared, Given], FastPath[Any] | None] = _nothing_fast
    tasks: Callable[[Shared, Given], Sequence[Coroutine[Any, Any, None]]] = _no_tasks
    """What goes on beside the polls."""
    settings: type[Settings] = Settings
    dialogues: bool = False
    """Whether its handlers keep a state (aiogram's FSMContext), which changes with the one write of their update."""
    pages: Callable[[Shared, Given, Word], Iterable["AbstractRouteDef"]] = _no_pages
    """What it serves at the port of /healthz."""
    around: tuple[BaseMiddleware, ...] = ()
    """What every update passes before anybody handles it, those that are for handlers of `runtime` as well."""
    numbers: Callable[[Shared, Given], Iterable["Collector"]] = _no_numbers
    """What Prometheus reads of it, beside what it reads of every bot."""
    concerns: Callable[[Store], Mapping[str, str]] = lambda _: {}
    """What /healthz says beside a word where something of its own is not as it should be."""
    holds_back: bool = True
    """Whether answers wait while a backlog comes, as newer ones will replace them; not what people tell each other."""
    menus: Callable[[], Menus] = lambda: NO_MENUS
    opened: Callable[[Tables], Coroutine[Any, Any, None] | None] = lambda _: None
    """Puts right what tables of earlier versions lack, whenever tables have been restored."""
    figures: Callable[[Tables], Sequence[Phrase]] | None = None
    """Lines of /stats in place of both totals and what today has brought."""
    without: frozenset[str] = field(default_factory=frozenset)
    """Commands of the admin that this bot does not have."""

    checks: Callable[[Bot, Settings], Mapping[str, Check]] = _no_checks
    """What `--check` looks at beside what all bots need."""

    captions: frozenset[str] = field(default_factory=frozenset)
    """Commands, with their slash, below documents that the admin sends and that are no backups."""
    exports: frozenset[str] = field(default_factory=frozenset)
    """Kinds of /export that its own handlers take."""

    @property
    def store_name(self) -> str:
        """What the stored document calls the bot."""
        return self.name if self.document is None else self.document
