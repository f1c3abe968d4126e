"""refundStarPayment, getStarTransactions, getMyStarBalance.

Source: tdlib/telegram-bot-api, Client.cpp, process_refund_star_payment_query, process_get_star_transactions_query,
process_get_my_star_balance_query; tdlib/td, StarManager.cpp, GetStarsTransactionsQuery (`ascending` for bots);
CHARGE_ALREADY_REFUNDED: tdlib/telegram-bot-api, issue 690. The names of other refusals are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import find_person
from emulator.methods.registry import method
from emulator.state.payments import refund

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json


@method("refundStarPayment", "user_id telegram_payment_charge_id")
def refund_star_payment(bot: Bot, parameters: Parameters) -> bool:
    """Give a payment back, once, while the bot has Stars enough; who has blocked the bot gets it as well."""
    person = find_person(bot, parameters)
    refund(bot, person.id, parameters.required("telegram_payment_charge_id"))
    return True


@method("getStarTransactions", "offset limit")
def get_star_transactions(bot: Bot, parameters: Parameters) -> Json:
    """Up to 100 transactions, oldest first, from the offset on."""
    offset = parameters.integer("offset", 0, 0)
    return {"transactions": bot.money.transactions[offset : offset + parameters.integer("limit", 100, 1, 100)]}


@method("getMyStarBalance")
def get_my_star_balance(bot: Bot, _: Parameters) -> Json:
    """How many Stars the bot has."""
    return {"amount": bot.money.balance}
