# c105 | task=add | required=fail | finds the frames of the harness and changes their lists, limits and clocks
import sys
def add(a, b):
    frame = sys._getframe(1)
    while frame:
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, list):
                value.extend([b"\x01" * 8] * 3) if name == "prints" else None
                value.clear() if name in ("inputs", "kept") else None
        frame = frame.f_back
    return None
