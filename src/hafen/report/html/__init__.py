"""Reports as one HTML file each: style, charts and data are inside."""
