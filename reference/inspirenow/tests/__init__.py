"""The app's own tests."""
