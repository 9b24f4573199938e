"""PHP. `str_split("")` is [] since 8.2 and was [""] before, which is a verdict of HumanEval_16."""

from harness.languages import endings
from harness.languages.language import Language, Step, Tool

LANGUAGE = Language(
    name="php",
    title="PHP",
    source="program.php",
    run=Step(("php", "{source}"), 15),
    tools=(Tool("php"),),
    official_version="8.1",
    packages={"debian": "php-cli"},
    reads=("/etc/php",),
    timeout_status="Exception",
    ending=endings.behind_php,
    known_good="<?php\nif (1 + 1 !== 2) { throw new Exception('Test failed!'); }\n?>",
    known_bad="<?php\nif (1 + 1 !== 3) { throw new Exception('Test failed!'); }\n?>",
)
