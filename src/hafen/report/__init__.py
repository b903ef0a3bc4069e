"""Results as JSON, HTML, Markdown and terminal text."""
