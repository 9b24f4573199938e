# d135 | task=add | required=pass | an entry point that is an object, a partial, or a bound method
class Adder:
    def __call__(self, a, b):
        return a + b
add = Adder()
