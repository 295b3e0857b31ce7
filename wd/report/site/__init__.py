"""From Markdown to a site: the only part that knows MkDocs and its theme."""
