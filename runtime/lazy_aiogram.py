"""aiogram, of which each type and each method is imported and built when it is first used.

aiogram imports all of its about 600 pydantic models and builds each with a copy of whatever it refers to. A bot uses a
few dozen: without the others the import takes a twelfth of the time, and the process 130 MB less.
"""

import builtins
import functools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import resolve_name
from types import ModuleType
from typing import Any, ForwardRef, get_args
from weakref import WeakSet

import pydantic
from pydantic import BaseModel

PACKAGES = ("aiogram.types", "aiogram.methods")
"""They gather what their modules hold, and do hardly anything else."""

EAGER = ("aiogram.types.base", "aiogram.methods.base")
"""Modules that are wanted in any case."""

CLIENT = "aiogram.client.bot"
"""It has a function for each method. The types stand in annotations alone, which nobody reads."""

OTHERS = ("aiogram.client.session.aiohttp",)
"""What else waits: the client's usual session, for which `runtime.session` stands."""

_NAME = re.compile(r"[A-Z]\w+")


class Sentinel(Enum):
    """What aiogram takes from `unittest.mock`, which takes 1 MB with all that it needs."""

    UNSET = "UNSET"
    UNHANDLED = "UNHANDLED"
    REJECTED = "REJECTED"


class Later:
    """A name in a module that is imported when the name is called."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def found(self) -> Any:
        """What the name stands for."""
        return getattr(import_module(self._module), self._name)

    def __call__(self, *values: Any, **options: Any) -> Any:
        """As if it had been imported."""
        return self.found()(*values, **options)


class Gatherer(SourceFileLoader):
    """Runs a module whose imports give names for later; a package imports each when it is asked for (PEP 562)."""

    def exec_module(self, module: ModuleType) -> None:
        """Run it with an import of our own."""
        names, own = vars(module), dict(vars(builtins), __import__=_import)
        names["__builtins__"] = own
        exec(self.get_code(module.__name__) or "", names)  # noqa: S102 - aiogram's own code
        own["__import__"] = builtins.__import__  # its functions keep these builtins
        if module.__name__ in PACKAGES:
            _let_ask(module, {name: value for name, value in names.items() if isinstance(value, Later)})


class Finder:
    """Finds the modules that are not run as usual."""

    @staticmethod
    def find_spec(fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Where a module is."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in (*PACKAGES, CLIENT) else None
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Gatherer(spec.loader.name, spec.loader.path)
        return spec


def import_aiogram() -> None:
    """Import aiogram, unless this process has done so.

    pydantic calls `model_rebuild` itself when a model is used that is not built. It is given the names that aiogram
    would have given, as far as they are needed. Types whose annotations need no other name wait as well: their
    configuration says so.
    """
    if "aiogram" in sys.modules:
        return
    with _deferred():
        from aiogram.methods import Response, TelegramMethod  # noqa: PLC0415
        from aiogram.types import TelegramObject  # noqa: PLC0415
    build, known = BaseModel.__dict__["model_rebuild"], WeakSet[type]()

    def build_now(model: type[BaseModel], /, **options: Any) -> bool | None:
        built: bool | None = build.__func__(model, **{"_types_namespace": _names(model, known), **options})
        return built

    for base in (TelegramObject, TelegramMethod, Response):
        setattr(base, "model_rebuild", classmethod(build_now))  # noqa: B010 - mypy forbids to assign to a method


@contextmanager
def _deferred() -> Iterator[None]:
    """The time in which aiogram is imported."""
    configuration, finder, mock = pydantic.ConfigDict, Finder(), ModuleType("unittest.mock")
    vars(mock)["sentinel"] = Sentinel
    is_known = sys.modules.setdefault(mock.__name__, mock) is not mock
    setattr(pydantic, "ConfigDict", functools.partial(configuration, defer_build=True))  # noqa: B010
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        if not is_known:
            del sys.modules[mock.__name__]
        sys.meta_path.remove(finder)
        setattr(pydantic, "ConfigDict", configuration)  # noqa: B010


def _import(
    name: str,
    globals: Mapping[str, Any] | None = None,  # noqa: A002 - the names of the function that it stands for
    locals: Mapping[str, Any] | None = None,  # noqa: A002
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """An import: of what waits, a stand-in whose names are for later."""
    module = resolve_name("." * level + name, (globals or {}).get("__package__"))
    if not fromlist or not _waits(module):
        return __import__(name, globals, locals, fromlist or (), level)
    stand_in = ModuleType(module)
    vars(stand_in).update((one, Later(module, one)) for one in fromlist)
    return stand_in


def _waits(module: str) -> bool:
    is_part = module.rpartition(".")[0] in PACKAGES and module not in EAGER
    return is_part or module in (*PACKAGES, *OTHERS)


def _let_ask(package: ModuleType, waiting: Mapping[str, Later]) -> None:
    """Have a package import what is waiting when it is asked for it."""

    def ask(name: str) -> Any:
        if name not in waiting:
            raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")
        found = waiting[name].found()
        setattr(package, name, found)
        return found

    for name in waiting:
        delattr(package, name)
    setattr(package, "__getattr__", ask)  # noqa: B010 - mypy knows no module that has one
    setattr(package, "__dir__", lambda: [*vars(package), *waiting])  # noqa: B010


def _names(model: type[BaseModel], known: WeakSet[type]) -> dict[str, Any]:
    """The names that annotations may hold, with all that a model refers to."""
    _look(model, import_module("aiogram.types"), known)
    return {**vars(sys.modules["aiogram.types"]), **vars(sys.modules["aiogram.client.default"])}


def _look(annotation: Any, types: ModuleType, known: WeakSet[type]) -> None:
    """Import the types that are named there, and those that are named in them."""
    if isinstance(annotation, ForwardRef):
        for name in _NAME.findall(annotation.__forward_arg__):
            _look(getattr(types, name, None), types, known)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in known:
            known.add(annotation)
            for field in annotation.model_fields.values():
                _look(field.annotation, types, known)
    else:
        for inner in get_args(annotation):
            _look(inner, types, known)
