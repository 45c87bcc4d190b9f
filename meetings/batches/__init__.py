"""成批: long work that ends as one file, done by the workers part by part.

Glossary
    part      one piece: whoever takes it holds it for a while; what a dead worker held is taken again
    last      the part that is taken when all others are done: it makes one file of them
    work      what a kind of batch does with a part, and how it makes the file (``working.WORKS``)
"""

from .asking import ask_batch, batch_for, batches_for, papers_of, size_of_batches, stop_batch
from .working import work

__all__ = ["ask_batch", "batch_for", "batches_for", "papers_of", "size_of_batches", "stop_batch", "work"]
