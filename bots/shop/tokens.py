"""Tokens: who may read what over HTTP, as JWT that the admin hands out (RFC 7519, HS256 alone)."""

import re
import time
from typing import NamedTuple

import jwt
from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bots.shop.admin import obey
from bots.shop.reading import WrongError
from bots.shop.shop import Shop
from pinstore import Tables
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private
from runtime.values import MAX_ID

ALGORITHM = "HS256"
ADMIN = "admin"
DAYS, MOST_DAYS = 30, 3650
DAY = 86400
HOW = "❌ Нужно: /token id [дней] или /token admin [дней]"
_PERSON = re.compile(r"[1-9][0-9]{0,15}")
_DAYS = re.compile(r"[1-9][0-9]{0,3}")


class WrongTokenError(Exception):
    """A token that is none of ours, or no longer one."""


class Holder(NamedTuple):
    """Whose token it is."""

    person: int
    """0 for the admin's."""
    is_admin: bool


class Tokens:
    """Signs and reads them; `secret` has at least 32 bytes."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def make(self, claims: dict[str, str], days: int) -> str:
        """A token with these claims for so many days."""
        return jwt.encode({**claims, "exp": int(time.time()) + days * DAY}, self._secret, ALGORITHM)

    def read(self, token: str) -> Holder:
        """Whose it is. Raises WrongTokenError."""
        try:
            claims = jwt.decode(token, self._secret, [ALGORITHM], options={"require": ["exp"]})
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError) as error:
            raise WrongTokenError(type(error).__name__) from None
        if claims.get("scope") == ADMIN:
            return Holder(0, is_admin=True)
        person = person_in(str(claims.get("sub", "")))
        if person is None:
            raise WrongTokenError("sub")
        return Holder(person, is_admin=False)


def person_in(text: str) -> int | None:
    """The id that this text is, if it is one (Bot API, User)."""
    return int(text) if _PERSON.fullmatch(text) and int(text) <= MAX_ID else None


def is_known(tables: Tables, person: int) -> bool:
    """Whether somebody has ever written."""
    return tables.execute("SELECT 1 FROM customers WHERE person = ?", (person,)).fetchone() is not None


async def make(shop: Shop, tokens: Tokens | None, args: str) -> str:
    """A token for a person or for the admin. Raises WrongError."""
    if tokens is None:
        raise WrongError("❌ Токены выключены: задайте JWT_SECRET")
    who, _, days = " ".join(args.split()).partition(" ")
    if days and not (_DAYS.fullmatch(days) and int(days) <= MOST_DAYS):
        raise WrongError(f"❌ Дней: целое число от 1 до {MOST_DAYS}")
    if who.lower() == ADMIN:
        return tokens.make({"scope": ADMIN}, int(days or DAYS))
    person = person_in(who)
    if person is None:
        raise WrongError(HOW)
    if not await shop.store.read(lambda tables: is_known(tables, person)):
        raise WrongError(f"❌ {person} ещё не писал боту")
    return tokens.make({"sub": str(person)}, int(days or DAYS))


async def command(message: Message, command: CommandObject, shop: Shop, tokens: Tokens | None) -> None:
    """/token."""
    await obey(message, shop, lambda shop, args: make(shop, tokens, args), command.args)


def tokens_router() -> Router:
    """The admin's command; for anyone else it is an unknown one."""
    router = Router(name="tokens")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(command, Command("token", ignore_case=True))
    return router
