"""The example and the notebook run from top to bottom; the example enters nothing unless it is asked to."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from .networks import BOARD, needs, needs_cli, needs_server
from .test_server import entered

ROOT = Path(__file__).parents[2]


def run(*args: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, from the project's root as the documents say."""
    path = os.pathsep.join([str(ROOT / "python/src"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run([sys.executable, *args], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@needs_server
@needs("torch")
class Examples(unittest.TestCase):
    def test_the_example_checks_and_enters_only_when_asked(self) -> None:
        before = entered()
        checked = run("examples/pytorch.py")
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(f"{os.environ['TOPIARY_URL']}/boards/{BOARD}", checked.stdout)
        self.assertIn("not entered", checked.stdout)
        nameless = run("examples/pytorch.py", "--enter")
        self.assertIn("--method", nameless.stderr)
        self.assertEqual(entered(), before)
        done = run("examples/pytorch.py", "--enter", "--method", "l1-uniform", "--division", "open")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("/submissions/", done.stdout)
        self.assertIn(f"/boards/{BOARD}/rows/", done.stdout)
        self.assertEqual(entered(), before + 1)

    def test_the_example_says_in_a_sentence_that_a_file_is_refused(self) -> None:
        refused = run("examples/pytorch.py", "--keep", "1", "--enter", "--method", "dense")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("expected at least 3x", refused.stderr)
        self.assertNotIn("Traceback", refused.stderr)

    @needs_cli
    def test_the_notebook_runs_from_top_to_bottom(self) -> None:
        notebook = json.loads((ROOT / "examples/pytorch.ipynb").read_text())
        cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        done = run("-c", "\n\n".join(cells))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("lamp (notebook)", done.stdout)


if __name__ == "__main__":
    unittest.main()
