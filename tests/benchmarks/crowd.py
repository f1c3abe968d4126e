"""Players as a real bot has them, the same ones in every run."""

import random
from collections.abc import Iterator

LATIN = ("Alex", "Maria", "John", "O'Neil", "Fatima", "Chloé", "José", "Zoë", "Mohammed", "Anastasiia", "Li", "Dmitry")
CYRILLIC = ("Анна", "Борис", "Екатерина", "Дмитрий", "Ольга", "Ёлка", "Иван", "Александра", "Константин", "Таня")
SURNAMES = ("Smith", "Müller", "Иванова", "Петров", "Kim", "García", "Коваленко", "Сидоров", "van Dijk", "Öztürk")
EMOJI = ("🏆", "❤️", "🔥", "👑", "😎", "🌸", "👨‍👩‍👧", "🇷🇺", "✨", "🐱")
SHARE_OF_CYRILLIC, SHARE_OF_SURNAMES, SHARE_OF_EMOJI = 0.55, 0.3, 0.15

Player = tuple[int, str, int, int, int]
"""chatid, name, click, state, reached."""

IDS = range(100_000_000, 8_600_000_000)
"""Ids of 9 and 10 digits."""


def crowd(number: int) -> Iterator[Player]:
    """So many players: a mix of names, a few of whom have most of the clicks, in the order in which they signed up."""
    chance = random.Random(number)
    for place, chatid in enumerate(chance.sample(IDS, number), 1):
        yield chatid, _name(chance), min(int(chance.paretovariate(0.9)) - 1, 1_000_000), 0, place


def ids(number: int) -> list[int]:
    """The ids of this crowd."""
    return random.Random(number).sample(IDS, number)


def _name(chance: random.Random) -> str:
    name = chance.choice(CYRILLIC if chance.random() < SHARE_OF_CYRILLIC else LATIN)
    if chance.random() < SHARE_OF_SURNAMES:
        name += f" {chance.choice(SURNAMES)}"
    if chance.random() < SHARE_OF_EMOJI:
        name += f" {chance.choice(EMOJI)}"
    return name
