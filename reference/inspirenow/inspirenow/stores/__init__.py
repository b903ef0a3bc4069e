"""Where data lives: one protocol, one implementation per database."""
