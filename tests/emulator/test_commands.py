"""setMyCommands, setMyName and their kin: BOTAPI section 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.state.people import Person
    from tests.emulator.api import Api

START = {"command": "start", "description": "begin"}
NO_SCOPE = "can't parse BotCommandScope: "


async def test_lists_are_kept_apart_by_scope_and_language(api: Api, anna: Person) -> None:
    """Each is set, read and deleted for itself."""
    kinds: list[dict[str, Any]] = [
        {},
        {"language_code": "ru"},
        {"scope": {"type": "all_private_chats"}},
        {"scope": {"type": "chat", "chat_id": anna.id}},
        {"scope": {"type": "chat_member", "chat_id": str(anna.id), "user_id": 1}},
    ]
    for number, kind in enumerate(kinds):
        command = {"command": f"/c{number}", "description": " x "}
        assert await api.ok("setMyCommands", commands=[command], **kind) is True
    for number, kind in enumerate(kinds):
        assert await api.ok("getMyCommands", **kind) == [{"command": f"c{number}", "description": "x"}]
    assert await api.ok("deleteMyCommands") is True
    assert await api.ok("getMyCommands", scope={"type": "default"}) == []
    assert await api.ok("getMyCommands", **kinds[1]) != []


async def test_the_menu_of_a_chat(api: Api, anna: Person) -> None:
    """The narrowest scope that has commands, in the client's language first (Bot API, BotCommandScope)."""
    anna.describe(language_code="ru")
    assert anna.commands == []
    scopes: list[Any] = [None, {"type": "all_private_chats"}, {"type": "chat", "chat_id": anna.id}]
    for number, scope in enumerate(scopes):
        for code in ("", "ru"):
            command = {"command": f"c{number}{code}", "description": "x"}
            await api.ok("setMyCommands", commands=[command], language_code=code, **({"scope": scope} if scope else {}))
            assert anna.commands == [command]
    await api.ok("setMyCommands", commands=[START], scope={"type": "all_group_chats"})
    await api.ok("deleteMyCommands", scope=scopes[2], language_code="ru")
    assert anna.commands[0]["command"] == "c2"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, "expected an Array of BotCommand"),
        ({"commands": "{"}, "can't parse commands JSON object"),
        ({"commands": [7]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [{"command": "x"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ({"commands": [START] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [{**START, "command": "Start"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{**START, "command": "/"}]}, "command must be non-empty"),
        ({"commands": [{**START, "command": "x" * 33}]}, "command length must not exceed 32"),
        ({"commands": [{**START, "description": " "}]}, "command description must be non-empty"),
        ({"commands": [{**START, "description": "x" * 257}]}, "command description length must not exceed 256"),
        ({"commands": [START], "language_code": "rus"}, "invalid language code specified"),
        ({"commands": [START], "scope": "{"}, "can't parse BotCommandScope JSON object"),
        ({"commands": [START], "scope": "null"}, f"{NO_SCOPE}BotCommandScope must be an Object"),
        ({"commands": [START], "scope": {"type": "x"}}, f"{NO_SCOPE}Unsupported type specified"),
        ({"commands": [START], "scope": {"type": "chat"}}, f'{NO_SCOPE}Can\'t find field "chat_id"'),
        ({"commands": [START], "scope": {"type": "chat", "chat_id": 99}}, "chat not found"),
    ],
)
async def test_refused_commands(api: Api, given: Any, refusal: str) -> None:
    """Nothing is changed."""
    assert await api.no("setMyCommands", **given) == refusal
    assert api.telegram.bot().commands == {}


@pytest.mark.parametrize(
    ("method", "field", "longest", "default"),
    [
        ("MyName", "name", 64, "Кликер"),
        ("MyDescription", "description", 512, ""),
        ("MyShortDescription", "short_description", 120, ""),
    ],
)
async def test_names_and_descriptions(api: Api, method: str, field: str, longest: int, default: str) -> None:
    """By language, with the common one as a fallback."""
    assert await api.ok(f"get{method}") == {field: default}
    await api.ok(f"set{method}", **{field: "x" * longest})
    await api.ok(f"set{method}", **{field: "русское"}, language_code="ru")
    assert await api.ok(f"get{method}", language_code="ru") == {field: "русское"}
    assert await api.ok(f"get{method}", language_code="en") == {field: "x" * longest}
    refusal = await api.no(f"set{method}", **{field: "x" * (longest + 1)})
    assert refusal == f"{field} must not exceed {longest} characters"
    await api.ok(f"set{method}")
    assert (await api.ok("getMe"))["first_name"] == ("x" * longest if field == "name" else "Кликер")
