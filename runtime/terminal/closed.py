"""The store as a command at a terminal uses it: it is never opened, so nothing is claimed."""

from aiogram import Bot

from bots.clicker import texts
from bots.clicker.tables import TABLES
from pinstore import Store
from runtime.settings import Settings


def closed_store(bot: Bot, settings: Settings) -> Store:
    """The store of a bot with these settings."""
    return Store(
        bot,
        TABLES,
        name="",
        chat_id=settings.admin_id,
        message_id=settings.config_id,
        history=settings.history,
        caption=texts.backup_caption,
    )
