"""aiogram's types are built when they are first used, and are then what they would have been."""

import json
import subprocess
import sys

import pytest

COUNT = """
import json, sys
from runtime.lazy_aiogram import import_aiogram
if sys.argv[1] == "lazy":
    import_aiogram()
from aiogram import methods, types
from pydantic import BaseModel, ValidationError

models = {
    name: model
    for module in (types, methods)
    for name in module.__all__
    if isinstance(model := getattr(module, name), type) and issubclass(model, BaseModel)
}
at_once = sum(model.__pydantic_complete__ for model in models.values())
faults = {}
for name, model in models.items():
    try:
        model.model_validate({})
    except ValidationError as error:
        faults[name] = error.errors(include_url=False, include_context=False, include_input=False)
    except TypeError as error:  # an abstract one
        faults[name] = str(error)
update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}
answer = methods.Response[list[types.Update]].model_validate({"ok": True, "result": [update]})
built = sum(model.__pydantic_complete__ for model in models.values())
print(json.dumps([len(models), at_once, built, faults, repr(answer)]))
"""


def look(how: str) -> tuple[int, int, int, dict[str, object], str]:
    """How many models there are, are built by the import, and in the end; what each says of no data; an answer."""
    found = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True, timeout=300)
    models, at_once, built, faults, answer = json.loads(found.stdout)
    return models, at_once, built, faults, answer


@pytest.mark.long
def test_every_type_is_what_it_would_have_been() -> None:
    """Each of aiogram's models can be used, and says the same of wrong data as when all are built by the import."""
    lazy, plain = look("lazy"), look("plain")
    assert lazy[0] == plain[0] > 500
    assert lazy[2:] == plain[2:]
    assert lazy[1] < plain[1] / 2
