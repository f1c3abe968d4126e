"""getAvailableGifts, sendGift, giftPremiumSubscription: paid from the bot's Stars.

Source: tdlib/telegram-bot-api, Client.cpp, process_send_gift_query, process_gift_premium_subscription_query, JsonGift,
JsonStarTransactionType; tdlib/td, Premium.cpp, GetPremiumGiftPaymentFormQuery; names in capitals: core.telegram.org,
payments.sendStarsForm. That a text over 128 characters is MESSAGE_TOO_LONG is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import find_person, read_chat
from emulator.methods.formatted import parse
from emulator.methods.registry import method
from emulator.state.errors import bad_request
from emulator.state.gifts import PREMIUM
from emulator.state.media import KINDS

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json
    from emulator.state.gifts import Gift

TEXT = "text text_parse_mode text_entities"
MAX_TEXT = 128


@method("getAvailableGifts")
def get_available_gifts(bot: Bot, _: Parameters) -> Json:
    """The list of gifts."""
    return {"gifts": [_shown(bot, gift) for gift in bot.world.gifts.all.values()]}


@method("sendGift", "user_id chat_id gift_id pay_for_upgrade", TEXT)
def send_gift(bot: Bot, parameters: Parameters) -> bool:
    """Send a gift to a person who takes gifts, or to a channel."""
    text = _text(parameters)
    chat = read_chat(bot, parameters) if parameters.text("chat_id") else find_person(bot, parameters)
    gift = bot.world.gifts.find(parameters.text("gift_id"))
    if not chat.private and gift.remaining is not None:
        raise bad_request("STARGIFT_INVALID")
    if parameters.boolean("pay_for_upgrade"):
        raise bad_request("STARGIFT_UPGRADE_UNAVAILABLE")
    if chat.private and not chat.takes_gifts:
        raise bad_request("USER_DISALLOWED_STARGIFTS")
    shown = _shown(bot, gift)
    to_whom = _user(chat, "gift_purchase") if chat.private else {"type": "chat", "chat": chat.info}
    bot.money.spend(gift.stars, {**to_whom, "gift": shown})
    if gift.remaining is not None:
        gift.remaining -= 1
    bot.new_message(chat, bot.user, {"gift": {"gift": shown, **text}}, outgoing=True)
    return True


@method("giftPremiumSubscription", "user_id month_count star_count", TEXT)
def gift_premium_subscription(bot: Bot, parameters: Parameters) -> bool:
    """Give Telegram Premium for 3, 6 or 12 months at its price."""
    _text(parameters)
    chat = find_person(bot, parameters)
    months = parameters.integer("month_count", 0, 0, 1000)
    if months not in PREMIUM:
        raise bad_request("MONTH_INVALID")
    if parameters.integer("star_count") != PREMIUM[months]:
        raise bad_request("Wrong Premium subscription price specified")
    bot.money.spend(PREMIUM[months], {**_user(chat, "premium_purchase"), "premium_subscription_duration": months})
    chat.user = {**chat.user, "is_premium": True}
    bot.world.changed.touch()
    chat.changes.touch()
    return True


def _user(chat: Chat, kind: str) -> Json:
    return {"type": "user", "transaction_type": kind, "user": chat.user}


def _text(parameters: Parameters) -> Json:
    text, entities = parse(parameters.text("text"), parameters.text("text_parse_mode"), None)
    if len(text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    return {**({"text": text} if text else {}), **({"entities": entities} if entities else {})}


def _shown(bot: Bot, gift: Gift) -> Json:
    sticker = bot.file_json(gift.sticker, **KINDS["sticker"].about)
    left = {} if gift.remaining is None else {"remaining_count": gift.remaining, "total_count": gift.total}
    return {"id": gift.id, "sticker": sticker, "star_count": gift.stars, **left}
