"""The client against a server: what a check keeps (nothing), what is entered, and what is refused before it is."""
import json
import os
import unittest
from urllib.request import urlopen

import topiary
from topiary.client import ROUTES

from .networks import BOARD, needs, needs_cli, needs_server, pruned, settled, vgg


def entered() -> int:
    """Submissions of this server."""
    with urlopen(f"{os.environ['TOPIARY_URL']}/api/v1/submissions?limit=100") as answer:
        return len(json.load(answer)["items"])


@needs_server
class Server(unittest.TestCase):
    def test_every_route_that_is_asked_is_described(self) -> None:
        with urlopen(f"{os.environ['TOPIARY_URL']}/openapi.json") as answer:
            paths = json.load(answer)["paths"]
        for method, path in ROUTES.values():
            self.assertIn(method.lower(), paths[path], path)

    def test_a_check_keeps_nothing(self) -> None:
        client, before = topiary.Client(), entered()
        verdict = client.check(client.base(BOARD), BOARD)
        self.assertTrue(verdict["ok"])
        self.assertAlmostEqual(verdict["speedup"]["published"], 1, places=6)
        self.assertEqual(entered(), before)

    @needs_cli
    def test_a_network_becomes_a_row(self) -> None:
        client = topiary.Client()
        small, _ = pruned(client.base(BOARD), "3x")
        said: list[str] = []
        row = topiary.evaluate(small, BOARD, method="from-python", licence="MIT", division="open", say=said.append)
        self.assertEqual((row["label"], row["division"], row["provenance"]), ("from-python", "open", "measured"))
        self.assertEqual(row["target"]["label"], "3x")
        self.assertGreaterEqual(row["achieved"], 3)
        pages = [line.split()[-1] for line in said if "http" in line]
        self.assertEqual([page.split("/")[3] for page in pages], ["submissions", "boards"])
        for page in pages:
            with urlopen(f"{client.url}/api/v1{page.removeprefix(client.url).split('/rows/')[0]}") as answer:
                self.assertEqual(answer.status, 200)
        # the same file again is the same row
        again = topiary.evaluate(small, BOARD, method="from-python", licence="MIT", division="open", say=None)
        self.assertEqual(again["id"], row["id"])

    def test_a_refused_file_is_not_entered(self) -> None:
        before = entered()
        with self.assertRaises(topiary.NotAdmitted) as raised:
            topiary.submit({"2x": b"no network"}, BOARD, method="from-python", licence="MIT")
        self.assertTrue(raised.exception.verdict["faults"][0]["code"].startswith("TOPIARY_"))
        self.assertEqual(entered(), before)

    def test_the_dense_network_reaches_no_target(self) -> None:
        base = topiary.Client().base(BOARD)
        with self.assertRaisesRegex(topiary.TopiaryError, "expected at least 3x, got 1.00x"):
            topiary.evaluate(base, BOARD, method="from-python", licence="MIT", say=None)

    @needs("torch")
    def test_a_module_that_was_never_trained_may_be_checked_but_not_entered(self) -> None:
        before = entered()
        self.assertTrue(topiary.check(vgg(), BOARD)["ok"])
        with self.assertRaises(topiary.UntrainedNetwork):
            topiary.submit({"2x": vgg()}, BOARD, method="from-python", licence="MIT")
        self.assertEqual(entered(), before)
        self.assertFalse(topiary.looks_untrained(settled(vgg())))

    @needs("torch", "torch_pruning")
    def test_torch_pruning_cuts_until_the_board_counts_the_target(self) -> None:
        import torch
        import torch_pruning

        client, model = topiary.Client(), vgg()
        weights = topiary.read_weights(client.base(BOARD))
        model.load_state_dict({name: torch.tensor(numbers) for name, numbers in weights.items()}, strict=False)
        pruner = torch_pruning.pruner.BasePruner(
            model.eval(),
            torch.zeros(1, 3, 32, 32),
            importance=torch_pruning.importance.MagnitudeImportance(p=1),
            global_pruning=True,
            iterative_steps=60,
            pruning_ratio=0.9,
            ignored_layers=[model.classifier],
        )
        verdict = topiary.prune_to(pruner, "3x", BOARD)
        self.assertGreaterEqual(verdict["speedup"]["published"], 3)
        self.assertLess(verdict["speedup"]["published"], 3.4)
        row = topiary.evaluate(pruner.model, BOARD, method="torch-pruning", licence="MIT", division="open", say=None)
        self.assertAlmostEqual(row["achieved"], verdict["speedup"]["published"], places=3)


class NoServer(unittest.TestCase):
    def test_says_that_nobody_answers(self) -> None:
        client = topiary.Client("http://127.0.0.1:9", "key")
        with self.assertRaisesRegex(topiary.Unreachable, "127.0.0.1:9: no answer"):
            client.board(BOARD)

    def test_a_key_goes_to_the_server_that_it_was_kept_for(self) -> None:
        kept = {name: os.environ.pop(name) for name in ("TOPIARY_URL", "TOPIARY_KEY") if name in os.environ}
        try:
            self.assertIsNone(topiary.Client("https://elsewhere.example").key)
        finally:
            os.environ.update(kept)


if __name__ == "__main__":
    unittest.main()
