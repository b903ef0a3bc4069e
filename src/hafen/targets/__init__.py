"""Where planning meets providers: the only layer that knows where an environment runs."""
