"""Calls of the REST API: addresses and keys, retries, uploads that go on where they stopped, waiting."""
from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

import requests

from .errors import NotAdmitted, Refused, RunFailed, TopiaryError, Unreachable, UntrainedNetwork
from .models import Board, CreateSubmissionInput, Leaderboard, Problem, Submission, Upload, Verdict
from .network import Network, bytes_of, looks_untrained

Division = Literal["closed", "open"]
OCTETS = {"Content-Type": "application/octet-stream"}
PIECE = 4 * 2**20
LOCAL = "http://127.0.0.1:3000"
# Routes that are asked, as the OpenAPI document names them: a test looks each of them up there.
ROUTES: dict[str, tuple[str, str]] = {
    "board": ("GET", "/api/v1/boards/{board}"),
    "base": ("GET", "/api/v1/boards/{board}/base.onnx"),
    "leaderboard": ("GET", "/api/v1/boards/{board}/leaderboard"),
    "datasets": ("GET", "/api/v1/datasets"),
    "check": ("POST", "/api/v1/checks/file"),
    "announce": ("POST", "/api/v1/uploads"),
    "piece": ("PATCH", "/api/v1/uploads/{id}"),
    "submit": ("POST", "/api/v1/submissions"),
    "submission": ("GET", "/api/v1/submissions/{id}"),
    "cancel": ("POST", "/api/v1/submissions/{id}/cancel"),
}
# The server is busy or starts; anything else that it says is meant.
MENDS = {429, 502, 503, 504}


def _home(file: str) -> str:
    """What `npm start` leaves in its home on this machine."""
    path = Path(os.environ.get("TOPIARY_HOME", ".data")) / file
    return path.read_text().strip() if path.is_file() else ""


def _logged_in() -> tuple[str, dict[str, str]]:
    """The server and the keys that `topiary login` kept."""
    config = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "topiary" / "config.json"
    path = Path(os.environ.get("TOPIARY_CONFIG", config))
    kept = json.loads(path.read_text()) if path.is_file() else {}
    return kept.get("current") or "", kept.get("keys") or {}


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


class Client:
    """A server and a key.

    Without arguments: `TOPIARY_URL` and `TOPIARY_KEY`, else what `topiary login` kept, else the server that runs in this
    folder. A key goes to the server that it was kept for and to no other. Reading needs none.
    """

    def __init__(self, url: str | None = None, key: str | None = None, *, seconds: float = 120) -> None:
        current, keys = _logged_in()
        self.url = (url or os.environ.get("TOPIARY_URL") or current or _home("address") or LOCAL).rstrip("/")
        found = key or os.environ.get("TOPIARY_KEY") or keys.get(self.url)
        self.key = found or (_home("owner.key") if _is_loopback(self.url) else "") or None
        self._seconds = seconds
        self._session = requests.Session()
        if self.key:
            self._session.headers["Authorization"] = f"Bearer {self.key}"

    def ask(
        self,
        route: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **places: str,
    ) -> Any:
        """One route of `ROUTES`: its JSON, or bytes where it answers with a file. Asked again where that may mend it."""
        method, template = ROUTES[route]
        url = self.url + template.format(**places)
        sent = {**(OCTETS if data is not None else {}), **(headers or {})}
        for attempt in range(5):
            try:
                answer = self._session.request(
                    method, url, params=params, json=body, data=data, headers=sent, timeout=self._seconds
                )
            except (requests.ConnectionError, requests.Timeout) as error:
                if attempt == 4:
                    raise Unreachable(f"{self.url}: no answer ({type(error).__name__})") from error
                time.sleep(2**attempt / 2)
                continue
            if answer.status_code not in MENDS or attempt == 4:
                break
            time.sleep(min(60.0, float(answer.headers.get("Retry-After", 2**attempt / 2))))
        if not answer.ok:
            raise Refused(_problem(answer))
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.content

    def board(self, board: str) -> Board:
        return cast(Board, self.ask("board", board=board))

    def base(self, board: str) -> bytes:
        """The network that the board starts from, as an ONNX file."""
        return cast(bytes, self.ask("base", board=board))

    def leaderboard(self, board: str, target: str) -> Leaderboard:
        return cast(Leaderboard, self.ask("leaderboard", board=board, params={"target": target}))

    def input_shape(self, board: str) -> list[int]:
        """Of one example of the board's data, such as [3, 32, 32]."""
        dataset = self.board(board)["dataset"]
        items = self.ask("datasets")["items"]
        return next(list(item["input"]) for item in items if item["id"] == dataset)

    def check(self, network: Network, board: str) -> Verdict:
        """What the gate would say of the network. Nothing is kept, and nothing appears anywhere."""
        file = bytes_of(network, self.input_shape(board))
        return cast(Verdict, self.ask("check", params={"board": board, "kind": "network"}, data=file))

    def upload(self, file: bytes, name: str, say: Callable[[str], None] | None = None) -> str:
        """Sends a file in pieces and returns its sha256. Announced again, an upload goes on where it stopped."""
        sha256 = hashlib.sha256(file).hexdigest()
        announcement = {"bytes": len(file), "sha256": sha256, "name": name}
        upload = cast(Upload, self.ask("announce", body=announcement))
        while not upload["complete"]:
            offset = upload["offset"]
            if say:
                say(f"sent {offset} of {len(file)} bytes")
            headers = {"Upload-Offset": str(offset)}
            try:
                upload = cast(Upload, self.ask("piece", id=upload["id"], data=file[offset : offset + PIECE], headers=headers))
            except Refused as refusal:
                # A piece that was asked again may have arrived before: the announcement says how far the file is.
                if refusal.problem["status"] != 409:
                    raise
                upload = cast(Upload, self.ask("announce", body=announcement))
        return sha256

    def enter(self, body: CreateSubmissionInput) -> Submission:
        """A submission of any kind. However often the request is sent, it is entered once."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return cast(Submission, self.ask("submit", body=body, headers=headers))

    def submit(
        self,
        networks: Mapping[str, Network],
        board: str,
        *,
        method: str,
        licence: str,
        division: Division = "closed",
        seeds: Sequence[int] = (0,),
        paper: str | None = None,
        title: str = "",
        untrained: bool = False,
        say: Callable[[str], None] | None = None,
    ) -> Submission:
        """Enters pruned networks, `{"2x": model}`, after the gate has passed each of them.

        division: `closed`, fine-tuned by the server as everybody's; `open`, measured as it is. A module whose running
        statistics were never touched is refused (`UntrainedNetwork`), unless `untrained` says that it is meant.
        """
        shape = self.input_shape(board)
        models = []
        for target, network in networks.items():
            if not untrained and not isinstance(network, (bytes, str, os.PathLike)) and looks_untrained(network):
                raise UntrainedNetwork(
                    f"{target}: expected a trained network, got one whose batch normalisation has seen no example. "
                    "Load its weights first; check() needs none."
                )
            file = bytes_of(network, shape)
            verdict = cast(Verdict, self.ask("check", params={"board": board, "kind": "network"}, data=file))
            if not verdict["ok"]:
                raise NotAdmitted(verdict)
            models.append({"target": target, "file": self.upload(file, f"{method}.{target}.onnx", say)})
        body = {
            "kind": "pruned-models",
            "board": board,
            "method": method,
            "licence": licence,
            "division": division,
            "models": models,
            "seeds": list(seeds),
            "paper": paper,
            "title": title,
        }
        return self.enter(cast(CreateSubmissionInput, body))

    def submission(self, id: str) -> Submission:
        return cast(Submission, self.ask("submission", id=id))

    def wait(
        self, submission: Submission | str, *, seconds: float = 86_400, say: Callable[[str], None] | None = None
    ) -> Submission:
        """The submission when it has ended. Raises `RunFailed` where it failed or was cancelled, `TimeoutError` later."""
        id = submission if isinstance(submission, str) else submission["id"]
        end, pause, last = time.monotonic() + seconds, 0.5, ""
        while True:
            found = self.submission(id)
            said = f"{found['state']} {100 * found['progress']:.0f} %"
            if say and said != last:
                say(said)
            last = said
            if found["state"] == "done":
                return found
            if found["state"] in ("failed", "cancelled"):
                raise RunFailed(found)
            if time.monotonic() > end:
                raise TimeoutError(f"submission {id} is {said} after {seconds:.0f} s")
            time.sleep(pause)
            pause = min(pause * 1.3, 10)

    def address(self, *parts: str) -> str:
        """Of a page of the site."""
        return "/".join([self.url, *parts])


def _problem(answer: requests.Response) -> Problem:
    try:
        problem = answer.json()
        if "code" in problem:
            return cast(Problem, problem)
    except ValueError:
        pass
    where = urlsplit(answer.url).path
    detail = f"{where}: expected an answer of Topiary, got status {answer.status_code}. Is {answer.url} one?"
    return {"type": "about:blank", "title": "No answer of Topiary", "status": answer.status_code, "code": "NOT_TOPIARY", "detail": detail}


def check(network: Network, board: str, *, client: Client | None = None) -> Verdict:
    """What the gate would say of a module, an ONNX file's bytes or its path. Nothing is kept."""
    return (client or Client()).check(network, board)


def submit(networks: Mapping[str, Network], board: str, *, client: Client | None = None, **about: Any) -> Submission:
    """`Client.submit` at the server of this machine or of `TOPIARY_URL`."""
    return (client or Client()).submit(networks, board, **about)


def wait(submission: Submission | str, *, client: Client | None = None, **how: Any) -> Submission:
    """`Client.wait` at the server of this machine or of `TOPIARY_URL`."""
    return (client or Client()).wait(submission, **how)


__all__ = ["ROUTES", "Client", "Division", "TopiaryError", "check", "submit", "wait"]
