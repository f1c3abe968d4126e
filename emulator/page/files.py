"""The page's own files, and the rules that let nothing foreign into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from emulator.page.guard import guarded

if TYPE_CHECKING:
    from emulator.page.guard import Handler

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


def files() -> list[web.RouteDef]:
    """A route for each."""
    found = sorted(path for path in PAGE.iterdir() if path.suffix in TYPES)
    return [web.get(f"/{'' if path.name == 'index.html' else path.name}", guarded(_file(path))) for path in found]


def _file(path: Path) -> Handler:
    async def send(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={**HEADERS, "Content-Type": TYPES[path.suffix]})

    return send
