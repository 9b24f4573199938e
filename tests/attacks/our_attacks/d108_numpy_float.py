# d108 | task=half | required=pass | a numpy float where a float is expected
import numpy as np
def half(x):
    return np.float64(x) / 2
