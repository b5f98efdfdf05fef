"""Learning paths measured: how often proved, how fast, how much better than what others do."""
