"""getMe, getChat, answerCallbackQuery, the menu button, logOut and close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import read_chat
from emulator.methods.registry import method
from emulator.state.bots import QUERY_GONE, shallow
from emulator.state.errors import bad_request, too_many_requests
from emulator.state.media import with_new_ids

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

MAX_ALERT = 200
TIME_TO_CLOSE = 600.0
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@method("getMe")
def get_me(bot: Bot, _parameters: Parameters) -> Json:
    """The bot itself."""
    return {
        **bot.user,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": bot.inline.on,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getChat", "chat_id")
def get_chat(bot: Bot, parameters: Parameters) -> Json:
    """The chat with its pinned message. Source: tdlib/telegram-bot-api, Client.cpp, JsonChat."""
    chat = read_chat(bot, parameters)
    info = {
        **chat.info,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, chat.private),
    }
    if chat.private:
        info["can_send_gift"] = True
    if chat.auto_delete:
        info["message_auto_delete_time"] = chat.auto_delete
    if "username" in chat.info:
        info["active_usernames"] = [chat.info["username"]]
    if chat.protected:
        info["has_protected_content"] = True
    if chat.pinned is not None:
        info["pinned_message"] = with_new_ids(bot, shallow(chat.pinned.data))
    return info


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(bot: Bot, parameters: Parameters) -> bool:
    """Answer a pressed button, once and in time."""
    show_alert = parameters.boolean("show_alert")
    query = bot.queries.get(parameters.text("callback_query_id"))
    if query is None or query.answer is not None or query.expires < bot.world.clock.now():
        raise bad_request(QUERY_GONE)
    text = parameters.text("text")
    if len(text) > MAX_ALERT:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {"text": text, "show_alert": show_alert, "url": parameters.text("url")}
    chat = bot.chats[query.person_id]
    if text:
        chat.alert = {"id": parameters.text("callback_query_id"), "text": text}
    chat.changes.touch()
    bot.world.changed.touch()
    return True


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(bot: Bot, parameters: Parameters) -> bool:
    """Set the menu button of one chat, or of all (0)."""
    button = parameters.json("menu_button", "Can't parse menu button JSON object")
    if button is not None and (
        not isinstance(button, dict) or button.get("type") not in {"commands", "default", "web_app"}
    ):
        raise bad_request("Can't parse menu button: unsupported type")
    bot.menu_buttons[_menu_chat(bot, parameters)] = button or {"type": "default"}
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(bot: Bot, parameters: Parameters) -> Json:
    """The menu button of one chat, or the one of all."""
    common = bot.menu_buttons.get(0, {"type": "commands"})
    return bot.menu_buttons.get(_menu_chat(bot, parameters), common)


@method("logOut")
def log_out(bot: Bot, _parameters: Parameters) -> bool:
    """Leave this server: the webhook is deleted, the queue is cleared, later calls are refused."""
    bot.logged_out = True
    bot.webhook.close()
    bot.world.deliver(bot.token)
    bot.queue.clear()
    return True


@method("close")
def close(bot: Bot, _parameters: Parameters) -> bool:
    """Refused in the first 10 minutes; then nothing needs to be done here."""
    left = bot.registered_at + TIME_TO_CLOSE - bot.world.clock.now()
    if left > 0:
        raise too_many_requests(left)
    return True


def _menu_chat(bot: Bot, parameters: Parameters) -> int:
    return read_chat(bot, parameters).id if parameters.text("chat_id") else 0
