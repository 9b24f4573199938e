"""From outputs to a verdict, and from verdicts to pass@k.

Everything here runs on the trusted side, on values that `harness.sandbox.values` decoded.
"""
