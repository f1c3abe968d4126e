"""The bazaar without Telegram: its tables, what people do, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bots.bazaar import posts, said
from bots.bazaar.ads import APPROVED, Ad, Photo
from bots.bazaar.pressed import pressed
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.tables import TABLES
from bots.bazaar.visit import Bazaar, Visit, leave, meet
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.errands import ERRANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bots.bazaar.said import Taken

T = TypeVar("T")
NOW = 1_800_000_000
ADMIN = 1


class Room:
    """Everybody who uses the bot; each thing that happens has the next message id."""

    def __init__(self, **settings: Any) -> None:
        loader = Loader((*TABLES, ERRANDS))
        loader.finish(1)
        self.database = Database((*TABLES, ERRANDS))
        self.database.replace(loader.connection)
        values = {"channel_id": "@vodiy_bozor", "ads_per_day": 0, **settings}
        self.bazaar = Bazaar(BazaarSettings.model_construct(**values), "clicker_bot", ADMIN)
        self.now = NOW
        self.message = 0
        self.visit: Visit | None = None
        self.names: dict[int, str] = {}

    def act(self, person: int, work: Callable[[Visit], T], message: int = 0) -> T:
        """Let somebody do something."""
        self.message += 1

        def run(tables: Any) -> T:
            me = meet(tables, person, self.names.get(person, "Анна"), "")
            visit = Visit(tables, self.bazaar, me, self.now, self.now * 1000, message=message or self.message)
            result = work(visit)
            if not visit.is_gone:
                leave(tables, me)
            self.visit = visit
            return result

        return self.database.transact(None, run)

    def say(self, person: int, text: str) -> list[str]:
        """What a text is answered by."""
        self.act(person, lambda visit: said.text(visit, text))
        return self.told

    def press(self, person: int, data: str) -> list[str]:
        """What a button is answered by, by its data."""
        self.act(person, lambda visit: pressed(visit, data))
        return self.told

    def photo(self, person: int, unique: str = "") -> Taken | None:
        """What a photo is answered by."""
        number = self.message + 1
        return self.act(person, lambda visit: said.photo(visit, number, f"file{number}", unique or f"unique{number}"))

    @property
    def calls(self) -> list[Any]:
        """The calls that the last act has led to."""
        return [getattr(answer, "method", None) for _, answer in self.visit.answers] if self.visit else []

    @property
    def told(self) -> list[str]:
        """Their texts."""
        return [call.text for call in self.calls if getattr(call, "text", None)]

    @property
    def keyboard(self) -> list[str]:
        """The buttons that came with the last of them."""
        markup = next((one.reply_markup for one in self.calls[::-1] if getattr(one, "reply_markup", None)), None)
        if isinstance(markup, ReplyKeyboardMarkup):
            return [button.text for row in markup.keyboard for button in row]
        if isinstance(markup, InlineKeyboardMarkup):
            return [button.text for row in markup.inline_keyboard for button in row]
        return []

    @property
    def data(self) -> dict[str, str]:
        """The inline buttons that came, and their data."""
        markups = [one.reply_markup for one in self.calls if isinstance(one.reply_markup, InlineKeyboardMarkup)]
        rows = [row for markup in markups for row in markup.inline_keyboard]
        return {button.text: str(button.callback_data) for row in rows for button in row}

    def rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """What stands in the tables."""
        return self.database.look(lambda tables: tables.execute(query, values).fetchall())


def approved(room: Room, number: int, photos: int = 0) -> int:
    """An ad of person 7 on its way to the channel; its place."""
    shown = tuple(Photo(f"file{n}", f"unique{n}") for n in range(photos))
    ad = Ad("sell", "phones", number=number, owner=7, title="Нарса", contact="@anna_v", state=APPROVED, photos=shown)
    room.act(9, lambda visit: posts.approve(visit.tables, ad))
    return ad.approved
