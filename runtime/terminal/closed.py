"""The store as a command at a terminal uses it: it is never opened, so nothing is claimed."""

from functools import partial

from aiogram import Bot

from pinstore import Store
from runtime.admin.totals import captioned
from runtime.app import App
from runtime.languages import Languages
from runtime.settings import Settings
from runtime.tables import tables_of


def closed_store(app: App, bot: Bot, settings: Settings) -> Store:
    """The store of this bot with these settings."""
    return Store(
        bot,
        tables_of(app),
        name=app.store_name,
        chat_id=settings.admin_id,
        message_id=settings.config_id,
        history=settings.history,
        caption=partial(captioned, app, Languages(app.locales)),
    )
