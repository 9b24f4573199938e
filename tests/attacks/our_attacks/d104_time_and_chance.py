# d104 | task=add | required=pass | random without a seed, dates, a short sleep
import datetime, random, time, uuid
def add(a, b):
    time.sleep(0.2)
    random.shuffle([1, 2, 3])
    uuid.uuid4()
    return a + b + (0 if datetime.datetime.now().year > 2000 else 1)
