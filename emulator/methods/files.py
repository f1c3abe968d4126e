"""getFile: opens a link for an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.registry import method
from emulator.state.errors import bad_request
from emulator.state.files import MAX_DOWNLOAD

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json


@method("getFile", "file_id")
def get_file(bot: Bot, parameters: Parameters) -> Json:
    """A file of at most 20 MiB. Source: tdlib/telegram-bot-api, Client.cpp, check_remote_file_id, do_get_file."""
    file_id = parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    files = bot.world.files
    try:
        stored = files.find(bot.id, file_id)
    except LookupError:
        raise bad_request("invalid file_id") from None
    if files.folder is not None:  # with --local, which has no limit
        return bot.file_json(stored, file_path=files.put(files.folder, bot.token, stored))
    if len(stored.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return bot.file_json(stored, file_path=files.open_link(bot.id, stored))
