"""What `--check` tells of the channel, of the moderators' group and of inline mode."""

from collections.abc import Mapping

from aiogram import Bot
from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted

from bots.bazaar.settings import BazaarSettings
from pinstore import retry
from runtime.app import Check
from runtime.settings import Settings
from runtime.terminal.flaws import FlawError

TRIES = 3
RIGHTS = {"can_post_messages": "post", "can_edit_messages": "edit", "can_delete_messages": "delete"}


def checks(bot: Bot, settings: Settings) -> Mapping[str, Check]:
    """Each thing by its name."""
    assert isinstance(settings, BazaarSettings)  # noqa: S101 - as the App says
    group = settings.moderation_id

    async def channel() -> str:
        member = await retry.patiently(lambda: bot.get_chat_member(settings.channel, bot.id), TRIES)
        missing = [verb for right, verb in RIGHTS.items() if not getattr(member, right, False)]
        if missing or not isinstance(member, ChatMemberAdministrator):
            raise FlawError(f"{settings.channel_id}: the bot may not {', '.join(missing)} there")
        return f"{settings.channel_id}: the bot may post, edit and delete there"

    async def forwards() -> str:
        if (await retry.patiently(lambda: bot.get_chat(settings.channel), TRIES)).has_protected_content:
            raise FlawError("the channel forbids it, so the bot cannot see what it has posted after a crash")
        return "the channel lets its posts be forwarded"

    async def moderation() -> str:
        member = await retry.patiently(lambda: bot.get_chat_member(group or 0, bot.id), TRIES)
        is_silent = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        if member.status in ("left", "kicked") or is_silent:
            raise FlawError(f"{group}: the bot may not write there")
        return f"{group}: the bot may write there"

    async def inline() -> str:
        if not (await retry.patiently(bot.get_me, TRIES)).supports_inline_queries:
            raise FlawError("it is off: switch it on with BotFather's /setinline")
        return "it is on"

    found: dict[str, Check] = {"channel": channel, "forwards": forwards}
    return {**found, **({"moderation": moderation} if group else {}), "inline mode": inline}
