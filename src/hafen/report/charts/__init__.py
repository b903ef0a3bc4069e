"""Charts as inline SVG, made on this side: they need no script and no network to be read."""
