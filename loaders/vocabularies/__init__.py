"""What vocabularies share: how their files are read, and how the graph says what they hold."""
