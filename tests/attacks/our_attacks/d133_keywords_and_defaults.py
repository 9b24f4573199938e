# d133 | task=check | required=pass | more parameters than the tests give
def double(x, /, *rest, factor=2, **options):
    return x * factor
