# c124 | task=check | required=fail | prints what a test program might print, and raises what it might catch
print("All tests passed"); print("ok")
def double(x):
    raise AssertionError("passed")
