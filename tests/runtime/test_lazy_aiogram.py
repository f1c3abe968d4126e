"""Types and methods of aiogram are imported and built when they are first used, and are what they would have been."""

import json
import subprocess
import sys

import pytest

from bots import BOTS
from tests.stories.launcher import ROOT

BEGIN = """
import sys
from runtime.lazy_aiogram import import_aiogram
import_aiogram()
"""
"""How main.py begins."""

LOADED = """
from bots import BOTS, load
load({bot!r})
import runtime.serve
unasked = "aiohttp asyncpg PIL prometheus_client psutil sentry_sdk unittest xlsxwriter".split()
print(*(name for name in unasked if name in sys.modules))
print(sum(name.startswith("aiogram.types.") for name in sys.modules))
"""
ASKED = """
import aiogram
from aiogram import Bot, methods, types

assert "aiogram.types.gift" not in sys.modules
assert types.Gift is types.Gift is sys.modules["aiogram.types.gift"].Gift
assert set(types.__all__) <= set(dir(types)) and set(methods.__all__) <= set(dir(methods))
assert not hasattr(types, "Nothing")
try:
    from aiogram.types import Nothing
except ImportError as error:
    print(error.name, "cannot import name 'Nothing'" in str(error))

class Kept(Exception):
    pass

class Client(Bot):
    async def __call__(self, method, request_timeout=None):
        raise Kept(method)

import asyncio
try:
    asyncio.run(Client("42:TEST").send_gift("rose", 7))
except Kept as kept:
    print(repr(type(kept.args[0])), kept.args[0].gift_id, kept.args[0].user_id)
print(type(Client("42:TEST").session))
from unittest.mock import sentinel  # as it is
gift = methods.SendGift(gift_id="rose", user_id=7, text=types.base.UNSET)
print(sentinel.ANYTHING, gift.model_dump(exclude_unset=True))
"""
COUNT = """
import json, sys
from runtime.lazy_aiogram import import_aiogram
if sys.argv[1] == "lazy":
    import_aiogram()
from aiogram import methods, types
from pydantic import BaseModel, ValidationError

models = {
    name: model
    for module in (types, methods)
    for name in module.__all__
    if isinstance(model := getattr(module, name), type) and issubclass(model, BaseModel)
}
at_once = sum(model.__pydantic_complete__ for model in models.values())
faults = {}
for name, model in models.items():
    try:
        model.model_validate({})
    except ValidationError as error:
        faults[name] = error.errors(include_url=False, include_context=False, include_input=False)
    except TypeError as error:  # an abstract one
        faults[name] = str(error)
update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}
answer = methods.Response[list[types.Update]].model_validate({"ok": True, "result": [update]})
built = sum(model.__pydantic_complete__ for model in models.values())
print(json.dumps([len(models), at_once, built, faults, repr(answer)]))
"""


def look(how: str) -> tuple[int, int, int, dict[str, object], str]:
    """How many models there are, are built by the import, and in the end; what each says of no data; an answer."""
    found = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=300)
    models, at_once, built, faults, answer = json.loads(found.stdout)
    return models, at_once, built, faults, answer


def told(program: str) -> list[str]:
    """What a program prints after that beginning."""
    command = [sys.executable, "-c", BEGIN + program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


def test_what_nobody_has_asked_for_is_not_loaded() -> None:
    """It would take memory and time: HTTP beside our own, what only a server needs, most of aiogram's types."""
    unasked, types = told(LOADED.format(bot="clicker"))
    assert unasked == ""
    assert int(types) < 100


@pytest.mark.parametrize("bot", sorted(BOTS))
def test_each_bot_can_be_loaded(bot: str) -> None:
    """With as little of aiogram as it needs."""
    assert int(told(LOADED.format(bot=bot))[1]) < 300


def test_who_asks_for_a_type_gets_it() -> None:
    """By name, by the list of names and by the client; whose session is aiogram's unless it is given another."""
    assert told(ASKED) == [
        "aiogram.types True",
        "<class 'aiogram.methods.send_gift.SendGift'> rose 7",
        "<class 'aiogram.client.session.aiohttp.AiohttpSession'>",
        "sentinel.ANYTHING {'gift_id': 'rose', 'user_id': 7}",
    ]


@pytest.mark.long
def test_every_type_is_what_it_would_have_been() -> None:
    """Each of aiogram's models can be used, and says the same of wrong data as when all are built by the import."""
    lazy, plain = look("lazy"), look("plain")
    assert lazy[0] == plain[0] > 500
    assert lazy[2:] == plain[2:]
    assert lazy[1] < plain[1] / 2
