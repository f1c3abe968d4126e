"""reply_markup: checked as the server checks it.

Source: tdlib/telegram-bot-api, Client.cpp, get_reply_markup, get_keyboard_button, get_inline_keyboard_button;
tdlib/td, ReplyMarkup.cpp. The numbers of buttons are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.chats import Chat, Json

MAX_INLINE_BUTTONS = 100
MAX_REPLY_BUTTONS = 300
MAX_CALLBACK_DATA = 64
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_PRIVATE = {"request_contact": "Phone number", "request_location": "Location"}
_FLAGS = (
    "remove_keyboard",
    "hide_keyboard",
    "force_reply",
    "selective",
    "resize_keyboard",
    "one_time_keyboard",
    "is_persistent",
)


def read_markup(parameters: Parameters, *, inline_only: bool = False) -> Json | None:
    """The call's reply markup, None if there is none: {"keyboard"}, {"inline_keyboard"} or the removal or a force."""
    if not parameters.text("reply_markup"):
        return None
    markup = parameters.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    markup = _checked(markup)
    if inline_only and markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup or None


def check_place(markup: Json | None, chat: Chat) -> None:
    """Refuse what this kind of chat does not show. Source: tdlib/td, ReplyMarkup.cpp, get_keyboard_button."""
    if markup is None or "inline_keyboard" in markup:
        return
    if chat.info["type"] == "channel":
        raise bad_request("inline keyboard expected")
    for button in (button for row in markup.get("keyboard", []) for button in row):
        for name, what in _PRIVATE.items():
            if button.get(name) and not chat.private:
                raise bad_request(f"{what} can be requested in private chats only")


def _checked(markup: Json) -> Json:
    for flag in _FLAGS:
        if not isinstance(markup.get(flag, False), bool):
            raise bad_request(f'Field "{flag}" must be of type Boolean')
    keyboard = _rows(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays')
    inline = _rows(
        markup, "inline_keyboard", 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    )
    rows = [[_reply_button(button) for button in row] for row in keyboard]
    inline_rows = [[_inline_button(button) for button in row] for row in inline]
    if rows:
        _check_number(rows, MAX_REPLY_BUTTONS)
        return {**markup, "keyboard": rows}
    if inline_rows:
        _check_number(inline_rows, MAX_INLINE_BUTTONS)
        return {"inline_keyboard": inline_rows}
    if markup.get("remove_keyboard") or markup.get("hide_keyboard"):
        return {"remove_keyboard": True}
    return {"force_reply": True} if markup.get("force_reply") else {}


def _rows(markup: Json, name: str, complaint: str) -> list[list[Any]]:
    rows = markup.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return [row for row in rows if row]


def _check_number(rows: list[list[Json]], most: int) -> None:
    if sum(map(len, rows)) > most:
        raise bad_request("reply markup is too long")


def _button_text(button: Json) -> str:
    text = button.get("text")
    if text is None:
        raise bad_request('Can\'t find field "text"')
    if not isinstance(text, str):
        raise bad_request('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("Button text must be non-empty")
    return text


def _reply_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    _button_text(button)
    for name in _PRIVATE:
        if not isinstance(button.get(name, False), bool):
            raise bad_request(f'Can\'t parse keyboard button: Field "{name}" must be of type Boolean')
    return button


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    _button_text(button)
    if not any(button.get(action) is not None and button.get(action) != "" for action in _ACTIONS):
        raise bad_request("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= MAX_CALLBACK_DATA):
        raise bad_request("BUTTON_DATA_INVALID")
    return button
