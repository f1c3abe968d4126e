"""What a bot asks people for: answers, contacts, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

CONTACT = {"keyboard": [[{"text": "My number", "request_contact": True}], [{"text": "Here", "request_location": True}]]}


async def test_a_forced_reply_is_answered(api: Api, anna: Person) -> None:
    """By the next reply; whatever else is sent ends the asking."""
    with pytest.raises(NotShownError, match="not asked"):
        anna.reply("x")
    asked = await api.ok("sendMessage", chat_id=anna.id, text="Why?", reply_markup={"force_reply": True})
    assert anna.forced == asked
    assert anna.reply("because")["reply_to_message"]["message_id"] == asked["message_id"]
    assert anna.forced is None
    await api.ok("sendMessage", chat_id=anna.id, text="Why?", reply_markup={"force_reply": True, "selective": True})
    assert "reply_to_message" not in anna.send("no")
    with pytest.raises(NotShownError):
        anna.reply("x")


async def test_a_group_is_asked(api: Api, telegram: Telegram, anna: Person) -> None:
    """Any member may answer."""
    group = telegram.group(-5, members=(anna,))
    with pytest.raises(NotShownError, match="Анна"):
        group.reply(anna, "x")
    asked = await api.ok("sendMessage", chat_id=-5, text="Why?", reply_markup={"force_reply": True})
    assert group.reply(anna, "because")["reply_to_message"] == asked


async def test_a_button_shares_the_own_contact_or_place(api: Api, anna: Person) -> None:
    """With the number and the id of whoever taps."""
    await api.ok("sendMessage", chat_id=anna.id, text="?", reply_markup=CONTACT)
    assert anna.keyboard == [["My number"], ["Here"]]
    anna.place = (55.75, 37.61)
    anna.tap("My number")
    anna.tap("Here")
    contact, place = [update["message"] for update in (await api.updates())[1:]]
    assert contact["contact"] == {"phone_number": "+998900001001", "first_name": "Анна", "user_id": 1001}
    assert place["location"] == {"latitude": 55.75, "longitude": 37.61}
    assert "text" not in contact


def test_contacts_of_others(telegram: Telegram, anna: Person) -> None:
    """With an id of theirs, or none."""
    boris = telegram.person(1002, first_name="Boris", last_name="B")
    boris.phone = "+998931234567"
    theirs = {"phone_number": "+998931234567", "first_name": "Boris", "last_name": "B", "user_id": 1002}
    assert anna.share_contact(boris)["contact"] == theirs
    assert anna.share_contact()["contact"]["user_id"] == anna.id
    assert "user_id" not in anna.contact("+1", "Eve")["contact"]


@pytest.mark.parametrize(("row", "what"), [(0, "phone number"), (1, "location")])
async def test_groups_are_not_asked_for_contacts(
    api: Api, telegram: Telegram, anna: Person, row: int, what: str
) -> None:
    """Nor for places."""
    telegram.group(-5, members=(anna,))
    markup = {"keyboard": [CONTACT["keyboard"][row]]}
    refusal = await api.no("sendMessage", chat_id=-5, text="?", reply_markup=markup)
    assert refusal == f"{what} can be requested in private chats only"
    wrong = {"keyboard": [[{"text": "x", "request_contact": 1}]]}
    refusal = await api.no("sendMessage", chat_id=anna.id, text="?", reply_markup=wrong)
    assert refusal == 'can\'t parse keyboard button: Field "request_contact" must be of type Boolean'
