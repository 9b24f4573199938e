"""One module a language, each with a `LANGUAGE`; nothing else has to be told of a new one."""
