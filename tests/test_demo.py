"""`python main.py` without a token: it plays, and one Ctrl-C leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
import pytest

from tests.stories.playing import address, demo, ended, playing

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals between processes as POSIX has them")


async def shown(session: aiohttp.ClientSession, url: str, key: str, **wanted: Any) -> dict[str, Any]:
    """Follow the page's events until the value of this key has all that is wanted."""
    async with session.get(f"{url}/events") as events:
        async for line in events.content:
            value = orjson.loads(line[6:])["set"].get(key) if line.startswith(b"data: ") else None
            if value is not None and wanted.items() <= value.items():
                return dict(value)
    raise AssertionError(f"{key} was never {wanted}")


async def running(session: aiohttp.ClientSession, address: str) -> int:
    """The id of a bot's process as soon as there is one."""
    async with session.get(address) as events:
        async for line in events.content:
            value = orjson.loads(line[6:])["set"].get("bot") if line.startswith(b"data: ") else None
            if value is not None and value["process"]["pid"] is not None:
                return int(value["process"]["pid"])
    raise AssertionError("no bot runs")


async def act(session: aiohttp.ClientSession, address: str, **body: Any) -> None:
    """Do what a button of the page does."""
    async with session.post(address, json=body) as response:
        assert response.status == 200, await response.text()


async def test_a_visitor_sees_that_a_killed_bot_loses_nothing(tmp_path: Path) -> None:
    """Taps before the kill, and taps while there is no bot, are all counted and stored after the start."""
    async with playing(tmp_path) as (process, url), aiohttp.ClientSession() as session:
        await act(session, f"{url}/people/1001/send", text="/start")
        await shown(session, url, "chat/1001", keyboard=[["Клик"], ["Рейтинг"]])
        for _ in range(3):
            await act(session, f"{url}/people/1001/tap", text="Клик")
        await act(session, f"{url}/process/kill")
        await act(session, f"{url}/people/1001/tap", text="Клик")
        await act(session, f"{url}/process/start")
        await shown(session, url, "chat/1001", sent=4, counted=4, stored=4)
        state = await shown(session, url, "bot")
        assert state["process"]["state"] == "running"
        assert await process.stop(30) == 0
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.long
@posix
async def test_one_ctrl_c_stops_the_bots_too(tmp_path: Path) -> None:
    """Ctrl-C ends the demo with status 0; the bot's process is gone, and that of another one that was just starting."""
    async with playing(tmp_path) as (process, url), aiohttp.ClientSession() as session:
        playing_now = await running(session, f"{url}/events")
        choosing = asyncio.create_task(session.post(f"{url}/bots/shop", json={}))
        starting = await running(session, f"{url}/events?bot=shop")
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        assert await ended(process) == 0
        for bot in (playing_now, starting):
            with pytest.raises(ProcessLookupError):
                os.kill(bot, 0)
        assert (await choosing).status == 409
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.long
async def test_a_developers_own_settings_are_left_alone(tmp_path: Path) -> None:
    """`--demo` with a token and a file of one's own: neither is used, and the file stays as it was."""
    own = tmp_path / "own.env"
    own.write_text("BOT_TOKEN=77:OWN\n", encoding="utf-8")
    process = demo(tmp_path, "--demo", "--port", "0", "--env-file", str(own), BOT_TOKEN="78:OWN", LOG_LEVEL="ERROR")
    await process.start()
    try:
        await address(process)
    finally:
        await process.stop(30)
    assert own.read_text(encoding="utf-8") == "BOT_TOKEN=77:OWN\n"


SET_UP = "import time; print('admin 0123456789'); print('CONFIG_ID=2', flush=True); time.sleep(600)"


def instead_of_the_bot(folder: Path, program: str = SET_UP, port: int | None = 0) -> tuple[str, ...]:
    """Arguments that run the demo with another program in the bot's place, by default one that is set up at once."""
    path = folder / "instead.py"
    path.write_text(program, encoding="utf-8")
    start = "import sys; from pathlib import Path; import demo"
    return ("-c", f"{start}; demo.MAIN = Path({str(path)!r}); sys.exit(demo.run({port}))")


async def test_a_port_in_use_is_one_line_and_status_2(tmp_path: Path) -> None:
    """The port that was asked for is taken, or is none."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 70_000):
            process = demo(tmp_path, program=instead_of_the_bot(tmp_path, port=port))
            await process.start()
            assert await ended(process) == 2
            assert process.lines == [f"Port {port} is in use or not allowed: choose another one with --port."]


async def test_without_a_port_asked_for_a_free_one_serves(tmp_path: Path) -> None:
    """8080 taken by another program is no reason not to play."""
    try:
        taken = socket.create_server(("127.0.0.1", 8080))
    except OSError:  # another program has it already
        taken = socket.socket()
    with taken:
        process = demo(tmp_path, program=instead_of_the_bot(tmp_path, port=None))
        await process.start()
        try:
            assert not (await address(process)).endswith(":8080")
        finally:
            await process.stop(30)


async def test_a_bot_that_dies_at_the_start_is_one_line(tmp_path: Path) -> None:
    """The line says so and holds the bot's last words."""
    process = demo(tmp_path, program=instead_of_the_bot(tmp_path, "print('Oh no'); raise SystemExit(4)"))
    await process.start()
    assert await ended(process) == 1
    assert process.lines == ["The bot did not start: the bot ended with status 4: Oh no"]


@posix
async def test_ctrl_c_while_the_bot_starts(tmp_path: Path) -> None:
    """Ctrl-C before the bot is ready stops everything as well."""
    impatient = "import os, signal, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(600)"
    process = demo(tmp_path, program=instead_of_the_bot(tmp_path, impatient))
    await process.start()
    assert await ended(process) == 0
    assert process.lines == []


@posix
async def test_the_browser_is_opened_where_there_is_a_display(tmp_path: Path) -> None:
    """With a display and outside CI the page's address is opened; this browser notes it and stops the demo.

    BROWSER is read as a shell would (webbrowser), and the folders of this machine may have spaces and quotes in them.
    """
    folder = tmp_path / "my 'own' folder"
    folder.mkdir()
    noted, browser = folder / "noted", folder / "browser.py"
    note = f"open({str(noted)!r}, 'w').write(sys.argv[1])"
    browser.write_text(f"import os, signal, sys; {note}; os.kill(os.getppid(), signal.SIGINT)", encoding="utf-8")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(browser))} %s"
    process = demo(tmp_path, program=instead_of_the_bot(tmp_path), CI="", DISPLAY=":0", BROWSER=command)
    await process.start()
    url = await address(process)
    assert await ended(process) == 0
    assert noted.read_text(encoding="utf-8") == url


@posix
@pytest.mark.parametrize("browser", ["sleep 30 %s", "sleep 30", "it's %s", "/no/such browser %s", ""])
async def test_no_browser_holds_the_demo_up(tmp_path: Path, browser: str) -> None:
    """One that returns only when it is closed, and one that cannot be started: Ctrl-C ends the demo at once."""
    process = demo(tmp_path, program=instead_of_the_bot(tmp_path), CI="", DISPLAY=":0", BROWSER=browser, PATH="/bin")
    await process.start()
    await address(process)
    asked = time.monotonic()
    assert await process.stop(20) == 0
    assert time.monotonic() - asked < 15
    assert "Traceback" not in "".join(process.lines)
