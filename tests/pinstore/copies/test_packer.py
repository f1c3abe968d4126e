"""The packer: what a thread of its own has compressed is what went in, and a fault of the thread is told."""

import gzip
import threading
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinstore.copies.packer import TOGETHER, WAITING, Packer


@settings(deadline=None)
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3 * WAITING),
    long=st.booleans(),
    waits=st.booleans(),
)
def test_what_goes_in_comes_out(texts: list[str], long: bool, waits: bool) -> None:
    """Whatever the texts are, and however many wait."""
    texts = [text * (TOGETHER // max(len(text), 1) if long else 1) for text in texts]
    with Packer() as packing:
        for text in texts:
            packing.add(text)
            if waits:
                packing.wait()
    assert gzip.decompress(packing.content()).decode() == "".join(texts)
    assert packing.size == len(packing.content())


@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_fault_of_the_thread_is_told(monkeypatch: pytest.MonkeyPatch, *, at_the_end: bool) -> None:
    """And nobody waits for it for ever, however much there still is to add."""

    class Full:
        def compress(self, _: bytes) -> bytes:
            if not at_the_end:
                raise MemoryError("no room")
            return b""

        def flush(self) -> bytes:
            raise MemoryError("no room")

    monkeypatch.setattr(zlib, "compressobj", lambda *_: Full())
    with Packer() as packing:
        for _ in range(3 * WAITING):
            packing.add("x" * TOGETHER)
            packing.wait()
    with pytest.raises(MemoryError, match="no room"):
        packing.content()


def test_its_thread_ends_with_whoever_reads() -> None:
    """Also if reading fails: nothing is left behind."""

    def read() -> None:
        with Packer() as packing:
            packing.add("text")
            raise OSError("no rows")

    with pytest.raises(OSError, match="no rows"):
        read()
    assert "packer" not in {thread.name for thread in threading.enumerate()}
