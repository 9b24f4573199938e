"""Where untrusted code runs: isolation levels, limits, one zygote a core, and the wire that answers come back on.

The verdict is never made in here. A sandboxed child gets a program and inputs, and sends back plain data; `worker` is
the trusted end of that wire, and `harness.grading` decides.
"""
