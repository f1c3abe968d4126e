"""aiogram's types, each built when it is first used.

aiogram builds all of its about 600 pydantic models when it is imported, each with a copy of whatever it refers to. A
bot uses a few dozen: without the others the import takes a fifth of the time, and the process 100 MB less.
"""

import functools
import sys
from collections.abc import Mapping
from typing import Any

import pydantic
from pydantic import BaseModel


def import_aiogram() -> None:
    """Import aiogram, unless this process has done so.

    aiogram calls `model_rebuild` on each type with the names that its annotations need. Here these names are kept, and
    pydantic, which calls `model_rebuild` itself when an unfinished model is used, gets them then. Types whose
    annotations need no other name wait as well: their configuration says so.
    """
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}
    build = BaseModel.__dict__["model_rebuild"]

    def note(_: type[BaseModel], /, *, _types_namespace: Mapping[str, Any]) -> None:
        names.update(_types_namespace)

    def build_now(model: type[BaseModel], /, **options: Any) -> bool | None:
        built: bool | None = build.__func__(model, **{"_types_namespace": names, **options})
        return built

    setattr(BaseModel, "model_rebuild", classmethod(note))  # noqa: B010 - mypy forbids to assign to a method
    configuration = pydantic.ConfigDict
    setattr(pydantic, "ConfigDict", functools.partial(configuration, defer_build=True))  # noqa: B010
    try:
        from aiogram.methods import Response, TelegramMethod  # noqa: PLC0415
        from aiogram.types.base import TelegramObject  # noqa: PLC0415
    finally:
        setattr(BaseModel, "model_rebuild", build)  # noqa: B010
        setattr(pydantic, "ConfigDict", configuration)  # noqa: B010
    for base in (TelegramObject, TelegramMethod, Response):
        setattr(base, "model_rebuild", classmethod(build_now))  # noqa: B010
