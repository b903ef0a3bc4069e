"""Network and process I/O, one package or module for each foreign system. They do not know each other."""
