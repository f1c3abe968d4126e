"""The methods of the Bot API that the local Telegram knows; an unknown one is a loud 404."""

from emulator.methods import (
    chats,
    commands,
    deleting,
    editing,
    files,
    forwarding,
    pins,
    profile,
    sending,
    updates,
)
from emulator.methods.registry import METHODS, Described, Method

__all__ = [
    "METHODS",
    "Described",
    "Method",
    "chats",
    "commands",
    "deleting",
    "editing",
    "files",
    "forwarding",
    "pins",
    "profile",
    "sending",
    "updates",
]
