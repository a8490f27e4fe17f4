"""Working ahead in a thread: order, bounds, errors, and no thread left behind."""

import threading
import time

import pytest

from visionaryvids.features.ahead import ahead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


def test_items_come_in_order_and_the_thread_ends():
    assert list(ahead(iter(range(100)), 3)) == list(range(100))
    assert threads() == []


def test_at_most_depth_items_wait():
    made = []
    items = ahead((made.append(n) or n for n in range(50)), 2)
    assert next(items) == 0
    time.sleep(0.2)
    assert len(made) <= 1 + 2 + 1  # taken, waiting, and one in the hand of the thread
    items.close()
    assert threads() == []


def test_an_error_comes_after_the_items_before_it():
    def source():
        yield 1
        raise KeyError("broken")

    items = ahead(source(), 4)
    assert next(items) == 1
    with pytest.raises(KeyError, match="broken"):
        next(items)
    assert threads() == []


def test_leaving_early_closes_the_source_in_its_thread():
    closed = []

    def source():
        try:
            yield from range(1000)
        finally:
            closed.append(threading.current_thread().name)

    items = ahead(source(), 1)
    next(items)
    items.close()
    assert closed == ["ahead"]
    assert threads() == []
