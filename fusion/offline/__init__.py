"""The offline teacher: a miniature of one, which knows its own small domain and nothing else.

It lets everything run with no key and no network: fusing, evolving, answering, checking. What comes of it is no
evidence about any real teacher, any real data, or Instruction Fusion itself.

teacher    replies as a model would, mistakes included
fusing     two instructions into one
evolving   one instruction made a little harder
answers    programs and tests, right ones and wrong ones
seeds      seed rows, as many as wanted

The domain's language is `harness.benchmarks.miniature`; so is the list of what is held out.
"""

from fusion.offline.seeds import make_seeds
from fusion.offline.teacher import OfflineTeacher

__all__ = ["OfflineTeacher", "make_seeds"]
