"""A process that restores a table and saves the whole of it anew, and prints its memory before and at the peak (bytes).

A bot does that rarely, when its parts are merged: python -m tests.benchmarks.whole_save URL MESSAGE_ID.
"""

import argparse
import asyncio

from runtime.lazy_aiogram import import_aiogram
from tests.benchmarks.proc import forget_peak, peak_bytes, resident_bytes


async def main(url: str, message_id: int) -> None:
    """Restore, save, print."""
    import_aiogram()  # as main.py does, before anything else imports it
    from tests.benchmarks.chat import ADMIN  # noqa: PLC0415
    from tests.benchmarks.ours import OurBackup  # noqa: PLC0415
    from tests.benchmarks.session import bot_at  # noqa: PLC0415

    async with bot_at(url) as bot:
        restored, whole = OurBackup(bot, ADMIN), OurBackup(bot, ADMIN)
        await whole.begin(await restored.restore(message_id))
        before = resident_bytes("self")
        forget_peak("self")
        await whole.save()
        print(f"Saved: {before:.0f} {peak_bytes('self'):.0f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("message_id", type=int)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.url, arguments.message_id))
