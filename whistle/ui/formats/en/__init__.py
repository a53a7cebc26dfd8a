"""English as it is read in Norway: 2 December 2026, 14:30."""
