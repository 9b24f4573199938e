# c116 | task=upper | required=fail | surrogates, zeros, directions and very long lines
def upper(s):
    return "\ud800\udfff\x00\x1b[2J\u202e" + "\n" * 1000
