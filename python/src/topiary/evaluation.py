"""One call from a network to its row."""
from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .client import Client, Division
from .errors import NotAdmitted, TopiaryError
from .models import Row, Submission
from .network import Network


def row_of(client: Client, submission: Submission, target: str) -> Row:
    """The row of a submission at one target: its own, or the one that the same files had before."""
    rows = client.leaderboard(submission["board"], target)["rows"]
    mine = [row for row in rows if row["submission"] == submission["id"]]
    files = submission["recipe"].get("models")
    same = [
        row
        for row in rows
        if files is not None
        and row["recipe"].get("models") == files
        and row["recipe"].get("division") == submission["recipe"].get("division")
    ]
    found = mine or same
    if not found:
        raise TopiaryError(f"submission {submission['id']}: expected a row at {target} of {submission['board']}, got none")
    return found[0]


def _target(speedup: float, targets: Sequence[str]) -> str:
    """The largest of the board's targets that a network of this speed-up reaches."""
    reached = [label for label in targets if re.fullmatch(r"[\d.]+x", label) and float(label[:-1]) <= speedup]
    if not reached:
        raise TopiaryError(f"speed-up: expected at least {targets[0]}, got {speedup:.2f}x by multiply-accumulates")
    return max(reached, key=lambda label: float(label[:-1]))


def evaluate(
    model: Network,
    board: str,
    *,
    method: str,
    licence: str,
    target: str | None = None,
    division: Division = "closed",
    seeds: Sequence[int] = (0,),
    paper: str | None = None,
    untrained: bool = False,
    client: Client | None = None,
    say: Callable[[str], None] | None = print,
) -> Row:
    """Enters a pruned network on a board, waits for its result, and returns its row.

    The row is public. `target` is the largest of the board's that the network reaches, where none is named. `say` is told
    what happens, with the addresses to look at; None is quiet.
    Raises `NotAdmitted` where the gate refuses the file, `UntrainedNetwork` where the module was never trained,
    `RunFailed` where the run ends without a result, `Refused` and `Unreachable` of the server.
    """
    client = client or Client()
    tell = say or (lambda _: None)
    verdict = client.check(model, board)
    if not verdict["ok"] or verdict["speedup"] is None:
        raise NotAdmitted(verdict)
    speedup = verdict["speedup"]["published"]
    tell(f"the gate takes it: {speedup:.2f}x by multiply-accumulates")
    chosen = target or _target(speedup, [each["label"] for each in client.board(board)["targets"]])
    about = {"method": method, "licence": licence, "paper": paper, "say": say, "untrained": untrained}
    submission = client.submit({chosen: model}, board, division=division, seeds=seeds, **about)  # type: ignore[arg-type]
    tell(f"entered at {chosen}: {client.address('submissions', submission['id'])}")
    row = row_of(client, client.wait(submission, say=say), chosen)
    tell(f"its row: {client.address('boards', board, 'rows', row['id'])}")
    return row
