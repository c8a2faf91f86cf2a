"""The command line: what it prints, how it ends, and how it is asked."""
