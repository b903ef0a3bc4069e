"""What the app tells about itself: metrics, logs."""
