"""Plain values as bytes: the untrusted child encodes what a candidate returned, the trusted judge decodes it.

What it covers: `decode` builds nothing but the types listed in `format`, so no code of the sender runs on the trusted
side, whatever the bytes are. What it does not: limit time. Building a set of hostile items can be slow, and a decoded
value can take fifty times the memory of its bytes; the judge needs limits of its own.
"""

from harness.sandbox.values.decoder import decode
from harness.sandbox.values.encoder import encode
from harness.sandbox.values.format import MAX_DEPTH, MAX_ITEMS, SUBCLASSES, BadEncoding, Opaque, ValueTooLarge

__all__ = ["MAX_DEPTH", "MAX_ITEMS", "SUBCLASSES", "BadEncoding", "Opaque", "ValueTooLarge", "decode", "encode"]
