# d136 | task=add | required=pass | temporary files and folders of every kind, memory maps, shelves of its own
import mmap, os, sqlite3, tempfile
def add(a, b):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        file.write(b"xx")
        file.flush()
        with mmap.mmap(file.fileno(), 0) as view:
            view[0] = 65
        base = sqlite3.connect(os.path.join(folder, "own.db"))
        base.execute("create table t (x int)")
        base.executemany("insert into t values (?)", [(a,), (b,)])
        base.commit()
        found = base.execute("select sum(x) from t").fetchone()[0]
        base.close()
        return found
