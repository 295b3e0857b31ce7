"""The lab makes evidence: draws, training, exact solutions, predictions. It knows no pages."""
