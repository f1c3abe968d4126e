"""aiogram's storage of dialogues on a table of the store."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from pinstore.errors import NotSetUpError
from pinstore.keeper import Keeper
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.updates.handled import handled

_FIND = "SELECT state, data FROM dialogues WHERE who = ?"

_PUT = """
INSERT INTO dialogues (who, state, data) VALUES (?, ?, ?)
ON CONFLICT (who) DO UPDATE SET state = excluded.state, data = excluded.data"""

_DELETE = "DELETE FROM dialogues WHERE who = ?"


class Dialogue(NamedTuple):
    """Where a person is in a dialogue, "" for nowhere, and what is known of it as JSON."""

    state: str = ""
    data: str = "{}"


class FSMStorage(BaseStorage):
    """The dialogues of a store whose tables hold `FSMStorage.table`.

    What a handler changes of a dialogue rides on the one write of its update, so both are stored together; a handler
    that writes nothing has it written when it is through. So a state is changed before the write, not after it.
    """

    table = Table(
        """
        CREATE TABLE dialogues (
            number INTEGER PRIMARY KEY,
            who TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL DEFAULT '',
            data TEXT NOT NULL DEFAULT '{}'
        )"""
    )

    def __init__(self, store: Keeper) -> None:
        """Raises ValueError for a store without the table."""
        if self.table not in store.tables:
            raise ValueError("this store does not keep dialogues: give it FSMStorage.table among its tables")
        self._store = store
        self._pending: dict[str, Dialogue] = {}
        """What handlers have changed that are not through."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Change the state; None ends the dialogue. Raises SecondWriteError, or NotSetUpError."""
        name = state.state if isinstance(state, State) else state
        await self._change(key, (await self._find(key))._replace(state=name or ""))

    async def get_state(self, key: StorageKey) -> str | None:
        """The state, None for none."""
        return (await self._find(key)).state or None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the data, which JSON can hold. Raises TypeError, and what `set_state` raises."""
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict or dict-like object, got {type(data).__name__}")
        await self._change(key, (await self._find(key))._replace(data=json.dumps(data, ensure_ascii=False)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """The data, {} for none; a copy."""
        found: dict[str, Any] = json.loads((await self._find(key)).data)
        return found

    async def close(self) -> None:
        """Nothing is kept here: the store ends by itself."""

    async def _find(self, key: StorageKey) -> Dialogue:
        who = _who(key)
        if who in self._pending:
            return self._pending[who]
        try:
            row = await self._store.read(lambda tables: tables.row(_FIND, (who,)))
        except NotSetUpError:  # aiogram asks for the state of whoever writes, also before there is anything
            return Dialogue()
        return Dialogue._make(row) if row else Dialogue()

    async def _change(self, key: StorageKey, dialogue: Dialogue) -> None:
        who = _who(key)

        async def put(tables: Tables) -> None:
            if dialogue == Dialogue():
                await tables.change(_DELETE, (who,))
            else:
                await tables.change(_PUT, (who, *dialogue))
            if self._pending.get(who) is dialogue:
                del self._pending[who]

        if scope := handled():
            scope.ride((self, who), put)
            self._pending[who] = dialogue
        else:
            await self._store.write(put, update=None)


def _who(key: StorageKey) -> str:
    """Whose dialogue it is, by all that aiogram tells dialogues apart by."""
    thread, business = key.thread_id or "", key.business_connection_id or ""
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{thread}:{business}:{key.destiny}"
