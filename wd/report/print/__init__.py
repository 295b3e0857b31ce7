"""From the site to a PDF."""
