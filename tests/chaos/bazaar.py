"""`python -m tests.chaos.bazaar --seeds N [--first S] [--jobs J]`: ads are given and decided while the bot is killed.

Whatever happens to the bot: every ad is one ad, the first of two moderators decides, each ad that was approved is
posted once, none that was rejected, and each owner is told; in odd seeds posts are renewed as well, and at no moment
more than two posts of an ad stand. What is wrong in a moment is seen. The bots' clocks are hasty (`tests.chaos.hasty`),
as fifty ads take minutes at the pace of a channel and of the moderators' chats.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from emulator.state.changes import WaitError
from emulator.state.media import PICTURE
from emulator.state.telegram import Telegram
from emulator.state.view import NotShownError
from tests.bots.bazaar.stage import CHANNEL, SETTINGS
from tests.chaos import roulette
from tests.chaos.fleet import Fleet
from tests.chaos.hasty import HASTE, hasty
from tests.chaos.ledger import stop
from tests.chaos.playing import play_out
from tests.chaos.roulette import Outcome
from tests.chaos.seeds import Seeds
from tests.stories.launcher import Bot, Launcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.state.people import Person

MODERATOR, FIRST = 2, 1001
SELLERS, SECONDS = 50, 12.0
"""People who give an ad each, and how long deeds befall the bot."""
AGAIN = 5.0
"""Seconds after which somebody says the same again who hears nothing."""
SETTLING = 480.0
"""Seconds in which all of it must have happened, on a machine however busy; a guard."""
LOOK = 0.5
"""Seconds between two looks at everything."""
GAP = 0.1
"""Seconds between two decisions, on average."""

REJECTED, REASON = 0.2, "Расм хира"
PRINTED, REJECTION = "Эълонингиз каналга чоп этилди:", "Эълонингиз рад этилди."

_NUMBER = re.compile(r"^Эълон №(\d+)\n")
_POST = re.compile(r"start=ad_(\d+)$")


class Run(roulette.Run):
    """Sellers with an ad each, two moderators and a channel."""

    ambushes: ClassVar[tuple[str, ...]] = (
        "sendMessage",
        "sendMessage",
        "sendPhoto",
        "editMessageMedia",
        "forwardMessage",
    )
    methods: ClassVar[tuple[str, ...]] = (
        "sendMessage",
        "sendPhoto",
        "deleteMessages",
        "editMessageText",
        "getUpdates",
        "*",
    )

    def __init__(
        self, seed: int, telegram: Telegram, make: Launcher, url: str, env_file: Path, sellers: int, seconds: float
    ) -> None:
        super().__init__(seed, telegram, make, url, env_file)
        self.seconds = seconds
        self.pauses = roulette.PAUSES[0] * seconds / SECONDS, roulette.PAUSES[1] * seconds / SECONDS
        self.has_reposts = bool(seed % 2)
        env = {**SETTINGS, "BOT_TOKEN": token(seed), "REPOST_INTERVAL": "1" if self.has_reposts else "0"}
        env["BACKUP_INTERVAL"] = str(self.dice.choice((0.05, 0.5, 3)) * HASTE)
        self.fleet = Fleet(lambda: Bot(make, url, env_file, **env), random.Random(f"fleet {seed}"), telegram.changed)
        self.moderators = (self.admin, telegram.person(MODERATOR, first_name="Модер"))
        self.people = [telegram.person(FIRST + number, first_name=f"Имя{number}") for number in range(sellers)]
        self.channel = telegram.channel(CHANNEL, "Водий бозор", username="vodiy_bozor")
        self.posts: dict[int, set[int]] = {}
        """All posts that were ever seen, by the number of the ad."""
        self.most: dict[int, int] = {}
        """How many of them stood in the same moment."""

    async def set_up(self) -> None:
        """A backup chat, and a second moderator."""
        bot = await self.fleet.start()
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
        self.admin.send(f"admin {code}")
        await self.admin.wait(lambda: len(self.admin.answers) >= 2, SETTLING)
        self.moderators[1].send("/start")
        await self.moderators[1].wait(lambda: self.moderators[1].answers, SETTLING)
        self.admin.send(f"/mod {MODERATOR}")
        await self.admin.wait(lambda: self.admin.newest.startswith(f"{MODERATOR}: "), SETTLING)

    async def talk(self) -> None:
        """Everybody gives his ad, moderators decide what they see, and the channel is watched."""
        watching = asyncio.create_task(self.watch())
        deciding = asyncio.create_task(self.decide())
        try:
            await asyncio.gather(*map(self.give, self.people))
            await self.complete()
        finally:
            await stop(watching)
            await stop(deciding)

    async def give(self, person: Person) -> None:
        """From the line to the moderators, some with a photo; whoever hears nothing says it again."""
        await asyncio.sleep(self.dice.uniform(0, self.seconds / 2))
        line = f"Авто: Lacetti {person.id}, 2015, 35000, яхши, 7000, @seller_{person.id}"
        await self.until(person, line, "Расми борми йўқми?")
        if person.id % 2:
            person.photo(PICTURE)
        await self.until(person, "✅ Тайёр" if person.id % 2 else "❌ Расм йўқ", "Эълон тайёр. Юборамизми?")
        await self.until(person, "✅ Юбориш", "бу ҳақда сизга хабар берамиз.")

    async def until(self, person: Person, text: str, end: str) -> None:
        """Say something, and say it again if no answer comes: one that was on its way is lost by a kill."""

        def heard() -> bool:
            return any(said.endswith((end, "ҳали янги эълон ёзганингиз йўқ.")) for said in person.answers)

        for _ in range(int(SETTLING / AGAIN)):
            person.send(text)
            with suppress(WaitError):
                await person.wait(heard, AGAIN)
                return
        await person.wait(heard, 1)

    async def decide(self) -> None:
        """Press what can be pressed, until cancelled; some ads are rejected, with a reason."""
        pressed: dict[tuple[int, int], float] = {}
        while True:
            await asyncio.sleep(self.dice.uniform(0, 2 * GAP))
            moderator = self.dice.choice(self.moderators)
            before = time.monotonic() - AGAIN
            seen = [one for one in open_cards(moderator) if pressed.get((moderator.id, one["message_id"]), 0) < before]
            if seen:
                card, rejects = self.dice.choice(seen), self.dice.random() < REJECTED
                pressed[moderator.id, card["message_id"]] = time.monotonic()
                with suppress(NotShownError):
                    moderator.press("❌ Рад этиш" if rejects else "✅ Чоп этиш", card)
                if rejects:
                    moderator.send(REASON)

    async def watch(self) -> None:
        """Look at the channel after each change."""
        while True:
            self.look()
            await self.channel.chat.changes.wait()

    def look(self) -> None:
        """Note what stands there."""
        standing: dict[int, int] = {}
        for message in self.channel.messages:
            if number := ad_in(message):
                self.posts.setdefault(number, set()).add(message["message_id"])
                standing[number] = standing.get(number, 0) + 1
        for number, count in standing.items():
            self.most[number] = max(count, self.most.get(number, 0))

    async def settle(self) -> None:
        """Everything is posted, told and confirmed; old posts are gone; then the bot stops in good order."""
        await self.complete()
        await self.telegram.wait(lambda: not self.telegram.bot().queue, SETTLING)
        bot = await self.fleet.alone(SETTLING)
        self.fleet.stop(bot)
        await self.fleet.changed.until(lambda: not bot.running, SETTLING)

    async def complete(self) -> None:
        """Wait until nothing is missing; looked at now and then, as it is much to look at."""
        until = time.monotonic() + SETTLING
        while next(self._missing(), None):
            if time.monotonic() > until:
                raise WaitError(f"not all has happened within {SETTLING:g} s")
            await asyncio.sleep(LOOK)

    def missing(self) -> list[str]:
        """What has not happened yet."""
        return list(self._missing())

    def _missing(self) -> Iterator[str]:
        published = [person.id for person in self.people if heard(person, PRINTED)]
        for person in self.people:
            if not heard(person, PRINTED) and not heard(person, REJECTION):
                yield f"{person.id} has not heard what became of his ad"
        standing = [owner_of(message) for message in self.channel.messages if ad_in(message)]
        if not self.has_reposts and sorted(standing) != published:
            yield f"in the channel stand {sorted(standing)}, published are {published}"
        for moderator in self.moderators:
            if cards := open_cards(moderator):
                yield f"{len(cards)} cards of {moderator.id} are open"

    def state(self) -> str:
        """What is left undone, in words."""
        return f"missing {self.missing()}"

    def close(self) -> None:
        """Draw up the accounts."""
        outcome = self.outcome
        outcome.kills, outcome.stops = self.fleet.kills, self.fleet.stops
        outcome.sent = len(self.posts)
        outcome.complaints += self._wrong()
        outcome.complaints += self.fleet.complaints()
        for bot in self.fleet.bots:
            outcome.log += [f"-- process {bot.pid}, status {bot.status}", *bot.lines]

    def _wrong(self) -> Iterator[str]:
        """What may not be, whatever happens."""
        for number, posts in self.posts.items():
            if not self.has_reposts and len(posts) > 1:
                yield f"ad {number} was posted {len(posts)} times: {posts}"
        for number, most in self.most.items():
            if most > (2 if self.has_reposts else 1):
                yield f"{most} posts of ad {number} stood in the same moment"
        for person in self.people:
            if heard(person, PRINTED) and heard(person, REJECTION):
                yield f"{person.id} has heard both"
        texts = [one.get("text", "") for moderator in self.moderators for one in moderator.messages]
        numbers = {int(found[1]) for text in texts if (found := _NUMBER.match(text))}
        if not set(self.posts) <= numbers <= set(range(1, len(self.people) + 1)):
            yield f"cards are of {sorted(numbers)}, posts of {sorted(self.posts)}"


def open_cards(moderator: Person) -> list[Any]:
    """Cards with buttons."""
    return [one for one in moderator.messages if _NUMBER.match(one.get("text", "")) and "reply_markup" in one]


def heard(person: Person, beginning: str) -> bool:
    """Whether somebody was told something."""
    return any(text.startswith(beginning) for text in person.answers)


def owner_of(message: Any) -> int:
    """Whose ad a post is of."""
    found = re.search(r"Lacetti (\d+)", message.get("text", message.get("caption", "")))
    return int(found[1]) if found else 0


def ad_in(message: Any) -> int:
    """The ad whose post this is, 0 for any other message."""
    marks = [*message.get("entities", []), *message.get("caption_entities", [])]
    return next((int(found[1]) for mark in marks if (found := _POST.search(mark.get("url", "")))), 0)


def token(seed: int) -> str:
    """A token of its own for each run."""
    return f"{19000 + seed}:TEST"


async def play(seed: int, make: Launcher, folder: Path, sellers: int = SELLERS, seconds: float = SECONDS) -> Outcome:
    """Play a seed; files go to `folder`. In fewer seconds as much befalls the bot."""
    env_file = folder / f"bazaar{seed}.env"
    env_file.write_text("# where the bot remembers its backup chat\n", encoding="utf-8")
    telegram = Telegram()
    telegram.add_bot(token(seed), username="clicker_bot")
    return await play_out(telegram, lambda url: Run(seed, telegram, make, url, env_file, sellers, seconds))


if __name__ == "__main__":
    sys.exit(Seeds("tests.chaos.bazaar", __doc__, play, roulette.COLUMNS, hasty).main())
