"""Work ahead: one thread makes items while another one uses those made before."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing in the queue: the source is at its end, or failed."""

    error: BaseException | None = None


def ahead(source: Iterable[T], depth: int) -> Generator[T]:
    """The items of `source`, made in a thread of their own.

    The thread is at most `depth` items ahead and ends when the generator does, however that ends. What `source` raises
    is raised here, after the items before it.

    Args:
        source: is iterated in the thread; a generator is closed there.
        depth: how many items may wait.
    """
    waiting: queue.Queue[T | _End] = queue.Queue(depth)
    stopped = threading.Event()
    thread = threading.Thread(target=_make, args=(iter(source), waiting, stopped), name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        thread.join()


def _make(source: Iterator[T], waiting: queue.Queue[T | _End], stopped: threading.Event) -> None:
    end = _End()
    try:
        for item in source:
            if not _put(waiting, item, stopped):
                break
    except BaseException as error:  # everything goes to the thread that waits for an item
        end = _End(error)
    finally:
        if isinstance(source, Generator):
            source.close()
    _put(waiting, end, stopped)


def _put(waiting: queue.Queue[T | _End], item: T | _End, stopped: threading.Event) -> bool:
    """Wait for a place in the queue; false if nobody wants the item any more."""
    while not stopped.is_set():
        try:
            waiting.put(item, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
