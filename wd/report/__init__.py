"""The report tells the evidence: claims, figures, tables, pages. It never imports torch."""
