"""What is shown, as a file: CSV, XLSX, GeoJSON, and the page as JSON."""
