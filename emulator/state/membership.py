"""Who is what in a chat, and what the bot is told when its own place there changes: my_chat_member.

Source: Bot API, ChatMember, ChatMemberUpdated; tdlib/telegram-bot-api, Client.cpp, JsonChatMember,
json_store_administrator_rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json

RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
GROUP_RIGHTS = ("can_pin_messages",)


def member_json(chat: Chat, user: Json) -> Json:
    """A ChatMember. A user whose status nobody has set has left the chat."""
    status = chat.statuses.get(user["id"], "left")
    member: Json = {"user": user, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        known = (*RIGHTS, *(CHANNEL_RIGHTS if chat.info["type"] == "channel" else GROUP_RIGHTS))
        rights = {right: right in chat.rights or right == "can_manage_chat" for right in known}
        member |= {"can_be_edited": False, **rights, "is_anonymous": False}
    return member


def change_membership(bot: Bot, chat: Chat, by: Json, status: str, rights: frozenset[str] = frozenset()) -> None:
    """Give the bot another status in the chat, and with "administrator" these rights; the bot is told who did so."""
    old = member_json(chat, bot.user)
    chat.statuses[bot.id], chat.rights = status, rights
    chat.blocked = status == "kicked"
    new = member_json(chat, bot.user)
    if new == old:
        return
    change = {
        "chat": chat.info,
        "from": by,
        "date": int(bot.world.clock.now()),
        "old_chat_member": old,
        "new_chat_member": new,
    }
    bot.notify("my_chat_member", change)
    chat.changes.touch()
    bot.world.changed.touch()
