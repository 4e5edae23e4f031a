"""Documents: strict reading, judgement of every field with its words, writing."""
