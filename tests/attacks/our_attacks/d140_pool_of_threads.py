# d140 | task=sort | required=pass | a pool of threads from concurrent futures
from concurrent.futures import ThreadPoolExecutor
def sort_it(xs):
    with ThreadPoolExecutor(2) as executor:
        return sorted(executor.map(int, xs))
