"""Torch-Pruning, and pruners of its form: cut until the board's own count says that a target is reached."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .client import Client
from .errors import NotAdmitted, TopiaryError
from .models import Verdict

if TYPE_CHECKING:
    from torch import nn


class Pruner(Protocol):
    """What `torch_pruning`'s pruners have in common."""

    model: nn.Module
    iterative_steps: int
    current_step: int

    def step(self) -> Any: ...


def prune_to(pruner: Pruner, target: str, board: str, *, client: Client | None = None) -> Verdict:
    """Steps the pruner until its model is as small as the target asks for, by the count that the board uses.

    Torch-Pruning counts other things than the boards do, and cuts by a share of channels: so the gate is asked after each
    step, in dry run. Make the pruner with many steps (`iterative_steps=100`), so that little more leaves than must.
    Afterwards `pruner.model` goes where any module goes: `topiary.evaluate(pruner.model, board, …)`.
    Raises `NotAdmitted` where the gate refuses a step, `TopiaryError` where all steps are done before the target.
    """
    wanted = float(target.rstrip("x"))
    client = client or Client()
    speedup = 1.0
    while pruner.current_step < pruner.iterative_steps:
        pruner.step()
        verdict = client.check(pruner.model, board)
        if not verdict["ok"] or verdict["speedup"] is None:
            raise NotAdmitted(verdict)
        speedup = verdict["speedup"]["published"]
        if speedup >= wanted:
            return verdict
    raise TopiaryError(f"after {pruner.iterative_steps} steps: expected {target}, got {speedup:.2f}x; raise its pruning_ratio")
