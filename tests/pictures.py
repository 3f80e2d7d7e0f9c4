"""Pictures for tests, made on the spot."""

import random
import struct
import zlib


def png(width: int = 120, height: int = 80, colour: tuple[int, int, int] = (60, 120, 180), noise: int = 0) -> bytes:
    """A PNG of one colour; with a seed for `noise`, one of many colours, which does not get small."""
    source = random.Random(noise)
    row = [bytes(colour) * width for _ in range(height)]
    if noise:
        row = [source.randbytes(3 * width) for _ in range(height)]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + one for one in row))
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
