"""What may go wrong. Every error says where, what was expected and what was got; `Refused` has the server's stable code."""
from __future__ import annotations

from .models import Problem, Submission, Verdict


class TopiaryError(Exception):
    """The base of all errors of this package."""


class Unreachable(TopiaryError):
    """No server answers at the address."""


class Refused(TopiaryError):
    """The server said no. `problem["code"]` is stable, `problem["detail"]` is one sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.problem = problem


class NotAdmitted(TopiaryError):
    """The gate would refuse the file: `verdict["faults"]` says why, each fault with its place."""

    def __init__(self, verdict: Verdict) -> None:
        faults = [f"{fault['code']}: {fault['detail']}" for fault in verdict["faults"]]
        super().__init__("\n".join(faults) or "the gate refuses the file")
        self.verdict = verdict


class RunFailed(TopiaryError):
    """The submission ended without a result."""

    def __init__(self, submission: Submission) -> None:
        problems = [run["problem"] for run in submission.get("runs", [])]
        said = [f"{problem['code']}: {problem['detail']}" for problem in problems if problem is not None]
        super().__init__("; ".join(said) or f"submission {submission['id']} ended {submission['state']}")
        self.submission = submission


class UntrainedNetwork(TopiaryError):
    """The network has never seen an example: its row would say nothing about the method."""


class BadKept(TopiaryError):
    """The kept channels are not of this module."""
