"""Save and restore through the local Telegram, which runs in a process of its own; seconds on the clock."""

from aiogram import Bot

from tests.benchmarks.chat import ADMIN, telegram_apart
from tests.benchmarks.costs import Costs, Figure, first_costs
from tests.benchmarks.crowd import ids
from tests.benchmarks.dump import postgres_costs
from tests.benchmarks.hours import BY_TIME, BY_WINDOW, TAPS_AN_HOUR, taps_and_saves
from tests.benchmarks.ours import OurBackup, filled
from tests.benchmarks.report import FIRST, POSTGRES, Report
from tests.benchmarks.samples import Samples, once
from tests.benchmarks.session import bot_at

WHOLE = "save of the whole table"
RESTORE = "restore"
HOUR = "bytes per hour, {}"


async def measure_saving(report: Report, players: int, saves: int, repeats: int) -> None:
    """Add the rows for a table of so many players."""
    theirs = await postgres_costs(players, TAPS_AN_HOUR, repeats)
    async with telegram_apart() as url, bot_at(url) as bot:
        first = await first_costs(bot, players, repeats, BY_TIME.saves_an_hour)
        backup = await _whole(report, bot, players, repeats, first, theirs)
        await _restore(report, bot, players, repeats, backup.message_id, first, theirs)
        await _hours(report, backup, players, saves, first, theirs)


async def _whole(report: Report, bot: Bot, players: int, repeats: int, first: Costs, theirs: Costs) -> OurBackup:
    tables, times = filled(players), []
    for _ in range(repeats):
        backup = OurBackup(bot, ADMIN)
        await backup.begin(tables)
        times.append(await once(backup.save))
    size = Samples([backup.vault.sent])
    report.add(WHOLE, players, "s", Samples(times), {FIRST: first.save, f"{POSTGRES}, pg_dump": theirs.save})
    report.add(f"bytes of a {WHOLE}", players, "B", size, {FIRST: first.size, f"{POSTGRES}, pg_dump": theirs.size})
    return backup


async def _restore(
    report: Report, bot: Bot, players: int, repeats: int, message_id: int, first: Costs, theirs: Costs
) -> None:
    times = [await once(lambda: OurBackup(bot, ADMIN).restore(message_id)) for _ in range(repeats)]
    others = {FIRST: first.restore, f"{POSTGRES}, pg_restore": theirs.restore}
    report.add(RESTORE, players, "s", Samples(times), others)


async def _hours(report: Report, backup: OurBackup, players: int, saves: int, first: Costs, theirs: Costs) -> None:
    chatids, whole = ids(players), backup.vault.sent
    for pace in (BY_TIME, BY_WINDOW):
        spent = await taps_and_saves(backup, chatids, pace, saves, whole)
        others: dict[str, Figure] = {FIRST: first.hour, f"{POSTGRES}, its log": theirs.hour}
        report.add(str(pace), players, "s", spent.seconds, {FIRST: first.save})
        report.add(f"bytes of a {pace}, on average", players, "B", Samples([spent.sizes.mean]), {FIRST: first.size})
        report.add(HOUR.format(pace.durability), players, "B", spent.hour, others)
