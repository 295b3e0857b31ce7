"""From templates to Markdown: pages with their figures, claims, guesses and queries."""
