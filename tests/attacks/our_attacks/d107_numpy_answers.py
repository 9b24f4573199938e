# d107 | task=halves | required=pass | a numpy array on the way, plain floats in the end
import numpy as np
def halves(xs):
    return list(map(float, np.array(xs) / 2))
