"""What everything in the local Telegram shares: the clock, the limits, the faults, the files, the network, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from emulator.state.calls import CallLog
from emulator.state.changes import PATIENCE, Changes
from emulator.state.clock import Clock
from emulator.state.faults import Faults
from emulator.state.files import Files
from emulator.state.gifts import Gifts
from emulator.state.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.state.chats import Json
    from emulator.state.limits import Limits

T = TypeVar("T")


class World:
    """What a bot and its people live in, and what they know of Telegram. limits=None: no flood limits.

    local_webhooks: webhooks may have any address, and updates are delivered there, as by a server with `--local`;
    otherwise an address is judged as the public server does, and nothing leaves this machine. deliver: told the token
    of a bot for whose webhook something has changed.
    """

    def __init__(self, clock: Clock | None = None, limits: Limits | None = None) -> None:
        self.clock = Clock() if clock is None else clock
        self.limits = limits
        self.local_webhooks = False
        self.deliver: Callable[[str], None] = nobody
        self.faults = Faults()
        self.files = Files(self.clock)
        self.changed = Changes()
        self.log = CallLog()
        self.network = Network()
        self.gifts = Gifts(self.files)

    def document(self, message: Json) -> bytes:
        """The content of a message's document."""
        return self.files.open(message["document"]["file_id"]).data

    def replace_file(self, file_id: str, data: bytes) -> None:
        """Damage or change what is stored, its ids unchanged."""
        self.files.open(file_id).data = data

    @property
    def cut(self) -> bool:
        """Whether the network between all bots and Telegram is cut; `bot.network` is that of one."""
        return self.network.cut

    @cut.setter
    def cut(self, cut: bool) -> None:
        self.network.cut = cut
        self.changed.touch()

    async def wait(self, predicate: Callable[[], T], timeout: float = PATIENCE) -> T:
        """The predicate's first true value, looked at after every change. WaitError after `timeout` real seconds."""
        return await self.changed.until(predicate, timeout)


def nobody(_token: str) -> None:
    """Nothing is served, so nobody delivers."""
