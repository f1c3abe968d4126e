"""The methods of the Bot API that the local Telegram knows; an unknown one is a loud 404."""

from emulator.methods import (
    albums,
    batches,
    chats,
    commands,
    deleting,
    editing,
    files,
    forwarding,
    inline,
    media,
    members,
    pins,
    profile,
    reactions,
    sending,
    updates,
)
from emulator.methods.registry import METHODS, Described, Method

__all__ = [
    "METHODS",
    "Described",
    "Method",
    "albums",
    "batches",
    "chats",
    "commands",
    "deleting",
    "editing",
    "files",
    "forwarding",
    "inline",
    "media",
    "members",
    "pins",
    "profile",
    "reactions",
    "sending",
    "updates",
]
