"""A module cut by the kept channels answers as the file that `topiary prune` wrote, run by onnxruntime."""
import unittest
from typing import Any

import topiary

from .networks import needs, needs_cli, pruned, residual, settled, tokens, vgg


@needs_cli
@needs("torch", "onnxruntime")
class ApplyKept(unittest.TestCase):
    def assert_same_network(self, model: Any, renamed: bytes = b"") -> None:
        import onnxruntime
        import torch

        file = topiary.export(model, [3, 32, 32])
        if renamed:
            file = file.replace(b"fc1.weight", renamed)
        small, kept = pruned(file)
        example = torch.randn(4, 3, 32, 32)
        narrow = topiary.apply_kept(model, kept, pruned=small, onnx=file, example=example)
        session = onnxruntime.InferenceSession(str(small))
        [expected] = session.run(None, {"input": example.numpy()})
        with torch.no_grad():
            torch.testing.assert_close(narrow.eval()(example), torch.tensor(expected), rtol=1e-4, atol=1e-4)
        counts = [sum(tensor.numel() for tensor in each.parameters()) for each in (narrow, model)]
        self.assertLess(counts[0], 0.7 * counts[1])
        # what the module says of itself is true: it exports, and the file is as wide as the cut one
        again = topiary.read_weights(topiary.export(narrow, [3, 32, 32]))
        cut = topiary.read_weights(small)
        for name in again.keys() & cut.keys():
            self.assertEqual(sorted(again[name].shape), sorted(cut[name].shape))

    def test_of_a_plain_network(self) -> None:
        self.assert_same_network(settled(vgg()))

    def test_with_shortcuts_and_with_depthwise_and_grouped_convolutions(self) -> None:
        self.assert_same_network(settled(residual()))

    def test_where_the_exporter_gave_weights_other_names(self) -> None:
        self.assert_same_network(settled(tokens()), renamed=b"MatMul_123")

    def test_where_the_file_has_linear_layers_transposed_also_square_ones(self) -> None:
        self.assert_same_network(settled(tokens()))
        self.assert_same_network(settled(tokens(hidden=32)))

    def test_takes_the_numbers_of_a_file_that_was_trained_after_the_cut(self) -> None:
        import torch

        model = settled(vgg())
        small, _ = pruned(topiary.export(model, [3, 32, 32]))
        kept = small.with_name("small.kept.json")
        narrow = topiary.apply_kept(model, kept)
        with torch.no_grad():
            for tensor in narrow.parameters():
                tensor.add_(1)
        small.write_bytes(topiary.export(narrow, [3, 32, 32]))
        again = topiary.apply_kept(model, kept)
        for name, tensor in narrow.state_dict().items():
            torch.testing.assert_close(again.state_dict()[name], tensor)

    def test_widths_are_stated_anew_and_the_module_itself_stays(self) -> None:
        model = settled(vgg())
        _, kept = pruned(topiary.export(model, [3, 32, 32]))
        narrow = topiary.apply_kept(model, kept)
        first = narrow.features[0]
        self.assertEqual((first.out_channels, narrow.features[1].num_features), (first.weight.shape[0],) * 2)
        self.assertEqual((model.features[0].out_channels, model.features[0].weight.shape[0]), (16, 16))

    def test_refuses_what_is_of_another_network(self) -> None:
        model = settled(vgg())
        with self.assertRaisesRegex(topiary.BadKept, "onnx::MatMul_7.*onnx="):
            topiary.apply_kept(model, [{"initializer": "onnx::MatMul_7", "axis": 0, "kept": [0]}])
        with self.assertRaisesRegex(topiary.BadKept, r"below \(16, 3, 3, 3\), got 16 on axis 0"):
            topiary.apply_kept(model, [{"initializer": "features.0.weight", "axis": 0, "kept": [0, 16]}])

    def test_finds_with_an_example_what_does_not_fit_together(self) -> None:
        import torch

        lonely = [{"initializer": "features.0.weight", "axis": 0, "kept": [0, 1]}]
        with self.assertRaisesRegex(topiary.BadKept, "does not run"):
            topiary.apply_kept(settled(vgg()), lonely, example=torch.zeros(1, 3, 32, 32))


if __name__ == "__main__":
    unittest.main()
