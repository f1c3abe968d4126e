"""When open invoices are looked at: soon at first, ever more rarely later."""

from collections.abc import Sequence

from bots.shop.bills import LATE, Bill

OFTEN, RARELY, SELDOM = 1, 4, 240
"""Times `HELEKET_POLL` between two looks."""
FIRST = 20
"""Looks that are frequent."""


def pause(looks: int, age: float, poll: float, lifetime: int) -> float:
    """Seconds to the next look at an invoice of this age at which so many looks have been taken."""
    if looks < FIRST:
        return OFTEN * poll
    return (RARELY if age < lifetime + LATE else SELDOM) * poll


class Schedule:
    """The open invoices by their numbers, and when each is due. Moments are of time.monotonic, `at` is of the clock."""

    def __init__(self, poll: float) -> None:
        self._poll = poll
        self._bills: dict[int, Bill] = {}
        self._due: dict[int, float] = {}
        self._looks: dict[int, int] = {}

    @property
    def first(self) -> float | None:
        """When the next one is due."""
        return min(self._due.values(), default=None)

    def add(self, number: int, moment: float) -> None:
        """There is a new one, whose bill will be known soon."""
        self._due.setdefault(number, moment + self._poll)
        self._looks.setdefault(number, 0)

    def know(self, bills: Sequence[Bill], at: int, moment: float) -> None:
        """These are open. Those from before the start are due now; they were looked at when there was time for it."""
        self._bills = {bill.number: bill for bill in bills}
        for number, bill in self._bills.items():
            self._due.setdefault(number, moment)
            self._looks.setdefault(number, max(0, int((at - bill.at) / self._poll)))
        for gone in self._due.keys() - self._bills:
            del self._due[gone], self._looks[gone]

    def begin_due(self, at: int, moment: float) -> list[int]:
        """Those that are due, which are due again later."""
        found = [number for number, due in self._due.items() if due <= moment and number in self._bills]
        for number in found:
            bill = self._bills[number]
            self._looks[number] += 1
            self._due[number] = moment + pause(self._looks[number], at - bill.at, self._poll, bill.lifetime)
        return found
