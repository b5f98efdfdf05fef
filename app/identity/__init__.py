"""Which descriptions are of one thing: found by identifiers, then by what they say."""
