"""The command line: `main` parses and runs, `options` and `commands` stand in tables."""
