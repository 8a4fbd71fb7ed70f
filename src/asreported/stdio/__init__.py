"""asreported for other programs and assistants on the same machine: questions and answers over stdio."""
