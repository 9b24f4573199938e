# d122 | task=add | required=pass | imports that may be missing, and multiprocessing without using it
import multiprocessing
try:
    import torch
except ImportError:
    torch = None
try:
    import pandas
except ImportError:
    pandas = None
try:
    import scipy.stats
except ImportError:
    scipy = None
def add(a, b):
    return a + b
