"""Finland's publication data collection VIRTA: its codes and its delivery form."""
