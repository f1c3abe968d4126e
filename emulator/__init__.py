"""A local Telegram: a Bot API server on loopback that keeps real state, for any bot and its tests."""

from emulator.http.server import Server, serve
from emulator.page.control import routes
from emulator.page.process import Process, ProcessError
from emulator.page.scene import Scene
from emulator.state.changes import WaitError
from emulator.state.channels import Channel
from emulator.state.clock import Clock
from emulator.state.faults import Fault
from emulator.state.groups import Group
from emulator.state.hook import Delivery
from emulator.state.limits import Limits
from emulator.state.media import Part
from emulator.state.money import Checkout, Form
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from emulator.state.view import NotShownError

__all__ = [
    "Channel",
    "Checkout",
    "Clock",
    "Delivery",
    "Fault",
    "Form",
    "Group",
    "Limits",
    "NotShownError",
    "Part",
    "Person",
    "Process",
    "ProcessError",
    "Scene",
    "Server",
    "Telegram",
    "WaitError",
    "routes",
    "serve",
]
