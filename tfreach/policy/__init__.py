"""JUDGE: selectors and questions in; what they select and what is answered, out."""
