"""The report on weight decay: its claims, figures, tables, numbers and widgets, by topic."""
