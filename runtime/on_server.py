"""The parts of a bot whose tables are on a PostgreSQL server."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiogram import Dispatcher, Router

from pinstore import Tables
from runtime.admin.appointing import Appointing
from runtime.admin.on_server import server_router
from runtime.app import App, Server
from runtime.outbox.gate import Gate
from runtime.parts import Parts
from runtime.people import People
from runtime.settings import Settings, SettingsError
from runtime.tables import tables_of
from runtime.webhook.sharing import SharedGate

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from pinstore import ServerStore


def ways(app: App) -> Server:
    """What this bot does in another way there. Raises SettingsError for one whose tables cannot be on a server."""
    if app.server is None:
        raise SettingsError(f"DATABASE_URL is set, and {app.name} keeps its tables in Telegram alone: unset it.")
    return app.server


def server_store(app: App, settings: Settings, parts: "OnServer") -> "ServerStore":
    """The store of these settings."""
    from pinstore import ServerStore  # noqa: PLC0415 - nobody else needs what speaks to a server

    if settings.database_url is None:
        raise SettingsError("DATABASE_URL is not set.")
    return ServerStore(
        parts.bot,
        tables_of(app),
        url=settings.database_url.get_secret_value(),
        name=app.name,
        chat_id=settings.admin_id,
        is_lazy=settings.durability == "interval",
        listener=parts,
        document=app.store_name,
    )


class OnServer(Parts):
    """As every part knows it."""

    store: "ServerStore"

    def __init__(self, app: App, settings: Settings, env_file: Path) -> None:
        super().__init__(app, settings, env_file)
        if settings.meaningless:
            log.warning("Without a meaning, as DATABASE_URL is set: %s", ", ".join(settings.meaningless))

    def new_store(self) -> "ServerStore":
        """On the server of the settings."""
        return server_store(self.app, self.settings, self)

    def new_people(self) -> People:
        """On the server."""
        return ways(self.app).people(self.store, self.app.tables[0])

    def new_gate(self) -> Gate:
        """Of one process, or shared with all replicas."""
        if self.settings.webhook_url is None:
            return super().new_gate()
        return SharedGate(self.bot, self.store, self.settings, self.standing.refused)

    def attach(self, dispatcher: Dispatcher) -> None:
        """Put the store before the dispatcher's handlers; what counts together goes past them."""
        self.store.attach(dispatcher, ways(self.app).batches(self.shared, self.given))

    def store_routers(self) -> Sequence[Router]:
        """The set-up, and what there is in place of copies."""
        return (server_router(),)

    def store_parts(self) -> Mapping[str, Any]:
        """What those name."""
        return {"appointing": Appointing(self.store, self.show_menus)}

    async def entered(self, tables: Tables) -> None:
        """The tables are this process's to serve."""
        if put_right := self.app.opened(tables):
            await put_right
        await self.hours.begin_with(tables)

    def ready(self) -> None:
        """They are so for the first time."""
        self.when_opened()
