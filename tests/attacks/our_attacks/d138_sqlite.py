# d138 | task=add | required=pass | a database in memory and one in a file
import sqlite3
def add(a, b):
    for place in (":memory:", "numbers.db"):
        with sqlite3.connect(place) as base:
            base.execute("create table if not exists t (x integer)")
            base.executemany("insert into t values (?)", [(a,), (b,)])
            total = base.execute("select sum(x) from t").fetchone()[0]
            base.execute("delete from t")
        base.close()
    return total
