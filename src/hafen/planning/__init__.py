"""Pure: (spec, facts) to steps or findings, each with its reason. No network, clock or files."""
