"""Pure: histograms, signal and cost arithmetic. No network, clock or files."""
