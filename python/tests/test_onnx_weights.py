"""The reader of ONNX files, against bytes written by hand and against the onnx package."""
import struct
import unittest

import numpy as np

import topiary

from .networks import BOARD, needs, needs_server


def field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2, len(data)]) + data


class ReadWeights(unittest.TestCase):
    def test_reads_raw_packed_and_unpacked_numbers(self) -> None:
        raw = bytes([8, 2, 8, 1, 16, 1]) + field(8, b"raw") + field(9, struct.pack("<2f", 1.5, -2))
        packed = field(1, bytes([3])) + bytes([16, 1]) + field(4, struct.pack("<3f", 1, 2, 3)) + field(8, b"packed")
        longs = field(1, bytes([2])) + bytes([16, 7]) + field(7, bytes([5]) + b"\xff" * 9 + b"\x01") + field(8, b"longs")
        model = field(7, b"".join(field(5, tensor) for tensor in (raw, packed, longs)))
        weights = topiary.read_weights(model)
        np.testing.assert_array_equal(weights["raw"], np.array([[1.5], [-2]], "f4"))
        np.testing.assert_array_equal(weights["packed"], np.array([1, 2, 3], "f4"))
        np.testing.assert_array_equal(weights["longs"], np.array([5, -1]))

    def test_says_where_a_file_is_cut_short(self) -> None:
        with self.assertRaisesRegex(topiary.TopiaryError, "expected 100 bytes, got 3"):
            topiary.read_weights(bytes([7 << 3 | 2, 100, 1, 2, 3]))
        with self.assertRaisesRegex(topiary.TopiaryError, "expected an ONNX file"):
            topiary.read_weights(b"")

    @needs_server
    @needs("onnx")
    def test_reads_what_the_onnx_package_reads(self) -> None:
        import onnx
        from onnx import numpy_helper

        file = topiary.Client().base(BOARD)
        mine = topiary.read_weights(file)
        theirs = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load_from_string(file).graph.initializer}
        self.assertEqual(list(mine), list(theirs))
        for name, numbers in theirs.items():
            np.testing.assert_array_equal(mine[name], numbers)


if __name__ == "__main__":
    unittest.main()
