"""The messages between the trusted worker and the sandboxed child, and how they look as bytes.

Towards the child (trusted, so `marshal` may be used): one program, then orders. From the child (untrusted, so nothing
but lengths, tags and the closed encoding of `values`): a greeting, then batches of fingerprints, values, or the reason
why the program did not load.

    worker                                  child
    PROGRAM source, entry point   ------>   executes it as module `solution`
    GO start, end                 ------>   calls the function on the inputs from start
                                  <------   BATCH: one fingerprint or mark an answer
    VALUES index                  ------>   (the batch differed from `index` on)
                                  <------   VALUES: the answers of that batch from `index`, encoded
    CALL name, arguments          ------>   one call, for tests that run on the trusted side
                                  <------   VALUES with one answer
    MEASURE start, end            ------>   (references only) calls, and takes the time
                                  <------   MEASURED: fingerprint, CPU seconds and whether it is made of floats, each

A child ends when it is killed; there is no order to stop.
"""

from __future__ import annotations

import struct

ORDER = struct.Struct("<BII")
"""Order, and two numbers: start and end for GO, index for VALUES, length of what follows for PROGRAM and CALL."""
PROGRAM, GO, VALUES, CALL, MEASURE = 1, 2, 3, 4, 5

FRAME = struct.Struct("<BII")
"""Kind, index of the first answer, length of what follows."""
HELLO, BATCH, ANSWERS, NOT_LOADED, MEASURED = 1, 2, 3, 4, 5

ANSWER = struct.Struct("<BI")
"""Tag of an answer and the length of its bytes."""
VALUE, ERROR, MEMORY, TOO_LARGE, SYNTAX = 0, 1, 2, 3, 4

MEASUREMENT = struct.Struct("<8sd?")
"""Fingerprint of a reference's output, CPU seconds of the call, whether the output is a float or made of floats."""

MARK = {tag: bytes(7) + bytes((240 + tag,)) for tag in (VALUE, ERROR, MEMORY, TOO_LARGE, SYNTAX)}
"""What stands in a batch where an answer has no fingerprint: its last byte is that of no fingerprint."""

MAX_BATCH = 4096
"""Answers in one batch, at most."""
