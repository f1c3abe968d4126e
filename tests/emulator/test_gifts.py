"""Gifts and Premium that the bot pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api


async def test_a_gift_arrives(api: Api, anna: Person, telegram: Telegram) -> None:
    """It is paid from the bot's Stars and stands in the list of transactions; the bot is not told."""
    telegram.bot().money.receive(100)
    telegram.gifts.add("7", 30, total=1)
    gift = (await api.ok("getAvailableGifts"))["gifts"][-1]
    assert (gift["id"], gift["star_count"], gift["remaining_count"], gift["total_count"]) == ("7", 30, 1, 1)
    before = len(await api.updates())
    assert await api.ok("sendGift", user_id=1001, gift_id="7", text="Вам") is True
    assert [one["id"] for one in anna.gifts] == ["7"]
    assert anna.messages[-1]["gift"]["text"] == "Вам"
    assert len(await api.updates()) == before
    transaction = (await api.ok("getStarTransactions"))["transactions"][-1]
    receiver = transaction["receiver"]
    assert (transaction["amount"], receiver["transaction_type"], receiver["user"]) == (30, "gift_purchase", anna.user)
    assert receiver["gift"]["id"] == "7"
    assert await api.no("sendGift", user_id=1001, gift_id="7") == "STARGIFT_USAGE_LIMITED"


async def test_premium_arrives(api: Api, anna: Person, telegram: Telegram) -> None:
    """And shows in what the person is."""
    telegram.bot().money.receive(1000)
    assert await api.ok("giftPremiumSubscription", user_id=1001, month_count=3, star_count=1000) is True
    receiver = (await api.ok("getStarTransactions"))["transactions"][-1]["receiver"]
    assert (receiver["transaction_type"], receiver["premium_subscription_duration"]) == ("premium_purchase", 3)
    assert anna.send("x")["from"]["is_premium"] is True
    assert await api.ok("getMyStarBalance") == {"amount": 0}


@pytest.mark.parametrize(
    ("method", "given", "refusal"),
    [
        ("sendGift", {"user_id": 0, "gift_id": "7"}, "invalid user_id specified"),
        ("sendGift", {"user_id": 9, "gift_id": "7"}, "user not found"),
        ("sendGift", {"user_id": 1001, "gift_id": "8"}, "STARGIFT_INVALID"),
        ("sendGift", {"user_id": 1001, "gift_id": "7"}, "BALANCE_TOO_LOW"),
        ("sendGift", {"user_id": 1001, "gift_id": "7", "text": "x" * 129}, "MESSAGE_TOO_LONG"),
        ("sendGift", {"user_id": 1001, "gift_id": "7", "pay_for_upgrade": True}, "STARGIFT_UPGRADE_UNAVAILABLE"),
        ("giftPremiumSubscription", {"user_id": 1001, "month_count": 4, "star_count": 1000}, "MONTH_INVALID"),
        (
            "giftPremiumSubscription",
            {"user_id": 1001, "month_count": 6, "star_count": 1000},
            "wrong Premium subscription price specified",
        ),
        ("giftPremiumSubscription", {"user_id": 1001, "month_count": 3, "star_count": 1000}, "BALANCE_TOO_LOW"),
    ],
)
async def test_what_is_not_given(
    api: Api, anna: Person, telegram: Telegram, method: str, given: dict[str, Any], refusal: str
) -> None:
    """Nothing is paid."""
    telegram.gifts.add("7", 30)
    assert await api.no(method, **given) == refusal
    assert telegram.bot().money.transactions == []
    assert anna.gifts == []


async def test_who_takes_no_gifts(api: Api, anna: Person, telegram: Telegram) -> None:
    """Gets none; a channel gets one that there is no end of."""
    telegram.bot().money.receive(100)
    anna.refuse_gifts()
    (first, *_) = telegram.gifts.all
    assert await api.no("sendGift", user_id=1001, gift_id=first) == "USER_DISALLOWED_STARGIFTS"
    channel = telegram.channel(-1001234567890, "News", owner=anna)
    assert await api.ok("sendGift", chat_id=channel.id, gift_id=first) is True
    assert telegram.bot().money.transactions[-1]["receiver"]["chat"]["title"] == "News"
