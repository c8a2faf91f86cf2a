"""The only place that opens a file: study folders, person rows, draws and reports."""
