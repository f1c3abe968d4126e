"""The table of methods: name, parameters it knows, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from emulator.methods.parameters import Parameters
from emulator.state.bots import Bot

Function = Callable[[Bot, Parameters], Any]
F = TypeVar("F", bound=Function)

SEND = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup "
    "reply_to_message_id allow_sending_without_reply ephemeral_message_parameters receiver_user_id callback_query_id"
)
EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"


@dataclass(frozen=True)
class Method:
    """One method of the Bot API. Its function returns JSON, `Described`, or a future of JSON bytes."""

    name: str
    takes: frozenset[str]
    function: Function


@dataclass(frozen=True)
class Described:
    """A result that comes with a description."""

    result: Any
    description: str


METHODS: dict[str, Method] = {}


def method(name: str, *takes: str) -> Callable[[F], F]:
    """Register a method; `takes` are names of parameters separated by spaces. Its name is case-insensitive."""

    def register(function: F) -> F:
        METHODS[name.lower()] = Method(name, frozenset(" ".join(takes).split()), function)
        return function

    return register
