"""Reading a pickle as data, without running what it says.

A pickle is a program for a small machine, and the machine of Python's library can call anything. This one cannot: of
its instructions only those are known that build numbers, texts, lists, tuples and dictionaries. A name stays a name, a
call becomes whatever `make` says that it stands for, and nothing that a pickle names is imported.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

MAX_STEPS = 1_000_000
"""SlowFast's file takes some tens of thousands. An object may cost one byte of pickle, so a bound is needed."""


class RefusedError(ValueError):
    """The pickle is damaged, or asks for more than data needs."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a pickle would import."""

    module: str
    name: str


class Stateful(Protocol):
    """An object whose contents come after it."""

    def set_state(self, state: tuple[Any, ...]) -> None:
        """Take them; `RefusedError` if they are none."""
        ...


Make = Callable[[Name, tuple[Any, ...]], Any]
"""From a call, which is not made, to what it stands for; `RefusedError` if it may not be in there."""


class Machine:
    """The pickle's stack and memory, and where its reader is."""

    def __init__(self, content: bytes, make: Make, stateful: tuple[type[Stateful], ...]) -> None:
        self.stack: list[Any] = []
        self.memory: dict[int, Any] = {}
        self._content = content
        self._at = 0
        self._marks: list[int] = []
        self._make = make
        self._stateful = stateful

    def run(self) -> Any:
        """What the pickle holds.

        Raises:
            RefusedError: more than data, or more than `MAX_STEPS` instructions.
            IndexError, KeyError, ValueError, struct.error: it is damaged.
        """
        for _ in range(MAX_STEPS):
            code = self.take(1)
            if code == pickle.STOP:
                return self.stack.pop()
            if code not in _STEPS:
                raise RefusedError(f"instruction {code!r}")
            _STEPS[code](self)
        raise RefusedError(f"more than {MAX_STEPS:,} instructions")

    def take(self, count: int) -> bytes:
        """The next bytes; never more than there are."""
        if count > len(self._content) - self._at:
            raise RefusedError("it is cut off")
        self._at += count
        return self._content[self._at - count : self._at]

    def number(self, size: int, *, signed: bool = False) -> int:
        """The next integer."""
        return int.from_bytes(self.take(size), "little", signed=signed)

    def line(self) -> str:
        """Text up to the next line feed."""
        end = self._content.index(b"\n", self._at)
        text = self.take(end - self._at).decode()
        self._at += 1
        return text

    def mark(self) -> None:
        """Remember how high the stack is."""
        self._marks.append(len(self.stack))

    def since_mark(self) -> list[Any]:
        """Take off the stack what came since then."""
        start = self._marks.pop()
        taken = self.stack[start:]
        del self.stack[start:]
        return taken

    def pop(self, count: int) -> list[Any]:
        """Take the topmost values off the stack, lowest first."""
        if count > len(self.stack):
            raise RefusedError("its stack is empty")
        taken = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return taken

    def extend_list(self, values: list[Any]) -> None:
        """Put values at the end of the list on top."""
        if not isinstance(self.stack[-1], list):
            raise RefusedError("it appends to what is no list")
        self.stack[-1].extend(values)

    def extend_dict(self, items: list[Any]) -> None:
        """Put pairs into the dictionary on top. Keys are texts and numbers: to hash a tuple is to walk all of it."""
        if not isinstance(self.stack[-1], dict) or not all(isinstance(key, str | bytes | int) for key in items[::2]):
            raise RefusedError("a dictionary whose keys are no names")
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def call(self) -> None:
        """Put in place of a name and its arguments what they stand for."""
        name, arguments = self.pop(2)
        if not isinstance(name, Name) or not isinstance(arguments, tuple):
            raise RefusedError("a call of what is no name")
        self.stack.append(self._make(name, arguments))

    def build(self) -> None:
        """Give the object on top its contents."""
        (state,) = self.pop(1)
        if not isinstance(self.stack[-1], self._stateful) or not isinstance(state, tuple):
            raise RefusedError(f"a state for {type(self.stack[-1]).__name__}")
        self.stack[-1].set_state(state)

    def keep(self, index: int) -> None:
        """Put the value on top into the memory."""
        self.memory[index] = self.stack[-1]


def _push(read: Callable[[Machine], Any]) -> Callable[[Machine], None]:
    return lambda machine: machine.stack.append(read(machine))


def _text(encoding: str, size: int) -> Callable[[Machine], None]:
    """Push a text that is preceded by its length in `size` bytes."""
    return _push(
        lambda m: m.take(m.number(size)).decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
    )


def _bytes(size: int) -> Callable[[Machine], None]:
    return _push(lambda m: m.take(m.number(size)))


def _tuple(count: int) -> Callable[[Machine], None]:
    return _push(lambda m: tuple(m.pop(count)))


_STEPS: Mapping[bytes, Callable[[Machine], object]] = {
    pickle.PROTO: lambda m: m.take(1),
    pickle.FRAME: lambda m: m.take(8),
    pickle.MARK: Machine.mark,
    pickle.NONE: _push(lambda _: None),
    pickle.NEWTRUE: _push(lambda _: True),
    pickle.NEWFALSE: _push(lambda _: False),
    pickle.INT: _push(lambda m: int(m.line())),
    pickle.LONG: _push(lambda m: int(m.line().rstrip("L"))),
    pickle.LONG1: _push(lambda m: m.number(m.number(1), signed=True)),
    pickle.BININT: _push(lambda m: m.number(4, signed=True)),
    pickle.BININT1: _push(lambda m: m.number(1)),
    pickle.BININT2: _push(lambda m: m.number(2)),
    pickle.BINFLOAT: _push(lambda m: struct.unpack(">d", m.take(8))[0]),
    pickle.SHORT_BINSTRING: _text("latin-1", 1),  # Python 2 had no bytes
    pickle.BINSTRING: _text("latin-1", 4),
    pickle.SHORT_BINUNICODE: _text("utf-8", 1),
    pickle.BINUNICODE: _text("utf-8", 4),
    pickle.BINUNICODE8: _text("utf-8", 8),
    pickle.SHORT_BINBYTES: _bytes(1),
    pickle.BINBYTES: _bytes(4),
    pickle.BINBYTES8: _bytes(8),
    pickle.EMPTY_LIST: _push(lambda _: []),
    pickle.APPEND: lambda m: m.extend_list(m.pop(1)),
    pickle.APPENDS: lambda m: m.extend_list(m.since_mark()),
    pickle.EMPTY_TUPLE: _tuple(0),
    pickle.TUPLE1: _tuple(1),
    pickle.TUPLE2: _tuple(2),
    pickle.TUPLE3: _tuple(3),
    pickle.TUPLE: _push(lambda m: tuple(m.since_mark())),
    pickle.EMPTY_DICT: _push(lambda _: {}),
    pickle.SETITEM: lambda m: m.extend_dict(m.pop(2)),
    pickle.SETITEMS: lambda m: m.extend_dict(m.since_mark()),
    pickle.GLOBAL: _push(lambda m: Name(m.line(), m.line())),
    pickle.STACK_GLOBAL: _push(lambda m: Name(*map(str, m.pop(2)))),
    pickle.REDUCE: Machine.call,
    pickle.BUILD: Machine.build,
    pickle.BINGET: _push(lambda m: m.memory[m.number(1)]),
    pickle.LONG_BINGET: _push(lambda m: m.memory[m.number(4)]),
    pickle.BINPUT: lambda m: m.keep(m.number(1)),
    pickle.LONG_BINPUT: lambda m: m.keep(m.number(4)),
    pickle.MEMOIZE: lambda m: m.keep(len(m.memory)),
}
"""What the machine can do. Text protocol 0 is not among it: none of the published files is in that."""
