"""整改 on both sides: the authority's notices and ledger, and what a school sees of its own.

reading   which notices and problems a standing may read, and whether the records say that a problem was mended
forms     what inspector and school fill in
drafting  a notice before it is issued
pages     a notice and a problem, with what whoever looks may do
ledger    lists, in Excel and on paper
paper     the notice as PDF and Word
telling   bells and mails: what follows from acts
minding   what is due, late, or to be looked at again
"""
