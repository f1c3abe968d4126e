"""Whatever people do in whatever order: there is an answer, no button meets the hint, and what is kept is legal."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bots.bazaar import drafts, moderation, posts, questions, said, texts
from bots.bazaar.ads import CATEGORIES, STATES
from tests.bots.bazaar.room import ADMIN, Room

TEXTS = (
    "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567",
    "Авто: 12:30",
    "2015",
    "64 м²",
    "7,000 $",
    "@anna_v",
    "/start",
    "/start ad_1",
    "/start menu",
    "/my",
    "/search авто",
    "/delete_me",
    "/language",
    "/nothing",
    "_*`[<b>",
    "x" * 4096,
    " ",
    "{first_name} {0}",
)
PEOPLE = (5, 6, ADMIN)
STEPS = {*questions.ASKED, drafts.PHOTOS, drafts.READY, drafts.PREVIEW, drafts.CHANGE}


class Walk:
    """People who press what they see, and send all sorts of things; a moderator and a channel now and then."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.room = Room(ads_per_day=self.dice.choice([0, 3]))
        self.shown: dict[int, list[str]] = {person: [] for person in PEOPLE}
        self.inline: dict[int, dict[str, str]] = {person: {} for person in PEOPLE}
        self.message = 1000

    def step(self) -> None:
        """One thing that somebody does."""
        person, kind = self.dice.choice(PEOPLE), self.dice.random()
        if kind < 0.5 and self.shown[person]:
            label = self.dice.choice(self.shown[person])
            self.see(person, self.room.say(person, label), label)
        elif kind < 0.7 and self.inline[person]:
            label, data = self.dice.choice(list(self.inline[person].items()))
            self.see(person, self.room.press(person, data), label)
        elif kind < 0.8:
            self.see(person, self.room.say(person, self.dice.choice(TEXTS)))
        elif kind < 0.85:
            taken = self.room.photo(person)
            assert taken or self.room.told
        elif kind < 0.9:
            self.room.act(person, lambda visit: said.contact(visit, "998901234567", self.dice.choice(PEOPLE)))
            self.see(person, self.room.told)
        elif kind < 0.92:
            self.room.act(person, said.other)
            self.see(person, self.room.told)
        else:
            self.others()
        self.check()

    def see(self, person: int, told: list[str], label: str = "") -> None:
        """What he sees now; a button is never answered by the hint."""
        visit = self.room.visit
        assert visit
        assert told or visit.alert, label
        hints = {texts.say(texts.HINT, code) for code in texts.CODES}
        assert not label or not set(told) & hints, label
        for call in self.room.calls:
            markup: Any = getattr(call, "reply_markup", None)
            if hasattr(markup, "keyboard"):
                self.shown[person] = [button.text for row in markup.keyboard for button in row]
            if hasattr(markup, "inline_keyboard"):
                self.inline[person] |= {
                    button.text: button.callback_data for row in markup.inline_keyboard for button in row
                }

    def others(self) -> None:
        """A moderator decides, or the channel has taken a post."""
        ready = self.room.rows("SELECT number, version FROM ads WHERE state = 'pending' ORDER BY number")
        waiting = self.room.rows("SELECT kind, subject FROM errands WHERE kind IN ('post', 'down') ORDER BY number")
        if ready and self.dice.random() < 0.5:
            number, version = ready[0]
            if self.dice.random() < 0.8:
                self.room.act(ADMIN, lambda visit: moderation.approve(visit, number, version, ADMIN))
            else:
                self.room.act(ADMIN, lambda visit: moderation.reject(visit, number, version, "йўқ", ADMIN))
        elif waiting:
            kind, subject = waiting[0]
            self.message += 1

            def done(visit: Any) -> None:
                visit.tables.execute("DELETE FROM errands WHERE kind = ? AND subject = ?", (kind, subject))
                if kind == "post":
                    posts.printed(visit.tables, subject, [self.message], self.room.now * 1000, "link")
                else:
                    posts.strike(visit.tables, subject)

            self.room.act(ADMIN, done)

    def check(self) -> None:
        """What is kept is legal: states, steps, one post of an ad, no card without an errand or a verdict."""
        rows = self.room.rows("SELECT number, state, category, kind, message, title FROM ads")
        for number, state, category, kind, message, title in rows:
            assert state in STATES
            assert category in CATEGORIES
            assert (category == "service") is (kind == "service")
            assert title
            down = self.room.rows("SELECT count(*) FROM errands WHERE kind = 'down'")[0][0]
            standing = self.room.rows("SELECT count(*) FROM posts WHERE ad = ?", number)[0][0]
            assert standing - down <= (state in ("published", "sold"))
            assert (message > 0) is (state in ("published", "sold"))
        assert {row[0] for row in self.room.rows("SELECT step FROM drafts")} <= STEPS
        assert {row[0] for row in self.room.rows("SELECT ad FROM cards WHERE verdict = ''")} <= {
            row[0] for row in rows if row[1] == "pending"
        }


@pytest.mark.parametrize("seed", range(15))
def test_any_sequence_has_answers_and_leaves_a_legal_state(seed: int) -> None:
    """Two hundred things that people do, by lot."""
    walk = Walk(seed)
    for _ in range(200):
        walk.step()
