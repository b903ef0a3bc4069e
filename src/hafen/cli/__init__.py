"""Verbs: parse, call one operation, print. The only layer that exits or prompts."""
