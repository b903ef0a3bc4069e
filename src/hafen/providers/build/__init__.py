"""From a source folder to something that runs: a copy of its files, and what they depend on."""
