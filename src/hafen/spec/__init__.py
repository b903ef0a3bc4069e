"""hafen.yaml: loading, validation with path and line, schema and reference page."""
