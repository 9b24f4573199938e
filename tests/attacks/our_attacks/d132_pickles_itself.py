# d132 | task=add | required=pass | copies and pickles objects of its own classes
import copy, pickle
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
def add(a, b):
    point = copy.deepcopy(pickle.loads(pickle.dumps(Point(a, b))))
    return point.x + point.y
