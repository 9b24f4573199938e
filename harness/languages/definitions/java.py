"""Java: the class is called Problem, and the pairs of the prompts come from javatuples."""

from harness.languages import rules
from harness.languages.language import Language, Step, Tool

_TUPLES = "{tool:javatuples}"

LANGUAGE = Language(
    name="java",
    title="Java",
    source="Problem.java",
    build=(Step(("javac", "-encoding", "UTF8", "-cp", _TUPLES, "-d", "{folder}", "{source}"), 15, rules.building),),
    run=Step(("java", "-ea", "-cp", "{folder}:" + _TUPLES, "Problem"), 15),
    tools=(
        Tool("javac", ("-version",)),
        Tool("java", ("-version",)),
        Tool("javatuples", (), files=("/usr/share/java/javatuples.jar", "/usr/share/java/javatuples-1.2.jar")),
    ),
    official_version="18",
    packages={"debian": "openjdk-17-jdk-headless libjavatuples-java"},
    reads=("/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk"),
    known_good="import org.javatuples.*;\nclass Problem {\n    public static void main(String[] a) {\n"
    "        assert(Pair.with(1, 2).equals(Pair.with(1, 2)));\n    }\n}\n",
    known_bad="import org.javatuples.*;\nclass Problem {\n    public static void main(String[] a) {\n"
    "        assert(Pair.with(1, 2).equals(Pair.with(2, 1)));\n    }\n}\n",
)
