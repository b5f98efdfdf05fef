"""Sources in, bundles out: one file per source, named after it."""
