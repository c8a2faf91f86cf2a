"""One module per section: `context(results, text)` gives its template what to show."""
