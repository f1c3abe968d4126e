"""Who is banned plays nowhere and is in no rating; who plays in groups alone is found, banned and let in again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker.bans import spread
from bots.clicker.members import PLACES, Members
from bots.clicker.players import Players
from bots.clicker.tables import MEMBERS
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.admin.roster import Roster
from runtime.people import BANNED, SERVED
from tests.bots.clicker.bare import TABLES, members_of, players_of
from tests.stories.harness import ADMIN, PATIENCE, both_stores, kept, restart, say, set_up, sign_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.state.groups import Group
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot


def empty() -> Database:
    """All tables of the clicker with nothing in them."""
    loader = Loader(TABLES)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    return database


def everything(database: Database) -> list[Any]:
    """All players and members, as they are stored."""
    return database.look(
        lambda tables: [
            tables.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608 - names of ours
            for name in ("users", "members")
        ]
    )


async def ask(group: Group, person: Person, text: str) -> str:
    """A member writes; the text that answers."""
    group.send(person, text)
    return await group.answer(timeout=PATIENCE)


async def test_ratings_are_those_of_a_sort_without_the_banned() -> None:
    """Whoever is banned and let in again, in private chats and in groups; no row is lost by it."""
    dice, database = random.Random(7), empty()
    players, members = players_of(database), members_of(database)
    banned = set[int]()
    for number in range(1500):
        user, group = dice.randint(1, 60), -dice.randint(1, 3)
        if dice.random() < 0.1:
            change = players.unban if user in banned else players.ban
            await change(user)
            banned ^= {user} if await players.status(user) is not None or user in banned else set()
        elif user not in banned and dice.random() < 0.5:
            await members.tap(group, user, f"m{user}")
        elif user not in banned and user > 20:
            await players.register(user, f"p{user}")
            await players.tap(user, update=number)
        await _compare(database, players, members, user, group, banned)


async def _compare(
    database: Database, players: Players, members: Members, user: int, group: int, banned: set[int]
) -> None:
    def sort(query: str, *values: int) -> list[tuple[int, str, int]]:
        rows = database.look(lambda tables: tables.execute(query, values).fetchall())
        return [row for row in rows if row[0] not in banned]

    everybody = sort("SELECT chatid, name, click FROM users ORDER BY -click, reached, chatid")
    rating = await players.rating(user)
    expected = [(place, *row[1:]) for place, row in enumerate(everybody, 1) if place <= PLACES or row[0] == user]
    assert (rating.count, rating.places) == (len(everybody), expected)
    query = "SELECT userid, name, click FROM members JOIN chats ON chats.number = chat WHERE chatid = ? ORDER BY "
    mates = sort(query + "-click, reached, members.number", group)
    standings = await members.standings(group, user)
    shown = {row[0]: (place, *row[1:]) for place, row in enumerate(mates, 1) if place <= PLACES or row[0] == user}
    assert (standings.count, standings.places) == (len(mates), shown)


async def test_a_ban_that_is_taken_back_leaves_everything_as_it_was() -> None:
    """A row that was there only for the ban goes with it."""
    database = empty()
    players, members = players_of(database), members_of(database)
    await players.register(5, "Анна")
    await members.tap(-1, 5, "Анна")
    await members.tap(-1, 6, "Борис")
    before = everything(database)
    for user in (5, 6, 7):
        await players.ban(user)
    assert [await players.status(user) for user in (5, 6, 7)] == [BANNED, BANNED, None]
    for user in (5, 6, 7):
        await players.unban(user)
    assert everything(database) == before


async def test_a_ban_of_an_older_copy_reaches_the_groups() -> None:
    """There it was known in private chats alone."""
    loader = Loader(TABLES)
    loader.load(
        "users", ("chatid", "name", "click", "status"), [(5, "Анна", 3, BANNED), (6, "Борис", 2, SERVED)], [], 1
    )
    loader.load("chats", ("number", "chatid"), [(1, -1)], [], 1)
    columns = ("number", "chat", "userid", "name", "click", "reached")
    loader.load("members", columns, [(1, 1, 5, "Анна", 9, 1), (2, 1, 6, "Борис", 8, 2), (3, 1, -1, "Чат", 7, 3)], [], 1)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    database.transact(None, spread)
    standings = await members_of(database).standings(-1, 5)
    assert (standings.count, standings.places) == (1, {6: (1, "Борис", 8)})
    assert MEMBERS.columns[:-1] == columns
    position = database.position
    database.transact(None, spread)
    assert database.position == position


@pytest.mark.long
@pytest.mark.parametrize("name", ["Борис", "борис", " \u3164Бо\u200bрис", "БОРИС \n"])
async def test_a_player_of_groups_is_found_by_name_and_banned(bot: Bot, telegram: Telegram, name: str) -> None:
    """As he is seen; his clicks count no more, in no group and not in a chat of his own, and he is in no rating."""
    admin = await set_up(bot, telegram)
    anna, boris = telegram.person(2000, first_name="Анна"), telegram.person(2001, first_name="Бо\u200bрис")
    group, other = telegram.group(-5, "Чат", (anna, boris)), telegram.group(-6, "Другой", (anna, boris))
    for text in ("Кликов: 1 🏆", "Кликов: 2 🏆"):
        assert await ask(group, boris, "Клик") == text
    await ask(group, anna, "Клик")
    card = "Бо\u200bрис (id 2001): только в группах, их 1, кликов там 2, {}."
    assert await say(admin, f"/player {name}") == card.format("играет")
    assert await say(admin, "/player 2001") == card.format("играет")
    assert await say(admin, f"/ban {name}") == "Бо\u200bрис (id 2001): забанен, клики больше не считаются."
    for place in (group, other):
        for text in ("Клик", "/click", "Рейтинг", "/start"):
            place.send(boris, text)
    for text in ("/start", "Клик", "Рейтинг"):
        boris.send(text)
    assert await ask(group, anna, "Рейтинг") == "Всего: 1\n1: Анна - 1🏆"
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    await restart(bot, kill=True)
    assert await ask(other, anna, "Клик") == "Кликов: 1 🏆"
    assert boris.answers == []
    assert await say(admin, "/player 2001") == card.format("забанен")
    assert await say(admin, "/unban 2001") == "Бо\u200bрис (id 2001): бан снят, снова в игре."
    assert await ask(group, boris, "Рейтинг") == "Всего: 2\n1: Бо\u200bрис - 2🏆\n2: Анна - 1🏆"
    assert await say(boris, "Клик") == "Вы не зарегистрированы"


@both_stores
async def test_who_is_banned_is_in_no_rating(bot: Bot, telegram: Telegram) -> None:
    """Neither among the best nor counted, in private chats, in groups and for the admin; then all is as before."""
    admin = await set_up(bot, telegram)
    anna, boris = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "Борис")
    group = telegram.group(-5, "Чат", (anna, boris))
    for person in (anna, anna, boris):
        await say(person, "Клик")
        await ask(group, person, "Клик")
    assert "забанен" in await say(admin, "/ban 1001")
    assert await say(boris, "Рейтинг") == "Всего: 1\n1: Борис - 1🏆"
    assert await ask(group, boris, "Рейтинг") == "Всего: 1\n1: Борис - 1🏆"
    assert await say(admin, "/top") == "1: Борис - 1🏆 (id 1002)"
    assert await say(admin, "/player 1002") == "Борис (id 1002): кликов 1, место 1 из 1, играет, язык как в Telegram."
    card = "Анна (id 1001): кликов 2, вне рейтинга, забанен, язык как в Telegram."
    assert await say(admin, "/player анна") == card
    await restart(bot)
    assert await say(boris, "Рейтинг") == "Всего: 1\n1: Борис - 1🏆"
    assert "снова в игре" in await say(admin, "/unban 1001")
    assert await say(boris, "Рейтинг") == "Всего: 2\n1: Анна - 2🏆\n2: Борис - 1🏆"
    assert await ask(group, boris, "Рейтинг") == "Всего: 2\n1: Анна - 2🏆\n2: Борис - 1🏆"


@both_stores
async def test_namesakes_are_told_apart_by_their_number(bot: Bot, telegram: Telegram) -> None:
    """A name that several have bans nobody; one that nobody has is told so."""
    admin = await set_up(bot, telegram)
    first, second = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "АННА")
    group = telegram.group(-5, "Чат", (first, second))
    await ask(group, first, "Клик")
    lines = (await say(admin, "/ban Анна")).split("\n")
    assert lines[0] == "Так зовут нескольких, укажите номер:"
    assert [line.split(":")[0] for line in lines[1:]] == ["Анна (id 1001)", "АННА (id 1002)"]
    how = "Напишите после /ban номер игрока, например /ban 1234567."
    assert await say(admin, "/ban Вера") == f"Игрока с именем Вера нет. {how}"
    assert await say(admin, "/BAN") == how
    assert [row["status"] for row in (await kept(bot, telegram))["users"]] == [SERVED, SERVED]
    assert await say(admin, f"/ban {ADMIN}") == f"Игрока с номером {ADMIN} нет."


@pytest.mark.parametrize(
    "names",
    [["Анна", "анна", "А н н а", "Анна!", "👑Анна"], ["-----", "- - -"], ["👑", "\u3164👑"], ["Ánna", "A\u0301nna"]],
)
def test_a_name_finds_those_who_are_seen_so(names: Sequence[str]) -> None:
    """Other letters or signs make another name."""
    loader = Loader(TABLES)
    loader.load("users", ("chatid", "name"), list(enumerate(names, 1)), [], 1)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    found = [Roster(players_of(database)).named(name, lambda: False) for name in names]
    assert all(number in ids for number, ids in enumerate(found, 1))
    assert [ids == [number] for number, ids in enumerate(found, 1)] == [
        [*map(str.casefold, names)].count(name.casefold()) == 1 and "\u3164" not in "".join(names) for name in names
    ]
