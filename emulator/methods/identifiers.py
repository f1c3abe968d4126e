"""message_ids: up to 100 numbers. Source: tdlib/telegram-bot-api, Client.cpp, get_message_ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters

MOST_AT_ONCE = 100


def message_ids(parameters: Parameters) -> list[int]:
    """The numbers, at least one of them."""
    if not parameters.text("message_ids"):
        raise bad_request("Message identifiers are not specified")
    numbers = parameters.json("message_ids", "Can't parse message_ids JSON object")
    if not isinstance(numbers, list):
        raise bad_request("Expected an Array of message identifiers")
    if len(numbers) > MOST_AT_ONCE:
        raise bad_request("Too many message identifiers specified")
    if not numbers:
        raise bad_request("Message identifiers are not specified")
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int):
            raise bad_request("Message identifier must be a Number")
        if number <= 0:
            raise bad_request("Invalid message identifier specified")
    return numbers
