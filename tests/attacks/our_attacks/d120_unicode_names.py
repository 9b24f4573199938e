# d120 | task=add | required=pass | identifiers and texts beyond ASCII
def größe_加(π, ñ):
    return π + ñ
def add(a, b):
    return größe_加(a, b) + len("日本語🎉") - 4
