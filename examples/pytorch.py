"""From PyTorch to a leaderboard, with plain HTTP: export a pruned network, try it at the gate, upload it, submit it, read the result.

    python3 examples/pytorch.py --url http://127.0.0.1:3000 --key "$(cat .data/owner.key)"

Needs torch and requests. Nothing of Topiary is imported: what happens here can be done from any language.
"""
import argparse
import hashlib
import inspect
import io
import sys
import time

import requests
import torch
from torch import nn

BOARD = "classification.resnet-tiny.shapes32"
OCTETS = {"Content-Type": "application/octet-stream"}
PIECE = 4 * 2**20


class Block(nn.Module):
    """A basic block of the CIFAR ResNets (He et al. 2015): its shortcut is a stride and zeros, without weights."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.stride, self.pad = stride, after - before

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.stride > 1 or self.pad > 0:
            x = nn.functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.pad // 2, self.pad - self.pad // 2))
        return torch.relu(x + y)


class Net(nn.Module):
    """Three stages of one block; `widths` are the channels of each: the place where a pruning method has its say."""

    def __init__(self, widths, classes):
        super().__init__()
        self.conv = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(widths[0])
        before = [widths[0], *widths[:-1]]
        self.blocks = nn.Sequential(*(Block(b, a, 1 if i == 0 else 2) for i, (b, a) in enumerate(zip(before, widths))))
        self.fc = nn.Linear(widths[-1], classes)

    def forward(self, x):
        x = self.blocks(torch.relu(self.bn(self.conv(x))))
        return self.fc(x.mean((2, 3)))


def exported(net, size):
    """The file as bytes: the batch is the only dimension without a number."""
    file = io.BytesIO()
    # Newer releases have two exporters; the older one needs no further packages.
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    # PRESERVE: otherwise batch normalisation is folded into the convolutions, and fine-tuning has none left.
    torch.onnx.export(
        net.eval(), torch.zeros(1, 3, size, size), file, opset_version=17, training=torch.onnx.TrainingMode.PRESERVE,
        input_names=["input"], output_names=["logits"], dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, **older,
    )
    return file.getvalue()


class Server:
    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"

    def ask(self, method, path, **more):
        """The answer's JSON. A refusal says in one sentence where, what was expected and what was got."""
        answer = self.session.request(method, f"{self.url}/api/v1{path}", timeout=120, **more)
        if not answer.ok:
            problem = answer.json()
            sys.exit(f"{problem['code']}: {problem['detail']}")
        return answer.json()

    def check(self, board, file):
        """What the gate would say of the file. Nothing is kept."""
        return self.ask("POST", "/checks/file", params={"board": board}, data=file, headers=OCTETS)

    def upload(self, file, name):
        """Sends the file in pieces and returns its sha256. Announced again, an upload goes on where it stopped."""
        sha256 = hashlib.sha256(file).hexdigest()
        announcement = {"bytes": len(file), "sha256": sha256, "name": name}
        upload = self.ask("POST", "/uploads", json=announcement)
        for attempt in range(5):
            try:
                while not upload["complete"]:
                    offset = upload["offset"]
                    print(f"  uploaded {offset} of {len(file)} bytes")
                    headers = {**OCTETS, "Upload-Offset": str(offset)}
                    piece = file[offset : offset + PIECE]
                    upload = self.ask("PATCH", f"/uploads/{upload['id']}", data=piece, headers=headers)
                return sha256
            except requests.ConnectionError:
                time.sleep(2**attempt)
                upload = self.ask("POST", "/uploads", json=announcement)
        sys.exit("the connection breaks again and again")


def show(verdict):
    for check in verdict["checks"]:
        print(f"  {check['state']:8}{check['title']}  {check['detail']}")
    for fault in verdict["faults"]:
        print(f"  {fault['code']}: {fault['detail']}")
    if verdict["speedup"]:
        print(f"  {verdict['speedup']['published']:.2f}x the speed of the board's network, by multiply-accumulates")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", default="http://127.0.0.1:3000")
    options.add_argument("--key", required=True)
    options.add_argument("--board", default=BOARD)
    options.add_argument("--widths", default="8,16,32", help="channels of the three stages")
    options.add_argument("--target", default="2x", help="the speed-up that the network claims")
    options.add_argument("--division", default="closed", choices=["closed", "open"],
                         help="closed: fine-tuned by the server, as everybody's; open: measured as it is")
    options.add_argument("--method", default="pytorch-example", help="what the row is called")
    given = options.parse_args()
    server = Server(given.url, given.key)

    board = server.ask("GET", f"/boards/{given.board}")
    dataset = next(d for d in server.ask("GET", "/datasets")["items"] if d["id"] == board["dataset"])
    classes, size = len(dataset["classes"]), dataset["input"][-1]

    # 1. A network of your own, smaller than the board's. These weights are random, and so the row will stand near
    #    chance: load those of your pruned network here.
    torch.manual_seed(0)
    file = exported(Net([int(width) for width in given.widths.split(",")], classes), size)

    # 2. Tried at the gate.
    verdict = server.check(given.board, file)
    show(verdict)
    print(f"{len(file)} bytes: {'may be entered' if verdict['ok'] else 'would be refused'}")
    if not verdict["ok"]:
        sys.exit(1)

    # 3. Uploaded, and entered once however often this request is sent (same Idempotency-Key).
    sha256 = server.upload(file, "pytorch-example.onnx")
    body = {
        "kind": "pruned-models", "board": given.board, "method": given.method, "licence": "MIT",
        "division": given.division, "models": [{"target": given.target, "file": sha256}],
    }
    once = hashlib.sha256(repr(body).encode()).hexdigest()
    submission = server.ask("POST", "/submissions", json=body, headers={"Idempotency-Key": f"{time.strftime('%F')} {once}"})
    place = submission.get("queue")
    print(f"entered {submission['id']}" + (f", place {place['position']} in the queue" if place else ""))

    # 4. Its result.
    while submission["state"] in ("queued", "running"):
        time.sleep(2)
        submission = server.ask("GET", f"/submissions/{submission['id']}")
        print(f"  {submission['state']} {100 * submission['progress']:.0f} %")
    for run in submission["runs"]:
        if run["problem"]:
            sys.exit(f"{run['problem']['code']}: {run['problem']['detail']}")
        for metric in run["result"]["metrics"]:
            print(f"{run['target']['label']} seed {run['seed']}: {metric['id']} {metric['value']:.2f} ({metric['phase']})")
    rows = server.ask("GET", f"/boards/{given.board}/leaderboard", params={"target": given.target})["rows"]
    mine = next((row for row in rows if row["submission"] == submission["id"]), None)
    peers = [row for row in rows if mine and row["ranking"] == mine["ranking"]]
    print(f"rank {mine['rank']} of {len(peers)}" if mine else f"{len(rows)} rows; this file was there before")


if __name__ == "__main__":
    main()
