"""Sources of cost lines: `events`, `uncounted`, `stated`; `means`, `difference`; `effects`."""
