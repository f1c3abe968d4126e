"""The random chat without Telegram: its tables, what people do, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bots.roulette import inputs
from bots.roulette.acts import Act, Notice, Passed
from bots.roulette.passing import Content, arrived
from bots.roulette.presses import pressed
from bots.roulette.tables import TABLES
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bots.roulette.acts import Effect

T = TypeVar("T")
NOW = 1_800_000_000


def empty() -> Database:
    """All tables of the bot with nothing in them."""
    loader = Loader(TABLES)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    return database


class Room:
    """Everybody who uses the bot; each thing that happens has the next message id, and may have a time of its own."""

    def __init__(self) -> None:
        self.database = empty()
        self.now = NOW
        self.message = 0
        self.effects: list[Effect] = []
        """Those of the last act."""

    def act(self, work: Callable[[Act], T], tag: str = "ru") -> T:
        """Let something happen."""
        acts: list[Act] = []

        def run(tables: object) -> T:
            acts.append(Act(tables, self.now, tag=tag))  # type: ignore[arg-type]
            return work(acts[0])

        result = self.database.transact(None, run)
        self.effects = acts[0].effects
        return result

    def say(self, person: int, text: str = "", *, tag: str = "ru", **about: object) -> list[str]:
        """What he is told; see `Content` for what else a message may be."""
        self.message += 1
        content = Content(self.message, **{"is_passed": True, **about})  # type: ignore[arg-type]
        self.act(lambda act: inputs.said(act, person, text, content), tag)
        return self.told(person)

    def press(self, person: int, data: str, enough: int = 3) -> list[str]:
        """As `say`, for an inline button."""
        self.act(lambda act: pressed(act, person, 1, data, enough))
        return self.told(person)

    def newcomer(self, person: int, tag: str = "ru") -> None:
        """Somebody accepts the rules."""
        self.act(lambda act: pressed(act, person, 1, "rules:yes", 3), tag)

    def told(self, person: int) -> list[str]:
        """The texts that the last act has brought him."""
        return [one.text for one in self.effects if isinstance(one, Notice) and one.person == person]

    def keyboard(self, person: int) -> list[list[str]]:
        """The reply keyboard that came with the last of them; [] for inline buttons."""
        markups = [one.markup for one in self.effects if isinstance(one, Notice) and one.person == person]
        last = markups[-1] if markups else None
        return (
            [[button.text for button in row] for row in last.keyboard] if isinstance(last, ReplyKeyboardMarkup) else []
        )

    def inline(self, person: int) -> list[str]:
        """The data of the inline buttons that came."""
        markups = [one.markup for one in self.effects if isinstance(one, Notice) and one.person == person]
        rows = [markup.inline_keyboard for markup in markups if isinstance(markup, InlineKeyboardMarkup)]
        return [str(button.callback_data) for keyboard in rows for row in keyboard for button in row]

    def passed(self) -> list[Passed]:
        """What the last act has passed on."""
        return [one for one in self.effects if isinstance(one, Passed)]

    def deliver(self) -> None:
        """Everything on its way arrives."""

        def work(act: Act) -> None:
            for (number,) in act.tables.execute("SELECT number FROM relays WHERE copy = 0 ORDER BY number").fetchall():
                self.message += 1
                arrived(act, number, self.message)

        self.act(work)

    def rows(self, query: str, *values: object) -> Sequence[tuple[int, ...]]:
        """What stands in the tables."""
        return self.database.look(lambda tables: tables.execute(query, values).fetchall())
