# d144 | task=add | required=pass | context variables, weak references, descriptors, slots, metaclasses, ABCs
import abc, contextvars, weakref
var = contextvars.ContextVar("var", default=0)
class Meta(abc.ABCMeta):
    def __call__(cls, *a): return super().__call__(*a)
class Sum(metaclass=Meta):
    __slots__ = ("a", "b", "__weakref__")
    def __init__(self, a, b): self.a, self.b = a, b
    @property
    def total(self): return self.a + self.b
def add(a, b):
    kept = Sum(a, b)
    reference = weakref.ref(kept)
    return contextvars.copy_context().run(lambda: reference().total + var.get())
