"""Tricks leave things as they found them."""

from __future__ import annotations

import gc

from broadsheet.core.runtime import collect_now, collecting_new_objects, new_objects, return_freed_memory


def test_the_collector_is_as_it_was_afterwards() -> None:
    """Switched on or off, and with its thresholds."""
    before = gc.isenabled(), gc.get_threshold()
    with collecting_new_objects():
        assert gc.isenabled()
        assert gc.get_threshold() != before[1]
    assert (gc.isenabled(), gc.get_threshold()) == before
    gc.unfreeze()


def test_cycles_are_freed() -> None:
    """Of new objects, and of all."""
    for all_objects in (False, True):
        cycle: list[object] = []
        cycle.append(cycle)
        del cycle
        collect_now(all_objects=all_objects)
        assert new_objects() < 700
    gc.unfreeze()


def test_memory_can_be_returned_on_any_system() -> None:
    """It is of no use where the C library has no such call, and no error."""
    return_freed_memory()
