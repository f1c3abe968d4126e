"""What the chat page asks for over HTTP; documented here, served beside the Bot API on the same port.

    GET  /, /app.js, ...                  the page
    GET  /events                          server-sent events: {"whole": bool, "set": {key: value}, "gone": [key]},
                                          keys and values as in scene.py; the first event is whole, later ones differ
    GET  /people/{id}/files/{message id}  the document or photo of a message
    POST /people/{id}/{action}            send {text, reply_to}, tap {text}, press {text, message_id},
                                          edit {message_id, text}, delete, pin, unpin, pay {message_id},
                                          react {message_id, emoji}, rename {name}, album {count},
                                          clear, block, unblock, voice, sticker, contact, location {}
    POST /people/{id}/file?name=N         a document, the body is its bytes (application/octet-stream)
    POST /network                         {cut: bool}
    POST /limit                           {overall: 30, 300 or null for none}: messages a second over all chats
    POST /faults                          {on: bool, method, kind, value, times: number or null (for ever)}
    POST /process/{start, stop, kill}     {}
    POST /clock                           {seconds}: the time of this Telegram and of its bots goes forward
    POST /bots/{name}                     start this bot, if it does not play already

Each takes `?bot=NAME` where the page shows several bots; without it the first one is meant.

A POST answers {} or, with status 400, 403, 404 or 409, {"error": one line}. Only this machine is served: another page
open in the same browser is recognised by Host, Origin and Content-Type and refused.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aiohttp import web

from emulator.page.deeds import ACTIONS, pay
from emulator.page.guard import RefusedError, guarded, read_body
from emulator.page.playbill import Playbill
from emulator.page.stream import stream
from emulator.state.limits import Limits

if TYPE_CHECKING:
    from emulator.page.guard import Handler
    from emulator.page.scene import Scene
    from emulator.state.channels import Channel
    from emulator.state.people import Person

OVERALL = (30, 300, None)  # messages a second
LONGEST_MOVE = 31 * 86400.0  # seconds
PAGE = Path(__file__).parent / "static"
TYPES = {  # not the system's own: a Windows registry may say that a script is plain text
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
}


def routes(shown: Scene | Playbill) -> list[web.AbstractRouteDef]:
    """The page and what it asks for, to be handed to `serve` as extra routes."""
    files = sorted(path for path in PAGE.iterdir() if path.suffix in TYPES)
    page = [web.get(f"/{'' if path.name == 'index.html' else path.name}", guarded(_page(path))) for path in files]
    control = Control(shown if isinstance(shown, Playbill) else Playbill({"": shown}))
    return [
        *page,
        web.get("/events", guarded(control.events)),
        web.get(r"/people/{person:-?\d+}/files/{message:\d+}", guarded(control.download)),
        web.post(r"/people/{person:\d+}/file", guarded(control.upload, "application/octet-stream")),
        web.post(r"/people/{person:\d+}/{action:[a-z]+}", guarded(control.act)),
        web.post("/network", guarded(control.network)),
        web.post("/limit", guarded(control.limit)),
        web.post("/faults", guarded(control.faults)),
        web.post("/process/{action:[a-z]+}", guarded(control.bot)),
        web.post("/clock", guarded(control.clock)),
        web.post("/bots/{name:[a-z]+}", guarded(control.choose)),
    ]


class Control:
    """Carries out what the page asks for."""

    def __init__(self, playbill: Playbill) -> None:
        self.playbill = playbill
        self.telegram = playbill.telegram

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Everything shown, and from then on what changes."""
        name = self._name(request)
        with self.playbill.watched(name):
            return await stream(request, self.telegram, lambda: self.playbill.view(name))

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a document or photo, never shown by the browser as a page of ours."""
        person = self._place(request)
        message = person.chat.messages.get(int(request.match_info["message"]))
        document = None if message is None else message.data.get("document") or message.data.get("photo", [None])[-1]
        if document is None:
            raise RefusedError(404, "this message has no file")
        stored = self.telegram.files.find(person.bot.id, document["file_id"])
        name = quote(document.get("file_name", "file"))
        headers = {**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)

    async def upload(self, request: web.Request) -> web.Response:
        """A person sends a document."""
        person, tally = self._person(request), self._scene(request).tally
        message = person.send_file(request.query.get("name", "file"), await request.read())
        if tally is not None:
            tally.note(person, "file", [message])
        return _done()

    async def act(self, request: web.Request) -> web.Response:
        """A person does something in the chat."""
        name = request.match_info["action"]
        person, scene, body = self._person(request), self._scene(request), await read_body(request)
        if name not in ACTIONS and name != "pay":
            raise RefusedError(404, f"people can only {', '.join(ACTIONS)}, pay")
        if name == "pay":
            await pay(scene, person, body)
            return _done()
        done = ACTIONS[name](person, body)
        if scene.tally is not None:
            scene.tally.note(person, name, _messages(done))
        return _done()

    async def clock(self, request: web.Request) -> web.Response:
        """Move the time of this Telegram forward, where the page may."""
        seconds = float((await read_body(request))["seconds"])
        if not self._scene(request).clock or not 0 < seconds <= LONGEST_MOVE:
            raise RefusedError(400, "the time goes forward, by up to 31 days, where there is a clock")
        self.playbill.advance(seconds)
        return _done()

    async def choose(self, request: web.Request) -> web.Response:
        """Start a bot that does not play yet; answers when it can be played with."""
        name = request.match_info["name"]
        if name not in self.playbill.scenes:
            raise RefusedError(404, f"there is no bot {name} here")
        await self.playbill.choose(name)
        return _done()

    async def network(self, request: web.Request) -> web.Response:
        """Cut the network between the bot and Telegram, or mend it."""
        self.telegram.cut = bool((await read_body(request))["cut"])
        return _done()

    async def limit(self, request: web.Request) -> web.Response:
        """Let this Telegram take so many messages a second over all chats."""
        overall = (await read_body(request))["overall"]
        if overall not in OVERALL:
            raise RefusedError(400, "the limit is 30, 300 or null")
        limits = self.telegram.limits or Limits()
        self.telegram.limits = replace(limits, overall=overall)
        self.telegram.changed.touch()
        return _done()

    async def faults(self, request: web.Request) -> web.Response:
        """Switch a fault on, or off all of this method and kind."""
        body = await read_body(request)
        method, kind = body["method"], body["kind"]
        if body["on"]:
            self.telegram.faults.add(method, kind, times=body.get("times"), value=body.get("value"))
        else:
            for fault in list(self.telegram.faults.active):
                if (fault.method, fault.kind) == (method, kind):
                    self.telegram.faults.remove(fault)
        self.telegram.changed.touch()
        return _done()

    async def bot(self, request: web.Request) -> web.Response:
        """Start, stop or kill the bot's process; answers when it is done."""
        process, action = self._scene(request).process, request.match_info["action"]
        if process is None or action not in {"start", "stop", "kill"}:
            raise RefusedError(404, "there is no such thing to do with the bot here")
        if action == "start":
            await process.start()
        else:
            await (process.stop() if action == "stop" else process.kill())
        return _done()

    def _person(self, request: web.Request) -> Person:
        number = int(request.match_info["person"])
        for person in self._scene(request).people:
            if person.id == number:
                return person
        raise RefusedError(404, f"there is no person {number}")

    def _place(self, request: web.Request) -> Person | Channel:
        """The person or the channel that is meant."""
        number = int(request.match_info["person"])
        found = (channel for channel in self._scene(request).channels if channel.id == number)
        return next(found, None) or self._person(request)

    def _name(self, request: web.Request) -> str:
        name = request.query.get("bot") or self.playbill.first
        if name not in self.playbill.scenes:
            raise RefusedError(404, f"there is no bot {name} here")
        return name

    def _scene(self, request: web.Request) -> Scene:
        return self.playbill.scenes[self._name(request)]


def _page(path: Path) -> Handler:
    async def send(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={**HEADERS, "Content-Type": TYPES[path.suffix]})

    return send


def _messages(done: object) -> list[dict[str, Any]]:
    """The messages that an action has sent, if that is what it does."""
    found = done if isinstance(done, list) else [done]
    return [message for message in found if isinstance(message, dict) and "message_id" in message]


def _done() -> web.Response:
    return web.json_response({})
