"""Screens that have lost their buttons: by what they say it is known which ones they had."""

from aiogram.types import InlineKeyboardMarkup

from bots.roulette import inputs, moderation, wishes
from bots.roulette.acts import Act, Notice, Redrawn

SHOWN = (wishes.ask, moderation.ask, inputs.ask_delete, inputs.turn_away)
"""What brings a screen."""


def dress(act: Act, person: int, message: int, text: str) -> None:
    """Give a message that says this its buttons back."""
    me = act.person(person)
    for show in SHOWN:
        trial = Act(act.tables, act.now, tag=me.tag)
        show(trial, me)
        for effect in trial.effects:
            if isinstance(effect, Notice) and isinstance(effect.markup, InlineKeyboardMarkup) and effect.text == text:
                act.effects.append(Redrawn(person, message, None, effect.markup))
