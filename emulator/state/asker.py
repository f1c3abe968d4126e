"""What a person does in inline mode: types a query after the bot's name, looks at the results, chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.actor import Actor
from emulator.state.inline import CHOSEN_LIFETIME, LIFETIME
from emulator.state.media import with_new_ids
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.inline import InlineQuery


class Asker(Actor):
    """Somebody who asks the bot inline, in the chat with it."""

    def ask_inline(self, text: str = "", offset: str = "") -> str:
        """Ask; returns the query's id. NotShownError if the bot's inline mode is off (`bot.inline.on`)."""
        if not self.bot.inline.on:
            raise NotShownError(f"{self.bot!r} has no inline mode")
        query_id = self.bot.inline.ask(self.id, text, offset, self.bot.world.clock.now())
        if self.bot.inline.queries[query_id].answer is None:
            update = {"id": query_id, "from": self.user, "chat_type": "sender", "query": text, "offset": offset}
            self.bot.notify("inline_query", update, LIFETIME)
        self._changed()
        return query_id

    def inline_answer(self, query_id: str) -> Json | None:
        """What came: `results` (shown: type, id, title, description), `next_offset`, `button`; None if nothing yet."""
        query = self._query(query_id)
        if query.answer is None:
            return None
        return {**query.answer, "results": [result["shown"] for result in query.answer["results"]]}

    async def results(self, query_id: str, timeout: float = 30.0) -> list[Json]:
        """Wait for the results of a query."""
        answer = await self.wait(lambda: self.inline_answer(query_id), timeout)
        results: list[Json] = [] if answer is None else answer["results"]
        return results

    def ask_more(self, query_id: str) -> str:
        """Scroll to the end of the results: the same query from their next_offset on. NotShownError if that is all."""
        query = self._query(query_id)
        if query.answer is None or not query.answer["next_offset"]:
            raise NotShownError(f"{self!r} sees no more results")
        return self.ask_inline(query.text, query.answer["next_offset"])

    def choose(self, query_id: str, result_id: str) -> Json:
        """Send a result into the chat; the bot is told of the message, and of the choice if it has feedback on."""
        query = self._query(query_id)
        for result in [] if query.answer is None else query.answer["results"]:
            if result["shown"]["id"] == result_id:
                chosen = {"from": self.user, "query": query.text, "result_id": result_id}
                if self.bot.inline.feedback:
                    self.bot.notify("chosen_inline_result", chosen, CHOSEN_LIFETIME)
                content = with_new_ids(self.bot, result["content"])
                return self.deliver({"via_bot": self.bot.user, **content, **result["markup"]})
        raise NotShownError(f"{self!r} sees no result {result_id!r}")

    def press_inline(self, query_id: str) -> Json:
        """Press the button above the results: starts the bot with its parameter. NotShownError if there is none."""
        answer = self._query(query_id).answer
        if answer is None or not answer["button"]:
            raise NotShownError(f"{self!r} sees no button above the results")
        return self.send(f"/start {answer['button']['start_parameter']}")

    def _query(self, query_id: str) -> InlineQuery:
        query = self.bot.inline.queries[query_id]
        if query.person_id != self.id:
            raise NotShownError(f"{self!r} has not asked this")
        return query
