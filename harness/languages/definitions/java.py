"""Java: the class is called Problem, and the pairs of the prompts come from javatuples.

Nearly all of a program's time is the start of the compiler, so that one stays and compiles all of them.
"""

from pathlib import Path

from harness.languages import endings, rules
from harness.languages.language import Language, Shortcut, Step, Tool

_TUPLES = "{tool:javatuples}"
_ARGUMENTS = ("-encoding", "UTF8", "-cp", _TUPLES)
_JVM = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx512m", "-Xlog:disable")
_JAR = "{cache}/compiler.jar"
_STAYING = ("-cp", _JAR, "JavaCompiler", _TUPLES)
_CLASSES = "{cache}/compiler.jsa"
_EXAMPLE = """import java.util.*;
import org.javatuples.*;
class Problem {
    public static void main(String[] a) {
        List<Long> numbers = new ArrayList<Long>(Arrays.asList((long)1l, (long)2l));
        Collections.sort(numbers, (x, y) -> Long.compare(y, x));
        assert(numbers.stream().mapToLong(Long::longValue).sum() == 3l);
        assert(Pair.with(1, "x" + numbers).equals(Pair.with(1, "x[2, 1]")));
    }
}
"""
"""What the compiler's own classes are recorded with."""

LANGUAGE = Language(
    name="java",
    title="Java",
    source="Problem.java",
    build=(Step(("javac", *_ARGUMENTS, "-d", "{folder}", "{source}"), 15, rules.building),),
    run=Step(("java", "-ea", "-cp", "{folder}:" + _TUPLES, "Problem"), 15),
    tools=(
        Tool("javac", ("-version",)),
        Tool("java", ("-version",)),
        Tool("javatuples", (), files=("/usr/share/java/javatuples.jar", "/usr/share/java/javatuples-1.2.jar")),
    ),
    shortcut=Shortcut(
        files={
            "JavaCompiler.java": (Path(__file__).parent.parent / "compilers" / "JavaCompiler.java").read_text("utf-8"),
            "Problem.java": _EXAMPLE,
        },
        make=(
            ("javac", "-d", "{cache}/classes", "{cache}/JavaCompiler.java"),
            ("jar", "--create", "--file", _JAR, "-C", "{cache}/classes", "."),
            (*_JVM, f"-XX:ArchiveClassesAtExit={_CLASSES}", *_STAYING, "{cache}/Problem.java"),
        ),
        compiler=(*_JVM, f"-XX:SharedArchiveFile={_CLASSES}", *_STAYING),
        tools=(Tool("jar", ()),),
    ),
    official_version="18",
    packages={"debian": "openjdk-17-jdk-headless libjavatuples-java"},
    reads=("/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk"),
    ending=endings.before_braces(2, 'System.out.println("WORD");'),
    known_good="import org.javatuples.*;\nclass Problem {\n    public static void main(String[] a) {\n"
    "        assert(Pair.with(1, 2).equals(Pair.with(1, 2)));\n    }\n}\n",
    known_bad="import org.javatuples.*;\nclass Problem {\n    public static void main(String[] a) {\n"
    "        assert(Pair.with(1, 2).equals(Pair.with(2, 1)));\n    }\n}\n",
)
