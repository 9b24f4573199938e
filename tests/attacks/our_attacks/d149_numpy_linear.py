# d149 | task=halves | required=pass | numpy's linear algebra, random generators, masked arrays and files
import numpy as np
def halves(xs):
    m = np.linalg.solve(np.eye(len(xs)) * 2, np.array(xs))
    np.save("m.npy", m)
    np.random.default_rng(1).random(3)
    return np.ma.array(np.load("m.npy")).tolist()
