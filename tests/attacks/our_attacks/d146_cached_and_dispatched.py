# d146 | task=many | required=pass | functools in every form: cache, partial, singledispatch, total_ordering, reduce
import functools
@functools.total_ordering
class N:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n
@functools.singledispatch
def step(x): raise TypeError
@step.register
def _(x: int): return functools.reduce(lambda p, q: p + q, [x, 1])
@functools.cache
def inc(x):
    assert N(1) < N(2)
    return functools.partial(step)(x)
