"""Recipes a person can read aloud; each verb of the command line is one of them."""
